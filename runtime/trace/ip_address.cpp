#include "runtime/trace/ip_address.hpp"

#include <algorithm>
#include <charconv>

namespace lunsim::runtime {
namespace {

std::optional<std::uint16_t> number(std::string_view text, int base, unsigned limit) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || stop != end || value > limit) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

// Takes what stands before the separator away from `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

bool parse_v4(std::string_view text, std::uint8_t* out) {
  if (std::ranges::count(text, '.') != 3) return false;
  for (int i = 0; i < 4; ++i) {
    const auto part = number(next_part(text, '.'), 10, 255);
    if (!part) return false;
    out[i] = static_cast<std::uint8_t>(*part);
  }
  return true;
}

// Groups of one half of an IPv6 address, without "::". Returns the number of bytes, or empty.
std::optional<std::size_t> parse_groups(std::string_view text, std::array<std::uint8_t, 16>& out) {
  std::size_t size = 0;
  if (text.empty()) return size;
  if (text.back() == ':') return std::nullopt;
  while (!text.empty()) {
    const bool is_last = text.find(':') == std::string_view::npos;
    const std::string_view part = next_part(text, ':');
    if (is_last && part.find('.') != std::string_view::npos) {
      if (size > 12 || !parse_v4(part, &out[size])) return std::nullopt;
      return size + 4;
    }
    const auto group = part.size() <= 4 ? number(part, 16, 0xffff) : std::nullopt;
    if (!group || size > 14) return std::nullopt;
    out[size++] = static_cast<std::uint8_t>(*group >> 8);
    out[size++] = static_cast<std::uint8_t>(*group & 0xff);
  }
  return size;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  text = text.substr(0, text.find('%'));
  const std::size_t gap = text.find("::");
  IpAddress address{true, {}};
  if (gap == std::string_view::npos) {
    const auto size = parse_groups(text, address.bytes);
    return size == 16u ? std::optional(address) : std::nullopt;
  }
  std::array<std::uint8_t, 16> tail{};
  const auto head_size = parse_groups(text.substr(0, gap), address.bytes);
  const auto tail_size = parse_groups(text.substr(gap + 2), tail);
  if (!head_size || !tail_size || *head_size + *tail_size > 14) return std::nullopt;
  std::copy_n(tail.begin(), *tail_size, address.bytes.end() - static_cast<std::ptrdiff_t>(*tail_size));
  return address;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  IpAddress address;
  if (!parse_v4(text, address.bytes.data())) return std::nullopt;
  return address;
}

IpAddress ip_address_of(std::string_view text) {
  if (const auto address = parse_ip_address(text)) return *address;
  std::uint32_t hash = 0x811c'9dc5u;   // FNV-1a, 32 bits
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0100'0193u;
  IpAddress made_up;
  made_up.bytes[0] = 10;
  made_up.bytes[1] = static_cast<std::uint8_t>(0x80 | (hash >> 16));
  made_up.bytes[2] = static_cast<std::uint8_t>(hash >> 8);
  made_up.bytes[3] = static_cast<std::uint8_t>(hash);
  return made_up;
}

IpAddress widened(const IpAddress& address) {
  if (address.is_v6) return address;
  IpAddress wide{true, {}};
  wide.bytes[0] = 0xfd;
  std::copy_n(address.bytes.begin(), 4, wide.bytes.begin() + 12);
  return wide;
}

}  // namespace lunsim::runtime
