// Answers of srvsvc with nothing in them but a code, for any call: what a server without memory
// says, and what faults say. MS-SRVS §3.1.4
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_server {

bool is_enumeration(rpc::srvsvc::Opnum opnum);
/// The information level that a call asks for, if it has one and the stub is sound.
std::optional<std::uint32_t> level_of(std::uint16_t opnum, rpc::Stub stub);
/// A sound answer without anything in it that ends with `code`. `stub` is the request's.
std::vector<std::byte> refusal_of(std::uint16_t opnum, rpc::Stub stub, std::uint32_t code);

}  // namespace lunsim::smb_server
