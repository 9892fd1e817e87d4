// The devices that the operating system has for the units of a session: their kind, their names and
// their numbers.
#pragma once

#include "initiator/host/host_state.hpp"

namespace lunsim::initiator {

/// None for an informational session.
std::vector<DeviceInfo> devices_of(const HostState& host, const SessionRecord& record);

}  // namespace lunsim::initiator
