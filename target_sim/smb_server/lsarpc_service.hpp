// The little of the Local Security Authority that clients ask for before anything else: a policy
// handle, opened and closed. Nothing can be asked of it.   MS-LSAD §3.1.4.4.1, §3.1.4.4.2,
// §3.1.4.9.4
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "target_sim/smb_server/association.hpp"
#include "target_sim/smb_server/server_model.hpp"

namespace lunsim::smb_server {

/// 12345778-1234-abcd-ef00-0123456789ab, version 0.0.
const rpc::SyntaxId& lsarpc_interface();
/// A stub, or the status for a fault.
rpc::srvsvc::Parsed<std::vector<std::byte>> lsarpc_call(std::uint16_t opnum, rpc::Stub stub,
                                                        Caller caller, Association& association);

/// Of one association; then there is no memory for more.
inline constexpr std::size_t kPolicyHandlesMax = 256;

}  // namespace lunsim::smb_server
