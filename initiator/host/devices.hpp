// The devices that the operating system has for the units of a session: their kind, their names and
// their numbers.
#pragma once

#include "initiator/host/host_state.hpp"

namespace lunsim::initiator {

/// The names that a device goes by: its interface's, its legacy one, and those of its volumes.
struct NamedDevice {
  std::vector<std::string> names;
  bool is_called(std::string_view name) const;
};
std::vector<NamedDevice> named_devices_of(const HostState& host, const SessionRecord& record);
/// A path that ends in a backslash is the one without.
bool is_same_path(std::string_view a, std::string_view b);

/// None for an informational session.
std::vector<DeviceInfo> devices_of(const HostState& host, const SessionRecord& record);

}  // namespace lunsim::initiator
