#include "protocol/iscsi/negotiation/binary_value.hpp"

#include <utility>

#include "protocol/bytes/base64.hpp"
#include "protocol/bytes/hex.hpp"

namespace lunsim::negotiation {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<std::vector<std::byte>> decode_hex(std::string_view digits, std::size_t bytes_max) {
  if (digits.empty() || (digits.size() + 1) / 2 > bytes_max) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve((digits.size() + 1) / 2);
  unsigned high = 0;
  bool half = digits.size() % 2 != 0;   // as if a zero stood before
  for (const char c : digits) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    if (half) bytes.push_back(static_cast<std::byte>(high << 4 | *digit));
    high = *digit;
    half = !half;
  }
  return bytes;
}

std::optional<std::vector<std::byte>> decode_base64(std::string_view text, std::size_t bytes_max) {
  if (text.empty() || text.size() / 4 > bytes_max) return std::nullopt;
  auto data = bytes::from_base64(text);
  if (!data || data->empty() || data->size() > bytes_max) return std::nullopt;
  return std::move(*data);
}

}  // namespace

std::optional<std::vector<std::byte>> decode_binary(std::string_view value, std::size_t bytes_max) {
  if (value.starts_with("0x") || value.starts_with("0X")) {
    return decode_hex(value.substr(2), bytes_max);
  }
  if (value.starts_with("0b") || value.starts_with("0B")) {
    return decode_base64(value.substr(2), bytes_max);
  }
  return std::nullopt;
}

std::string encode_hex(std::span<const std::byte> data) { return "0x" + bytes::to_hex(data); }

std::string encode_base64(std::span<const std::byte> data) { return "0b" + bytes::to_base64(data); }

}  // namespace lunsim::negotiation
