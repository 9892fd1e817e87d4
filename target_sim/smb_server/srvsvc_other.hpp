// Calls of srvsvc about what this server has none of, or little: devices, transports, disks, and
// whether something is shared. Answered as MS-SRVS allows.
// MS-SRVS §3.1.4.16, §3.1.4.19, §3.1.4.24; opnums 0 and 3 have no text there
#pragma once

#include <optional>

#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_server {

/// Nothing if `opnum` is none of these; else a stub or the status for a fault.
std::optional<rpc::srvsvc::Parsed<std::vector<std::byte>>> other_call(
    std::uint16_t opnum, rpc::Stub stub, std::span<const rpc::srvsvc::ShareInfo> shares);

}  // namespace lunsim::smb_server
