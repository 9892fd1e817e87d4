// Binary values of text keys: hexadecimal and base64 constants to bytes and back. Bounded by the
// caller. RFC 7143 §6.1.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::negotiation {

/// Shape    "0x"/"0X" and hex digits, of which an odd number means a leading zero; or "0b"/"0B" and
///          base64 of RFC 4648 §4, with padding as that section wants it
/// Returns  the bytes; nothing if the text is not such a constant, is empty, or means more than
///          `bytes_max` bytes
/// Cost     O(length of the text), which is looked at first
std::optional<std::vector<std::byte>> decode_binary(std::string_view value, std::size_t bytes_max);

/// "0x" and lower-case digits, two for each byte.
std::string encode_hex(std::span<const std::byte> data);
/// "0b" and base64 with padding.
std::string encode_base64(std::span<const std::byte> data);

}  // namespace lunsim::negotiation
