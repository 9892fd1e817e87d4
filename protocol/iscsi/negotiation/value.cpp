#include "protocol/iscsi/negotiation/value.hpp"

#include <algorithm>
#include <charconv>

namespace lunsim::negotiation {
namespace {

std::optional<std::uint64_t> digits(std::string_view text, int base) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace

bool is_reserved_answer(std::string_view value) {
  return value == kReject || value == kIrrelevant || value == kNotUnderstood;
}

std::optional<std::uint64_t> parse_number(std::string_view value) {
  if (value.starts_with("0x") || value.starts_with("0X")) return digits(value.substr(2), 16);
  if (value.size() > 1 && value.front() == '0') return std::nullopt;
  return digits(value, 10);
}

std::optional<bool> parse_boolean(std::string_view value) {
  if (value == kYes) return true;
  if (value == kNo) return false;
  return std::nullopt;
}

std::optional<NumberRange> parse_range(std::string_view value) {
  const std::size_t tilde = value.find('~');
  if (tilde == std::string_view::npos) return std::nullopt;
  const auto low = parse_number(value.substr(0, tilde));
  const auto high = parse_number(value.substr(tilde + 1));
  if (!low || !high || *low > *high) return std::nullopt;
  return NumberRange{*low, *high};
}

std::vector<std::string_view> split_list(std::string_view value) {
  std::vector<std::string_view> items;
  while (true) {
    const std::size_t comma = value.find(',');
    items.push_back(value.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    value.remove_prefix(comma + 1);
  }
}

bool list_contains(std::string_view list, std::string_view item) {
  const auto items = split_list(list);
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace lunsim::negotiation
