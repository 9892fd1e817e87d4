// What a peer did wrong, as a value: the reason in words, the section that says so, and the place in the bytes.
// Not for our caller's bugs (assert) and not for the world's failures (error_code, runtime/ only).
#pragma once

#include <cstddef>
#include <string_view>

#include <tl/expected.hpp>

namespace lunsim {

struct ProtocolError {
  std::string_view reason;       // a literal: what is wrong, as a sentence part
  std::string_view section;      // a literal: "RFC 7143 §11.2.1.5"
  std::size_t byte_offset = 0;   // within the PDU or text segment
  std::string_view field;        // a literal: the standard's name of the field; empty if none
};

/// The value, or what the peer did wrong. Literals only in the error: it keeps views.
template <class T>
using Result = tl::expected<T, ProtocolError>;

inline tl::unexpected<ProtocolError> violation(std::string_view reason, std::string_view section,
                                               std::size_t byte_offset = 0,
                                               std::string_view field = {}) {
  return tl::unexpected<ProtocolError>(ProtocolError{reason, section, byte_offset, field});
}

}  // namespace lunsim
