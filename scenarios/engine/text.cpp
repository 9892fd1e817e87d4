#include "scenarios/engine/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

std::optional<std::uint64_t> parse_digits(std::string_view text, int base) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separator = text[i] == '_' && i > 0 && i + 1 < text.size();
    if (!separator) digits += text[i];
  }
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array kSizeUnits{
    Unit{"B", 1},
    Unit{"KiB", std::uint64_t{1} << 10},
    Unit{"MiB", std::uint64_t{1} << 20},
    Unit{"GiB", std::uint64_t{1} << 30},
    Unit{"TiB", std::uint64_t{1} << 40},
    Unit{"PiB", std::uint64_t{1} << 50},
    Unit{"kB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"TB", 1'000'000'000'000},
};
constexpr std::array kTimeUnits{
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"min", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
};

/// "1.5 GiB" into 1.5 and a factor; empty if there is no such unit, or the product is no whole
/// number.
template <std::size_t N>
std::optional<std::uint64_t> parse_scaled(std::string_view text, const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789_."), text.size());
  const std::string_view name = trimmed(text.substr(digits));
  const std::string_view amount = trimmed(text.substr(0, digits));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    const std::size_t point = std::min(amount.find('.'), amount.size());
    const auto whole = parse_digits(amount.substr(0, point), 10);
    if (!whole || *whole > std::numeric_limits<std::uint64_t>::max() / unit.factor)
      return std::nullopt;
    if (point == amount.size()) return *whole * unit.factor;
    const std::string_view decimals = amount.substr(point + 1);
    const auto fraction = parse_digits(decimals, 10);
    if (!fraction || decimals.size() > 3) return std::nullopt;
    std::uint64_t divisor = 1;
    for (std::size_t i = 0; i < decimals.size(); ++i) divisor *= 10;
    if (*fraction * unit.factor % divisor != 0 || unit.factor > (std::uint64_t{1} << 52))
      return std::nullopt;
    return *whole * unit.factor + *fraction * unit.factor / divisor;
  }
  return std::nullopt;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return to_lower(a) == to_lower(b);
}

std::optional<std::size_t> first_bad_utf8(std::string_view text) {
  const auto at = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = at(i);
    std::size_t more = 0;
    unsigned code = lead;
    if (lead >= 0xF0 && lead < 0xF8) {
      more = 3;
      code = lead & 0x07;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      more = 2;
      code = lead & 0x0F;
    } else if (lead >= 0xC2 && lead < 0xE0) {
      more = 1;
      code = lead & 0x1F;
    } else if (lead >= 0x80) {
      return i;
    }
    for (std::size_t k = 1; k <= more; ++k) {
      if (i + k >= text.size() || (at(i + k) & 0xC0) != 0x80) return i;
      code = (code << 6) | (at(i + k) & 0x3F);
    }
    const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return i;
    i += more + 1;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    return parse_digits(text.substr(2), 16);
  const bool hex_suffix = text.size() > 1 && (text.back() == 'h' || text.back() == 'H');
  if (hex_suffix && hex_digit(text[0]) >= 0)
    return parse_digits(text.substr(0, text.size() - 1), 16);
  return parse_digits(text, 10);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  text = trimmed(text);
  if (const auto plain = parse_number(text)) return plain;
  return parse_scaled(text, kSizeUnits);
}

std::optional<std::int64_t> parse_duration_ns(std::string_view text) {
  text = trimmed(text);
  if (text == "0") return 0;
  const auto scaled = parse_scaled(text, kTimeUnits);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 4);
  if (!scaled || *scaled > kMax) return std::nullopt;
  return static_cast<std::int64_t>(*scaled);
}

bool looks_like_duration(std::string_view text) {
  text = trimmed(text);
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return false;
  return parse_scaled("1" + std::string(text.substr(digits)), kTimeUnits).has_value();
}

std::string one_of_text(std::span<const std::string> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += std::string(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return out;
}

std::optional<std::vector<std::byte>> parse_hex_bytes(std::string_view text) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    if (i + 1 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::byte>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::string format_hex(const std::vector<std::byte>& bytes, std::size_t max) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size() && i < max; ++i)
    out += fmt::format("{}{:02x}", i == 0 ? "" : " ", std::to_integer<unsigned>(bytes[i]));
  if (bytes.size() > max) out += fmt::format(" ... ({} bytes)", bytes.size());
  return out;
}

std::optional<std::vector<std::byte>> parse_repeated_hex(std::string_view text,
                                                         std::size_t bytes_max) {
  std::vector<std::byte> out;
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, end);
    const std::size_t star = part.find('*');
    const auto bytes = parse_hex_bytes(trimmed(part.substr(0, star)));
    const auto times = star == std::string_view::npos
                           ? std::optional<std::uint64_t>{1}
                           : parse_number(trimmed(part.substr(star + 1)));
    if (!bytes || !times || (bytes->empty() && star != std::string_view::npos)) return std::nullopt;
    if (*times > bytes_max || bytes->size() * *times > bytes_max - out.size()) return std::nullopt;
    for (std::uint64_t i = 0; i < *times; ++i) out.insert(out.end(), bytes->begin(), bytes->end());
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+,:@%").find(c) != std::string_view::npos;
  });
  return plain ? std::string(text) : shell_quoted(text);
}

std::string shell_path(std::string_view path) {
  return shell_word((path.starts_with('-') ? "./" : "") + std::string(path));
}

}  // namespace lunsim::scenarios
