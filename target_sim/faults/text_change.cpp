#include "target_sim/faults/text_change.hpp"

#include <algorithm>

#include "protocol/bytes/base64.hpp"
#include "protocol/bytes/hex.hpp"

namespace lunsim::target_sim {
namespace {

struct Pair {
  std::string key, value;
  bool has_equals = true;
};

std::vector<Pair> pairs_of(std::string_view text) {
  std::vector<Pair> out;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('\0'));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos) {
      out.push_back({std::string(one), {}, false});
    } else {
      out.push_back(
          {std::string(one.substr(0, equals)), std::string(one.substr(equals + 1)), true});
    }
    text.remove_prefix(std::min(one.size() + 1, text.size()));
  }
  return out;
}

std::string text_of(const std::vector<Pair>& pairs) {
  std::string out;
  for (const Pair& pair : pairs) {
    out += pair.key;
    if (pair.has_equals) out += '=' + pair.value;
    out += '\0';
  }
  return out;
}

/// A binary value in another of the standard's spellings; as it was if it is none.   RFC 7143 §6.1
std::string encoded(std::string_view value, std::string_view how) {
  if (value.size() < 2 || value[0] != '0') return std::string(value);
  const char kind = value[1];
  const bool is_hex = kind == 'x' || kind == 'X';
  if (!is_hex && kind != 'b' && kind != 'B') return std::string(value);
  std::string digits(value.substr(2));
  if (is_hex && digits.size() % 2 != 0) digits.insert(digits.begin(), '0');
  const auto bytes = is_hex ? bytes::from_hex(digits) : bytes::from_base64(digits);
  if (!bytes) return std::string(value);
  if (how == "base64") return "0b" + bytes::to_base64(*bytes);
  if (how == "BASE64") return "0B" + bytes::to_base64(*bytes);
  std::string hex = bytes::to_hex(*bytes);
  if (how == "hex") return "0x" + hex;
  for (char& c : hex)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return "0X" + hex;
}

std::string value_of(const TextChange& change, const TextMemory& memory) {
  if (change.letters > 0) return std::string(change.letters, 'x');
  if (!change.received.empty())
    return std::string(memory.last(pdu::Direction::receive, change.received));
  if (!change.sent.empty()) return std::string(memory.last(pdu::Direction::send, change.sent));
  return change.value;
}

void apply(const TextChange& change, std::vector<Pair>& pairs, const TextMemory& memory) {
  const auto is_it = [&](const Pair& pair) { return pair.key == change.key; };
  if (change.kind == TextChange::Kind::add) {
    pairs.push_back({change.key, value_of(change, memory), true});
    return;
  }
  if (change.kind == TextChange::Kind::remove) {
    std::erase_if(pairs, is_it);
    return;
  }
  const auto found = std::find_if(pairs.begin(), pairs.end(), is_it);
  if (found == pairs.end()) return;
  if (change.kind == TextChange::Kind::set) {
    const bool from_memory = !change.received.empty() || !change.sent.empty();
    std::string value = value_of(change, memory);
    if (!from_memory || !value.empty()) found->value = std::move(value);
  } else if (change.kind == TextChange::Kind::repeat) {
    const Pair again = *found;
    pairs.insert(found, again);
  } else if (change.kind == TextChange::Kind::rename) {
    found->key = change.value;
  } else {
    found->value = encoded(found->value, change.value);
  }
}

}  // namespace

std::string_view text_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('\0'));
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=')
      return pair.substr(key.size() + 1);
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
  return {};
}

void TextMemory::keep(pdu::Direction direction, std::span<const std::byte> text) {
  auto& kept = direction == pdu::Direction::receive ? received_ : sent_;
  for (Pair& pair : pairs_of({reinterpret_cast<const char*>(text.data()), text.size()})) {
    if (kept.size() >= kKeysMax && !kept.contains(pair.key)) return;
    kept[pair.key] = std::move(pair.value);
  }
}

std::string_view TextMemory::last(pdu::Direction direction, const std::string& key) const {
  const auto& kept = direction == pdu::Direction::receive ? received_ : sent_;
  const auto found = kept.find(key);
  return found == kept.end() ? std::string_view{} : std::string_view{found->second};
}

std::string changed_text(std::span<const TextChange> changes, std::string_view text,
                         const TextMemory& memory) {
  std::vector<Pair> pairs = pairs_of(text);
  const std::string before = text_of(pairs);
  for (const TextChange& change : changes) apply(change, pairs, memory);
  std::string after = text_of(pairs);
  return after == before ? std::string(text) : after;
}

}  // namespace lunsim::target_sim
