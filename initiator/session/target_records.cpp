#include "initiator/session/target_records.hpp"

#include <algorithm>
#include <charconv>

namespace lunsim::initiator {
namespace {

constexpr std::size_t kNameBytesMax = 223;
constexpr std::size_t kAddressBytesMax = 255 + 2 + 6 + 6;  // a DNS name in brackets, port and tag

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// Length of the well-formed UTF-8 sequence of two bytes or more at the front; 0 if there is none.
std::size_t utf8_sequence_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t count = lead >= 0xF0 && lead <= 0xF4   ? 4
                            : lead >= 0xE0 && lead <= 0xEF ? 3
                            : lead >= 0xC2 && lead <= 0xDF ? 2
                                                           : 0;
  if (count == 0 || text.size() < count) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
    return 0;                                   // overlong, a surrogate, or beyond U+10FFFF
  if (lead == 0xC2 && second < 0xA1) return 0;  // C1 controls and the no-break space
  if (text.substr(0, 2) == "\xE2\x80")
    return 0;  // general punctuation: line separators, direction marks
  const bool continued = std::all_of(text.begin() + 1, text.begin() + static_cast<long>(count),
                                     [](char c) { return (c & 0xC0) == 0x80; });
  return continued ? count : 0;
}

bool is_number_up_to(std::string_view digits, std::uint32_t max) {
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc{} && stop == end && value <= max;
}

}  // namespace

bool is_sound_target_name(std::string_view name) {
  if (name.size() > kNameBytesMax || name.size() < 5) return false;
  const std::string_view kind = name.substr(0, 4);
  if (kind != "iqn." && kind != "eui." && kind != "naa.") return false;
  while (!name.empty()) {
    std::size_t step = is_alphanumeric(name.front()) || is_one_of(name.front(), "-.:_") ? 1 : 0;
    if (step == 0) step = utf8_sequence_bytes(name);
    if (step == 0) return false;
    name.remove_prefix(step);
  }
  return true;
}

bool is_sound_target_address(std::string_view address) {
  if (address.size() > kAddressBytesMax) return false;
  const std::size_t comma = address.find(',');
  if (comma != std::string_view::npos) {
    if (!is_number_up_to(address.substr(comma + 1), 0xFFFF)) return false;
    address = address.substr(0, comma);
  }
  std::string_view host = address;
  const std::size_t bracket = address.find(']');
  const std::size_t colon = address.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    if (!is_number_up_to(address.substr(colon + 1), 0xFFFF)) return false;
    host = address.substr(0, colon);
  }
  if (bracket != std::string_view::npos) {
    if (host.front() != '[' || host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
  }
  const std::string_view extra = bracket == std::string_view::npos ? "-." : "-.:%";
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    return is_alphanumeric(c) || is_one_of(c, extra);
  });
}

TargetsDiscovered parse_target_records(std::string_view text) {
  TargetsDiscovered found;
  while (!text.empty()) {
    const std::size_t end = text.find('\0');
    const std::string_view pair = text.substr(0, end);
    const std::size_t equals = pair.find('=');
    found.complete = false;
    if (end == std::string_view::npos || equals == std::string_view::npos) return found;
    const std::string_view key = pair.substr(0, equals), value = pair.substr(equals + 1);
    if (key == "TargetName" && is_sound_target_name(value)) {
      found.targets.push_back({std::string(value), {}});
    } else if (key == "TargetAddress" && !found.targets.empty() && is_sound_target_address(value)) {
      found.targets.back().addresses.emplace_back(value);
    } else {
      return found;
    }
    found.complete = true;
    text.remove_prefix(end + 1);
  }
  return found;
}

}  // namespace lunsim::initiator
