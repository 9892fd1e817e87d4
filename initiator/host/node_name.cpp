#include "initiator/host/node_name.hpp"

#include <algorithm>

#include "initiator/host/login_rules.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::string_view kOurs = "iqn.2026-11.org.lunsim:";

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) {
  return is_decimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char name_character(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  const bool stays = (c >= 'a' && c <= 'z') || is_decimal(c) || c == '-' || c == '.';
  return stays ? c : '-';
}

/// YYYY-MM. and who had that domain then.
bool is_dated_authority(std::string_view text) {
  constexpr std::string_view kShape = "0000-00.";
  if (text.size() <= kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '0' ? !is_decimal(text[i]) : text[i] != kShape[i]) return false;
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const char first = text[kShape.size()];
  return month >= 1 && month <= 12 && first != ':' && first != '.' && first != '-';
}

}  // namespace

std::string default_node_name(std::string_view computer_name) {
  std::string name(kOurs);
  for (const char c : computer_name.empty() ? std::string_view("host") : computer_name)
    if (name.size() < kIscsiNameBytesMax) name.push_back(name_character(c));
  return name;
}

bool is_node_name(std::string_view name) {
  if (!is_iscsi_name(name) || name.size() < 4) return false;
  const std::string_view type = name.substr(0, 4), rest = name.substr(4);
  if (type == "iqn.") return is_dated_authority(rest);
  const bool has_length = rest.size() == 16 || (type == "naa." && rest.size() == 32);
  return (type == "eui." || type == "naa.") && has_length &&
         std::all_of(rest.begin(), rest.end(), is_hexadecimal);
}

}  // namespace lunsim::initiator
