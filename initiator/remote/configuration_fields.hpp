// What a host is told and keeps, field by field: for the state file.
#pragma once

#include "initiator/host/host_configuration.hpp"
#include "initiator/remote/fields.hpp"

namespace lunsim::initiator {

template <class Archive, Is<HostConfiguration> T>
void fields(Archive& archive, T& value) {
  auto& [node_name, chap_secret, portals, static_targets, persistent_logins, persistent_devices,
         isns_servers, radius_servers, radius_secret, ike, group_key, tunnels] = value;
  archive(node_name, chap_secret, portals, static_targets, persistent_logins, persistent_devices,
          isns_servers, radius_servers, radius_secret, ike, group_key, tunnels);
}

}  // namespace lunsim::initiator
