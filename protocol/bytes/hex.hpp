// Bytes as text for people: hexadecimal both ways, and a dump in columns. Not the hex-constants of
// text keys, which have their own grammar (RFC 7143 §6.1): see protocol/iscsi/negotiation.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::bytes {

/// Two lower-case digits a byte, with `between` after each byte but the last.
std::string to_hex(std::span<const std::byte> data, std::string_view between = {});

/// Shape    digits in pairs; white space, commas, colons, hyphens, underscores and 0x before a pair
/// are skipped Errors   a half pair or anything else, with its offset in the text
Result<std::vector<std::byte>> from_hex(std::string_view text);

/// Sixteen bytes a line: offset, bytes, and what is printable ASCII. Each line ends in '\n';
/// nothing for no bytes.
std::string hexdump(std::span<const std::byte> data);

}  // namespace lunsim::bytes
