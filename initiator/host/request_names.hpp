// Requests by the name of the API function behind them, for reports, faults and traces.
#pragma once

#include <string_view>

#include "initiator/host/host_requests.hpp"

namespace lunsim::initiator {

/// "LoginIScsiTarget"; for SCSI commands the SendScsi function of the operation code, or "" when
/// there is none. Of functions that ask the same, the first.
std::string_view function_of(const Request& request);

}  // namespace lunsim::initiator
