#include "scenarios/engine/map_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {

void expected_but(const Node& node, std::string_view wanted, Problems& problems) {
  const std::string seen =
      node.is_scalar() ? '"' + node.text + '"' : std::string(describe(node.kind));
  problems.add(node.place, fmt::format("expected {}, found {}", wanted, seen));
}

MapReader::MapReader(const Node& node, std::string_view what, Problems& problems)
    : node_(node), what_(what), problems_(problems) {
  if (!node.is_map()) expected_but(node, what_ + " as a map of keys", problems_);
}

const Node* MapReader::take(std::string_view key) {
  known_.emplace_back(key);
  return node_.find(key);
}

const Node* MapReader::need(std::string_view key) {
  const Node* found = take(key);
  if (found == nullptr && node_.is_map())
    problems_.add(node_.place, fmt::format("{} needs the key \"{}\"", what_, key));
  return found;
}

bool MapReader::text(std::string_view key, std::string& out) {
  const Node* node = take(key);
  if (node == nullptr) return false;
  if (!node->is_scalar()) {
    expected_but(*node, fmt::format("text for \"{}\"", key), problems_);
    return false;
  }
  out = node->text;
  return true;
}

bool MapReader::flag(std::string_view key, bool& out) {
  const Node* node = take(key);
  if (node == nullptr) return false;
  const auto value = node->is_scalar() ? number_named(node->text, Names::yes_no) : std::nullopt;
  if (!value) {
    expected_but(*node, fmt::format("true or false for \"{}\"", key), problems_);
    return false;
  }
  out = *value != 0;
  return true;
}

bool MapReader::duration(std::string_view key, std::int64_t& out_ns) {
  const Node* node = take(key);
  if (node == nullptr) return false;
  const auto value = node->is_scalar() ? parse_duration_ns(node->text) : std::nullopt;
  if (!value) {
    expected_but(*node, fmt::format("a time with its unit for \"{}\", like 5 s or 200 ms", key),
                 problems_);
    return false;
  }
  out_ns = *value;
  return true;
}

bool MapReader::size(std::string_view key, std::uint64_t& out_bytes) {
  const Node* node = take(key);
  if (node == nullptr) return false;
  const auto value = node->is_scalar() ? parse_size(node->text) : std::nullopt;
  if (!value) {
    expected_but(*node, fmt::format("a size for \"{}\", like 64 MiB", key), problems_);
    return false;
  }
  out_bytes = *value;
  return true;
}

bool MapReader::texts(std::string_view key, std::vector<std::string>& out) {
  const Node* node = take(key);
  if (node == nullptr) return false;
  if (node->is_scalar()) {
    out.push_back(node->text);
    return true;
  }
  if (!node->is_list()) {
    expected_but(*node, fmt::format("a name or a list of names for \"{}\"", key), problems_);
    return false;
  }
  for (const Node& item : node->items) {
    if (item.is_scalar()) {
      out.push_back(item.text);
    } else {
      expected_but(item, "a name", problems_);
    }
  }
  return true;
}

std::optional<std::uint64_t> MapReader::read_number(const Node& node, std::uint64_t min,
                                                    std::uint64_t max, Names names) {
  std::optional<std::uint64_t> value;
  if (node.is_scalar()) value = parse_number(node.text);
  if (!value && node.is_scalar()) value = number_named(node.text, names);
  if (!value) {
    if (names != Names::none && node.is_scalar()) {
      problems_.add(node.place, fmt::format("unknown name \"{}\"", node.text),
                    nearest(node.text, names_of(names)));
    } else {
      expected_but(node, "a number", problems_);
    }
    return std::nullopt;
  }
  if (*value < min || *value > max) {
    problems_.add(node.place,
                  fmt::format("{} is out of range: {} to {} is possible", node.text, min, max));
    return std::nullopt;
  }
  return value;
}

void MapReader::finish() {
  for (std::size_t i = 0; i < node_.keys.size(); ++i) {
    if (std::find(known_.begin(), known_.end(), node_.keys[i]) != known_.end()) continue;
    problems_.add(node_.key_places[i],
                  fmt::format("unknown key \"{}\" in {}", node_.keys[i], what_),
                  nearest(node_.keys[i], known_));
  }
}

}  // namespace lunsim::scenarios
