// UTF-8 to UTF-16 and back, without loss: what is not valid on one side is an error, never a
// replacement character. For the W forms of the Windows functions; not a case mapping or a
// normalization.           RFC 3629 §3, RFC 2781 §2
#pragma once

#include <string>
#include <string_view>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::bytes {

/// Errors   truncated, overlong or stray bytes, surrogates, above 10FFFFh; with the offset of the
/// sequence in bytes
Result<std::u16string> utf16_from_utf8(std::string_view text);

/// Errors   half a surrogate pair, with its offset in code units
Result<std::string> utf8_from_utf16(std::u16string_view text);

}  // namespace lunsim::bytes
