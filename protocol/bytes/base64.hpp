// Base64 both ways, for the binary values of CHAP. Not the 0b prefix of a text value (RFC 7143
// §6.1): whoever reads the value takes that off. RFC 4648 §4
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::bytes {

/// Four characters for each three bytes begun, padded with '='; no line breaks.
std::string to_base64(std::span<const std::byte> data);

/// Errors   characters outside the alphabet, missing or misplaced padding, non-zero bits behind the
/// end; with the offset
Result<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace lunsim::bytes
