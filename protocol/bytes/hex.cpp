#include "protocol/bytes/hex.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::bytes {
namespace {

constexpr std::size_t kBytesPerLine = 16;

int value_of_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_separator(char c) {
  return std::string_view(" \t\r\n\v\f,:-_").find(c) != std::string_view::npos;
}

bool begins_with_0x(std::string_view text) {
  return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

char printable(std::byte byte) {
  const auto value = std::to_integer<unsigned char>(byte);
  return value >= 0x20 && value < 0x7F ? static_cast<char>(value) : '.';
}

}  // namespace

std::string to_hex(std::span<const std::byte> data, std::string_view between) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(data.size() * (2 + between.size()));
  for (const std::byte byte : data) {
    if (!text.empty()) text += between;
    text += kDigits[std::to_integer<std::size_t>(byte) >> 4];
    text += kDigits[std::to_integer<std::size_t>(byte) & 0xF];
  }
  return text;
}

Result<std::vector<std::byte>> from_hex(std::string_view text) {
  std::vector<std::byte> out;
  out.reserve(text.size() / 2);
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_separator(text[at])) {
      ++at;
      continue;
    }
    if (begins_with_0x(text.substr(at))) at += 2;
    const int high = at < text.size() ? value_of_digit(text[at]) : -1;
    if (high < 0) return violation("is not a hexadecimal digit", "hexadecimal text", at);
    const int low = at + 1 < text.size() ? value_of_digit(text[at + 1]) : -1;
    if (low < 0) return violation("a byte needs two hexadecimal digits", "hexadecimal text", at);
    out.push_back(static_cast<std::byte>(high * 16 + low));
    at += 2;
  }
  return out;
}

std::string hexdump(std::span<const std::byte> data) {
  std::string text;
  for (std::size_t offset = 0; offset < data.size(); offset += kBytesPerLine) {
    const auto line = data.subspan(offset, std::min(kBytesPerLine, data.size() - offset));
    std::string seen;
    for (const std::byte byte : line) seen += printable(byte);
    text += fmt::format("{:04x}  {:<47}  |{}|\n", offset, to_hex(line, " "), seen);
  }
  return text;
}

}  // namespace lunsim::bytes
