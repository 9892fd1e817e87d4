// What a direct host remembers: portals with what they told, stored logins, sessions with their
// units. Operations change it between two turns of the world; it starts nothing by itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "initiator/host/direct_host_config.hpp"
#include "initiator/host/host.hpp"
#include "initiator/host/kept_session.hpp"

namespace lunsim::initiator {

struct DiscoveredTarget {
  std::string name;
  std::vector<runtime::Endpoint> addresses;
};

struct StoredPortal {
  AddSendTargetPortal request;
  std::vector<DiscoveredTarget> targets;  // as it told the last time
};

struct SessionRecord {
  UniqueId id, connection_id;
  std::string target_name;
  pdu::Isid isid;
  bool informational = false;
  bool is_listed = false;  // has logged in; before that only its login knows it
  std::uint32_t os_target = 0;
  std::vector<MappedLun> luns;
  std::unique_ptr<KeptSession> kept;
};

class HostState {
 public:
  HostState(runtime::World& world, DirectHostConfig config);

  runtime::World& world() { return world_; }
  const DirectHostConfig& config() const { return config_; }

  // --- portals and targets ---
  /// Keeps the portal, or renews one of the same address and port (never moved afterwards). Null
  /// when there are too many.
  StoredPortal* store_portal(const AddSendTargetPortal& request);
  const std::vector<std::unique_ptr<StoredPortal>>& portals() const { return portals_; }
  /// In the order of discovery, each once.
  std::vector<std::string> target_names() const;
  /// All addresses that any portal told for it; the spelling of the name that was told. Exact names
  /// go first.
  std::optional<DiscoveredTarget> find_target(std::string_view name) const;

  // --- stored logins: kept, not yet acted upon ---
  /// Keeps the login, or renews one of the same target and portal. False when there are too many.
  bool store_login(const LoginTarget& request);
  const std::vector<LoginTarget>& stored_logins() const { return stored_logins_; }

  // --- sessions ---
  /// A record with ids, ISID and OS target of its own, without a session. Null when there are too
  /// many.
  SessionRecord* make_record(std::string_view target_name, bool informational);
  /// A session in this world, not started. An empty target name makes a discovery session.
  std::unique_ptr<KeptSession> make_session(const std::optional<LoginOptions>& options,
                                            std::string_view target_name, const pdu::Isid& isid,
                                            const runtime::Endpoint& portal,
                                            ReconnectPolicy reconnect);
  SessionRecord* find_record(const UniqueId& id);
  /// Only what API callers may know of.
  SessionRecord* find_session(const UniqueId& id);
  void forget_session(const UniqueId& id);
  bool has_session_to(std::string_view target_name) const;
  const std::vector<std::unique_ptr<SessionRecord>>& sessions() const { return sessions_; }
  /// The first ISID from the configured one on that no session of ours uses.  RFC 7143 §10.1.2
  pdu::Isid free_isid() const;

 private:
  std::uint32_t free_os_target() const;

  runtime::World& world_;
  DirectHostConfig config_;
  std::vector<std::unique_ptr<StoredPortal>> portals_;
  std::vector<LoginTarget> stored_logins_;
  std::vector<std::unique_ptr<SessionRecord>> sessions_;
  std::uint64_t next_session_ = 1, next_connection_ = 1;
};

bool is_same_portal(const Portal& portal, const runtime::Endpoint& endpoint);

}  // namespace lunsim::initiator
