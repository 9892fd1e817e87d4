// A logical text data segment: key=value pairs, each ended by a null byte. Read strictly, written
// plainly; what a pair means is not asked here. For segments that span PDUs see text_transfer.hpp.
// RFC 7143 §6.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::negotiation {

inline constexpr std::size_t kKeyBytesMax = 63;
inline constexpr std::size_t kValueBytesMax = 255;              // unless the key says otherwise
inline constexpr std::size_t kEncodedValueBytesMax = 8192;      // of an unknown key, 0x or 0b
inline constexpr std::size_t kLogicalTextBytesMax = 64 * 1024;  // accepted over continued PDUs
inline constexpr std::size_t kPairsMax = 1024;

struct TextPair {
  std::string_view key;
  std::string_view value;
  std::size_t byte_offset = 0;   // of the key, in the segment
};

struct TextLimits {
  std::size_t bytes_max = kLogicalTextBytesMax;
  std::size_t pairs_max = kPairsMax;
};

/// Shape    the whole logical segment; views in the result point into it
/// Returns  the pairs in their order, repeated keys included: who may repeat is the negotiation's
///          matter
/// Errors   no null at the end, no "=", a key that is not a label of 1..63 legal characters, a
///          value that is too long or has a control character, or more than the limits allow
/// Cost     O(bytes); at most limits.pairs_max pairs
Result<std::vector<TextPair>> parse_text(std::string_view text, TextLimits limits = {});

/// Letters, digits and . - + @ _, at most 63; "#" only as the second character of a public
/// extension (X#...). The capital that a standard-label begins with is not asked for: keys are case
/// sensitive, so a key in lower case is a key that nobody knows, and NotUnderstood is the better
/// answer to it.
bool is_key_label(std::string_view key);

/// The value of the first pair with this key, or null.
const TextPair* find_pair(std::span<const TextPair> pairs, std::string_view key);

/// Writes pairs. Nothing is checked.
class TextBuilder {
 public:
  void add(std::string_view key, std::string_view value);
  void add_number(std::string_view key, std::uint64_t value);
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  std::string take();

 private:
  std::string text_;
};

}  // namespace lunsim::negotiation
