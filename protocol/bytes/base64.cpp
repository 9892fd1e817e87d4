#include "protocol/bytes/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace lunsim::bytes {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kSection = "RFC 4648 §4";

std::size_t padding_at_end(std::string_view text) {
  std::size_t n = 0;
  while (n < 2 && n < text.size() && text[text.size() - 1 - n] == '=') ++n;
  return n;
}

// 24 bits of a group from its characters; those that are missing at the end count as zero.
Result<std::uint32_t> bits_of_group(std::string_view group, std::size_t at) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    bits <<= 6;
    if (i >= group.size()) continue;
    const std::size_t value = kAlphabet.find(group[i]);
    if (value == std::string_view::npos)
      return violation("is not a base64 character", kSection, at + i);
    bits |= static_cast<std::uint32_t>(value);
  }
  return bits;
}

}  // namespace

std::string to_base64(std::span<const std::byte> data) {
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < data.size(); at += 3) {
    const std::size_t n = std::min<std::size_t>(3, data.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8) | (i < n ? std::to_integer<std::uint32_t>(data[at + i]) : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= n ? kAlphabet[(bits >> (18 - 6 * i)) & 0x3F] : '=';
    }
  }
  return text;
}

Result<std::vector<std::byte>> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return violation("base64 comes in groups of four", kSection, text.size());
  const std::string_view digits = text.substr(0, text.size() - padding_at_end(text));
  std::vector<std::byte> out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < digits.size(); at += 4) {
    const std::string_view group = digits.substr(at, 4);
    const auto bits = bits_of_group(group, at);
    if (!bits) return tl::unexpected(bits.error());
    const std::size_t n = group.size() - 1;  // bytes: 2, 3 or 4 characters carry 1, 2 or 3
    for (std::size_t i = 0; i < n; ++i)
      out.push_back(static_cast<std::byte>(*bits >> (16 - 8 * i)));
    if ((*bits & (0xFF'FFFFu >> (8 * n))) != 0) {
      return violation("bits behind the last byte are not zero", "RFC 4648 §3.5", at + n);
    }
  }
  return out;
}

}  // namespace lunsim::bytes
