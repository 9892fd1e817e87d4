// Answers of srvsvc as faults want them: stubs whose codes, levels, counts or lengths lie.
// MS-SRVS §3.1.4
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "target_sim/smb_faults/smb_fault.hpp"

namespace lunsim::smb_faults {

/// What `action` says of an answer's level, counts, code and length. `request` is the call's stub.
void change_stub(const SmbAction& action, std::uint16_t opnum, rpc::Stub request,
                 std::vector<std::byte>& stub);

}  // namespace lunsim::smb_faults
