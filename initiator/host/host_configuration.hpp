// What a host is told by its callers and keeps: portals, static targets, persistent logins, names,
// servers, secrets. A plain value: whoever owns the host stores it where it outlives the process
// and hands it to the next one.
#pragma once

#include <array>

#include "initiator/host/host_requests.hpp"

namespace lunsim::initiator {

struct HostConfiguration {
  std::optional<std::string> node_name;    // absent: the default one
  std::optional<std::string> chap_secret;  // what targets must prove in mutual CHAP
  std::vector<AddSendTargetPortal> portals;
  std::vector<AddStaticTarget> static_targets;
  std::vector<LoginTarget> persistent_logins;
  std::vector<std::string> persistent_devices;
  std::vector<std::string> isns_servers, radius_servers;
  std::optional<std::string> radius_secret;
  std::vector<SetIkeInfo> ike;  // one of each initiator, port and id
  std::optional<SetGroupPresharedKey> group_key;
  std::vector<SetTunnelOuterAddress> tunnels;  // one of each initiator, port and destination
  /// Of the first session, and those of the others count from it; absent: as the host was made.
  std::optional<std::array<std::uint8_t, 6>> isid;
  friend bool operator==(const HostConfiguration&, const HostConfiguration&) = default;
};

/// What survives the service: all of it but what was set with Persist = FALSE (AST-R6, SIKE-R5,
/// SGK-R3, STM-R5).
HostConfiguration persistent_part(const HostConfiguration& configuration);
/// `kept`, and beside it what `now` has that does not survive the service: the configuration of a
/// host that takes back what could not be stored.
HostConfiguration with_passing_part(HostConfiguration kept, const HostConfiguration& now);
/// Whether the request can change what survives the service, even if it fails. Constant time.
bool may_change_configuration(const Request& request);

}  // namespace lunsim::initiator
