// A fault's edits of the key=value pairs of a Login or Text PDU.
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::TextChange;

void read_value(const Node& node, TextChange& change, Problems& problems) {
  note_described(node, "a text", problems);
  if (node.is_scalar()) {
    change.value = node.text;
    return;
  }
  MapReader map(node, "a value", problems);
  map.number("letters", change.letters, 1'000'000, 1);
  map.text("received", change.received);
  map.text("sent", change.sent);
  map.finish();
  if (node.is_map() && node.keys.empty())
    expected_but(node, "a text, {letters: n}, {received: key} or {sent: key}", problems);
}

void read_pairs(MapReader& map, std::string_view key, TextChange::Kind kind,
                std::vector<TextChange>& out) {
  const Node* node = map.take(key);
  if (node == nullptr) return;
  if (!node->is_map()) return expected_but(*node, "a map of keys", map.problems());
  for (std::size_t i = 0; i < node->keys.size(); ++i) {
    TextChange change;
    change.kind = kind;
    change.key = node->keys[i];
    read_value(node->items[i], change, map.problems());
    const bool needs_word = kind == TextChange::Kind::encode;
    const bool is_word = change.value == "hex" || change.value == "HEX" ||
                         change.value == "base64" || change.value == "BASE64";
    if (needs_word && !is_word)
      expected_but(node->items[i], "hex, HEX, base64 or BASE64", map.problems());
    out.push_back(std::move(change));
  }
}

void read_keys(MapReader& map, std::string_view key, TextChange::Kind kind,
               std::vector<TextChange>& out) {
  std::vector<std::string> names;
  map.texts(key, names);
  for (const std::string& name : names) {
    TextChange change;
    change.kind = kind;
    change.key = name;
    out.push_back(std::move(change));
  }
}

}  // namespace

void read_text_changes(const Node& node, std::vector<TextChange>& out, Problems& problems) {
  MapReader map(node, "text", problems);
  read_pairs(map, "set", TextChange::Kind::set, out);
  read_keys(map, "remove", TextChange::Kind::remove, out);
  read_pairs(map, "rename", TextChange::Kind::rename, out);
  read_pairs(map, "encode", TextChange::Kind::encode, out);
  read_keys(map, "repeat", TextChange::Kind::repeat, out);
  read_pairs(map, "add", TextChange::Kind::add, out);
  map.finish();
}

}  // namespace lunsim::scenarios
