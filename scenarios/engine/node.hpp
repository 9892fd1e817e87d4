// A scenario file as a tree of plain values with their places: what the YAML reader hands to the
// loader. Knows no key of the language.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {

struct LuaScript;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string text;               // scalar
  bool quoted = false;            // scalar: "5" in quotes is text, not a number
  bool is_block = false;          // scalar: behind a | or >, so it begins in the next line
  bool is_empty_table = false;    // map: Lua's {} is a list without items as well
  std::shared_ptr<const LuaScript> script;  // scalar: a function of a .lua file
  std::vector<Node> items;        // list; map: the values
  std::vector<std::string> keys;  // map: same order as items
  std::vector<Place> key_places;  // map

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list || is_empty_table; }
  bool is_map() const { return kind == Kind::map; }
  /// The value of a key; null if it is not there.
  const Node* find(std::string_view key) const {
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (keys[i] == key) return &items[i];
    return nullptr;
  }
};
/// "a list", "a map", "text", "nothing": for messages.
std::string_view describe(Node::Kind kind);

struct ReadLimits {
  std::size_t file_bytes_max = 1u << 20;
  std::size_t depth_max = 32;
  std::size_t nodes_max = 200'000;  // after aliases have been followed
};

/// Text to tree. Adds to `problems` and returns an empty node if it is no YAML that we take: more
/// than one document, bad UTF-8, a duplicate key, an unterminated quote, beyond the limits.
Node read_yaml(std::string_view text, const std::string& file, Problems& problems,
               const ReadLimits& limits = {});

}  // namespace lunsim::scenarios
