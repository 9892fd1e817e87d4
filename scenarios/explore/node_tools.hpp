// Small changes to a tree of values, for those who write scenario files.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/node.hpp"

namespace lunsim::explore {

inline scenarios::Node scalar(std::string text, bool quoted = false) {
  scenarios::Node node;
  node.kind = scenarios::Node::Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

inline scenarios::Node map_of(std::vector<std::pair<std::string, scenarios::Node>> entries) {
  scenarios::Node node;
  node.kind = scenarios::Node::Kind::map;
  for (auto& [key, value] : entries) {
    node.keys.push_back(key);
    node.key_places.emplace_back();
    node.items.push_back(std::move(value));
  }
  return node;
}

inline scenarios::Node list_of(std::vector<scenarios::Node> items) {
  scenarios::Node node;
  node.kind = scenarios::Node::Kind::list;
  node.items = std::move(items);
  return node;
}

/// The item at `at` of a list or a map.
inline void remove(scenarios::Node& node, std::size_t at) {
  const auto offset = static_cast<std::ptrdiff_t>(at);
  node.items.erase(node.items.begin() + offset);
  if (!node.is_map()) return;
  node.keys.erase(node.keys.begin() + offset);
  node.key_places.erase(node.key_places.begin() + offset);
}

inline void set(scenarios::Node& map, const std::string& key, scenarios::Node value) {
  for (std::size_t i = 0; i < map.keys.size(); ++i)
    if (map.keys[i] == key) {
      map.items[i] = std::move(value);
      return;
    }
  map.keys.push_back(key);
  map.key_places.emplace_back();
  map.items.push_back(std::move(value));
}

inline void remove_key(scenarios::Node& map, const std::string& key) {
  for (std::size_t i = map.keys.size(); i-- > 0;)
    if (map.keys[i] == key) remove(map, i);
}

inline void insert(scenarios::Node& map, std::size_t at, const std::string& key,
                   scenarios::Node value) {
  const auto offset = static_cast<std::ptrdiff_t>(std::min(at, map.keys.size()));
  map.keys.insert(map.keys.begin() + offset, key);
  map.key_places.insert(map.key_places.begin() + offset, scenarios::Place{});
  map.items.insert(map.items.begin() + offset, std::move(value));
}

}  // namespace lunsim::explore
