// Answers of srvsvc as faults want them: refusals of any call with any code, and stubs whose
// levels, counts or lengths lie. MS-SRVS §3.1.4
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "target_sim/smb_faults/smb_fault.hpp"

namespace lunsim::smb_faults {

/// The information level that a call asks for, if it has one and the stub is sound.
std::optional<std::uint32_t> level_of(std::uint16_t opnum, rpc::Stub stub);
/// A sound answer without anything in it that ends with `code`. `stub` is the request's.
std::vector<std::byte> refused(std::uint16_t opnum, rpc::Stub stub, std::uint32_t code);
/// What `action` says of an answer's level, counts, code and length. `request` is the call's stub.
void change_stub(const SmbAction& action, std::uint16_t opnum, rpc::Stub request,
                 std::vector<std::byte>& stub);

}  // namespace lunsim::smb_faults
