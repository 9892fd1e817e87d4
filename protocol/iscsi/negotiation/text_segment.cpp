#include "protocol/iscsi/negotiation/text_segment.hpp"

#include <algorithm>
#include <utility>

#include "protocol/iscsi/negotiation/key_registry.hpp"

namespace lunsim::negotiation {
namespace {

constexpr std::string_view kSection = "RFC 7143 §6.1";

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '+' || c == '@' || c == '_';
}

bool is_encoded(std::string_view value) {
  return value.size() >= 2 && value[0] == '0' &&
         (value[1] == 'x' || value[1] == 'X' || value[1] == 'b' || value[1] == 'B');
}

std::size_t value_bytes_max(std::string_view key, std::string_view value) {
  if (const KeyRule* rule = find_rule(key)) return rule->value_bytes_max;
  return is_encoded(value) ? kEncodedValueBytesMax : kValueBytesMax;
}

bool has_control_character(std::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

Result<TextPair> parse_pair(std::string_view item, std::size_t at) {
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos) {
    return violation("a text item without \"=\"", kSection, at, "key=value");
  }
  const TextPair pair{item.substr(0, equals), item.substr(equals + 1), at};
  if (pair.key.size() > kKeyBytesMax) {
    return violation("a key of more than 63 characters", kSection, at, "key");
  }
  if (!is_key_label(pair.key)) {
    return violation("a key that is not a standard label", kSection, at, "key");
  }
  const std::size_t value_at = at + equals + 1;
  if (pair.value.size() > value_bytes_max(pair.key, pair.value)) {
    return violation("a value longer than its key allows", kSection, value_at, "value");
  }
  if (has_control_character(pair.value)) {
    return violation("a control character in a value", kSection, value_at, "value");
  }
  return pair;
}

}  // namespace

bool is_key_label(std::string_view key) {
  if (key.empty() || key.size() > kKeyBytesMax) return false;
  const bool extension = key.starts_with("X#") && key.size() > 2;
  const std::string_view label = extension ? key.substr(2) : key;
  return std::all_of(label.begin(), label.end(), is_label_character);
}

Result<std::vector<TextPair>> parse_text(std::string_view text, TextLimits limits) {
  if (text.size() > limits.bytes_max) {
    return violation("a text longer than we accept", kSection, limits.bytes_max, "text");
  }
  std::vector<TextPair> pairs;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\0', at);
    if (end == std::string_view::npos) {
      return violation("the last pair is not ended by a null", kSection, text.size(), "key=value");
    }
    if (pairs.size() == limits.pairs_max) {
      return violation("more pairs than we accept", kSection, at, "text");
    }
    auto pair = parse_pair(text.substr(at, end - at), at);
    if (!pair) return tl::unexpected(pair.error());
    pairs.push_back(*pair);
    at = end + 1;
  }
  return pairs;
}

const TextPair* find_pair(std::span<const TextPair> pairs, std::string_view key) {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const TextPair& p) { return p.key == key; });
  return found == pairs.end() ? nullptr : &*found;
}

void TextBuilder::add(std::string_view key, std::string_view value) {
  text_ += key;
  text_ += '=';
  text_ += value;
  text_ += '\0';
}

void TextBuilder::add_number(std::string_view key, std::uint64_t value) {
  add(key, std::to_string(value));
}

std::string TextBuilder::take() { return std::exchange(text_, {}); }

}  // namespace lunsim::negotiation
