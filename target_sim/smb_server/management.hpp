// The interface that every DCE/RPC server answers on whatever endpoint it has: who serves here, and
// is it alive. Nothing is stopped by it.   C706 appendix Q
#pragma once

#include "protocol/rpc/pdu.hpp"
#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_server {

/// afa8bd80-7d8a-11c9-bef4-08002b102989, version 1.0.
const rpc::SyntaxId& management_interface();
/// `served`: what the endpoint is for. A stub, or the status for a fault.
rpc::srvsvc::Parsed<std::vector<std::byte>> management_call(std::uint16_t opnum, rpc::Stub stub,
                                                            const rpc::SyntaxId& served);

}  // namespace lunsim::smb_server
