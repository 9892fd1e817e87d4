#include "protocol/bytes/utf16.hpp"

#include <cstdint>

namespace lunsim::bytes {
namespace {

constexpr std::string_view kUtf8Section = "RFC 3629 §3";
constexpr std::string_view kUtf16Section = "RFC 2781 §2.2";

constexpr bool is_high_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
constexpr bool is_low_surrogate(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }
constexpr bool is_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xE000; }

// What the first byte of a sequence says: how many bytes, its own bits, and the least value that
// needs so many.
struct Lead {
  std::size_t bytes = 0;
  std::uint32_t bits = 0;
  std::uint32_t least = 0;
};

Lead lead_of(std::uint8_t first) {
  if (first < 0x80) return {1, first, 0};
  if (first >= 0xC0 && first < 0xE0) return {2, first & 0x1Fu, 0x80};
  if (first >= 0xE0 && first < 0xF0) return {3, first & 0x0Fu, 0x800};
  if (first >= 0xF0 && first < 0xF8) return {4, first & 0x07u, 0x1'0000};
  return {};
}

// Decodes the sequence at the front of `text`; `at` is where that is, for the error.
Result<std::uint32_t> code_point_at_front(std::string_view text, std::size_t at,
                                          std::size_t& used) {
  const Lead lead = lead_of(static_cast<std::uint8_t>(text[0]));
  if (lead.bytes == 0) return violation("no UTF-8 sequence begins so", kUtf8Section, at);
  if (text.size() < lead.bytes) return violation("the UTF-8 sequence is cut off", kUtf8Section, at);
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) return violation("the UTF-8 sequence is broken", kUtf8Section, at);
    code = (code << 6) | (next & 0x3Fu);
  }
  if (code < lead.least) return violation("the UTF-8 sequence is overlong", kUtf8Section, at);
  if (is_surrogate(code)) return violation("a surrogate in UTF-8", kUtf8Section, at);
  if (code > 0x10'FFFF) return violation("above the last code point", kUtf8Section, at);
  used = lead.bytes;
  return code;
}

void append_utf16(std::u16string& out, std::uint32_t code) {
  if (code < 0x1'0000) {
    out += static_cast<char16_t>(code);
    return;
  }
  const std::uint32_t above = code - 0x1'0000;
  out += static_cast<char16_t>(0xD800 | (above >> 10));
  out += static_cast<char16_t>(0xDC00 | (above & 0x3FF));
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x1'0000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

Result<std::u16string> utf16_from_utf8(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  for (std::size_t at = 0, used = 0; at < text.size(); at += used) {
    const auto code = code_point_at_front(text.substr(at), at, used);
    if (!code) return tl::unexpected(code.error());
    append_utf16(out, *code);
  }
  return out;
}

Result<std::string> utf8_from_utf16(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::uint32_t code = text[at];
    if (is_high_surrogate(code)) {
      if (at + 1 == text.size() || !is_low_surrogate(text[at + 1])) {
        return violation("a high surrogate without its low one", kUtf16Section, at);
      }
      code = 0x1'0000 + ((code & 0x3FF) << 10) + (text[++at] & 0x3FFu);
    } else if (is_low_surrogate(code)) {
      return violation("a low surrogate without its high one", kUtf16Section, at);
    }
    append_utf8(out, code);
  }
  return out;
}

}  // namespace lunsim::bytes
