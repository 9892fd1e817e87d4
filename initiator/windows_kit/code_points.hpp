// Texts as code points, one at a time, in both widths; without allocation and without failure.
// RFC 3629 §3, RFC 2781 §2
#pragma once

#include <cstddef>
#include <cstdint>

namespace lunsim::windows_kit {

constexpr char32_t kReplacement = 0xFFFD;

/// The first code point of `text` (at least one byte, ends at `end`) and how many bytes it has; a
/// byte that begins none is U+FFFD by itself.
struct CodePoint {
  char32_t value;
  std::size_t units;
  bool is_valid = true;
};

inline CodePoint first_of(const char* text, const char* end) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t units = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  constexpr char32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (byte(0) < 0xC2 || byte(0) > 0xF4) return {kReplacement, 1, false};
  char32_t value = byte(0) & (0x7Fu >> units);
  for (std::size_t i = 1; i < units; ++i) {
    if (text + i == end || (byte(i) & 0xC0) != 0x80) return {kReplacement, 1, false};
    value = (value << 6) | (byte(i) & 0x3Fu);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLowest[units] || value > 0x10FFFF || is_surrogate) return {kReplacement, 1, false};
  return {value, units};
}

inline CodePoint first_of(const char16_t* text, const char16_t* end) {
  const char16_t high = text[0];
  if (high < 0xD800 || high > 0xDFFF) return {high, 1};
  if (high > 0xDBFF || text + 1 == end || text[1] < 0xDC00 || text[1] > 0xDFFF)
    return {kReplacement, 1, false};
  return {0x10000 + ((char32_t{high} & 0x3FF) << 10) + (char32_t{text[1]} & 0x3FF), 2};
}

/// Writes a code point; 1 to 4 units.
inline std::size_t write(char32_t value, char* to) {
  const auto byte = [&](std::size_t i, char32_t bits) { to[i] = static_cast<char>(bits); };
  if (value < 0x80) return byte(0, value), 1;
  const std::size_t units = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
  byte(0, (0xF00u >> units) | (value >> (6 * (units - 1))));
  for (std::size_t i = 1; i < units; ++i) byte(i, 0x80 | ((value >> (6 * (units - 1 - i))) & 0x3F));
  return units;
}
inline std::size_t write(char32_t value, char16_t* to) {
  if (value < 0x10000) return to[0] = static_cast<char16_t>(value), 1;
  to[0] = static_cast<char16_t>(0xD800 + ((value - 0x10000) >> 10));
  to[1] = static_cast<char16_t>(0xDC00 + ((value - 0x10000) & 0x3FF));
  return 2;
}

}  // namespace lunsim::windows_kit
