#include "initiator/api/encoding.hpp"

#include <algorithm>

#include "initiator/api/caller_memory.hpp"
#include "protocol/bytes/utf16.hpp"

namespace lunsim::api {
namespace {

template <class Char>
std::basic_string<Char> copy_text(const Char* text, std::size_t characters_max) {
  std::basic_string<Char> copy;
  for (std::size_t i = 0; i < characters_max; ++i) {
    const Char c = load_at<Char>(text, i * sizeof(Char));
    if (c == 0) break;
    copy.push_back(c);
  }
  return copy;
}

std::string without_what_is_not_ascii(std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
      '?');
  return ascii;
}

}  // namespace

std::optional<std::string> read_text(const CHAR* text, std::size_t characters_max) {
  std::string copy = copy_text(text, characters_max);
  if (!bytes::utf16_from_utf8(copy)) return std::nullopt;
  return copy;
}

std::optional<std::string> read_text(const WCHAR* text, std::size_t characters_max) {
  // On Windows a WCHAR is its compiler's wchar_t: the same 16 bits.
  const std::basic_string<WCHAR> copy = copy_text(text, characters_max);
  Result<std::string> converted = bytes::utf8_from_utf16(std::u16string(copy.begin(), copy.end()));
  if (!converted) return std::nullopt;
  return std::move(*converted);
}

template <>
std::string make_text<Ansi>(std::string_view utf8) {
  if (!bytes::utf16_from_utf8(utf8)) return without_what_is_not_ascii(utf8);
  return std::string(utf8);
}

template <>
std::basic_string<WCHAR> make_text<Wide>(std::string_view utf8) {
  if (const Result<std::u16string> converted = bytes::utf16_from_utf8(utf8))
    return std::basic_string<WCHAR>(converted->begin(), converted->end());
  const std::string ascii = without_what_is_not_ascii(utf8);
  return std::basic_string<WCHAR>(ascii.begin(), ascii.end());
}

}  // namespace lunsim::api
