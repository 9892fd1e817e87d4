// Who may ask what: an administrator everything, a standard user what only tells. No page says
// which functions ask for elevation; that a call is refused with ERROR_ACCESS_DENIED is Windows'
// way, and where the line runs is our reading.
#pragma once

#include "initiator/host/host_requests.hpp"

namespace lunsim::initiator {

/// True for what changes the service, its sessions or what it keeps, and for commands to a unit.
bool needs_elevation(const Request& request);

}  // namespace lunsim::initiator
