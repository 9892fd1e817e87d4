// What a host is told and keeps, field by field: for the state file.
#pragma once

#include "initiator/host/host_configuration.hpp"
#include "initiator/remote/fields.hpp"

namespace lunsim::initiator {

/// Version 1 of the state file ended before the ISID.
template <class Archive, Is<HostConfiguration> T>
void fields_of_version_1(Archive& archive, T& value) {
  auto& [node_name, chap_secret, portals, static_targets, persistent_logins, persistent_devices,
         isns_servers, radius_servers, radius_secret, ike, group_key, tunnels, isid] = value;
  archive(node_name, chap_secret, portals, static_targets, persistent_logins, persistent_devices,
          isns_servers, radius_servers, radius_secret, ike, group_key, tunnels);
}
template <class Archive, Is<HostConfiguration> T>
void fields(Archive& archive, T& value) {
  fields_of_version_1(archive, value);
  archive(value.isid);
}

}  // namespace lunsim::initiator
