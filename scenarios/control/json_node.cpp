#include "scenarios/control/json_node.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

Node scalar(std::string text, bool quoted) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

Node map_of(const json::object& object, const std::string& path) {
  Node node;
  node.kind = Node::Kind::map;
  for (const json::key_value_pair& entry : object) {
    const std::string key(entry.key());
    const std::string below = path.empty() ? key : path + "." + key;
    node.keys.push_back(key);
    node.key_places.push_back({below, 0, 0});
    node.items.push_back(node_of(entry.value(), below));
  }
  return node;
}

Node list_of(const json::array& array, const std::string& path) {
  Node node;
  node.kind = Node::Kind::list;
  for (std::size_t i = 0; i < array.size(); ++i)
    node.items.push_back(node_of(array[i], fmt::format("{}[{}]", path, i)));
  return node;
}

Node plain_node_of(const json::value& value, const std::string& path) {
  switch (value.kind()) {
    case json::kind::null:
      return scalar("NULL", false);
    case json::kind::bool_:
      return scalar(value.get_bool() ? "yes" : "no", false);
    case json::kind::int64:
      return scalar(std::to_string(value.get_int64()), false);
    case json::kind::uint64:
      return scalar(std::to_string(value.get_uint64()), false);
    case json::kind::double_:
      return scalar(fmt::format("{}", value.get_double()), false);
    case json::kind::string: {
      const std::string text(value.get_string());
      return scalar(text, !text.starts_with('$'));
    }
    case json::kind::array:
      return list_of(value.get_array(), path);
    case json::kind::object:
      return map_of(value.get_object(), path);
  }
  return {};
}

/// What is no UTF-8 becomes U+FFFD: JSON can carry nothing else.
std::string as_utf8(std::string text) {
  while (const auto bad = first_bad_utf8(text)) text.replace(*bad, 1, "\xEF\xBF\xBD");
  return text;
}

json::value meaning_of(const Seen& seen) {
  switch (seen.kind) {
    case Seen::Kind::absent:
      return nullptr;
    case Seen::Kind::number:
      return seen.number;
    case Seen::Kind::text:
      return json::string(as_utf8(seen.text));
    case Seen::Kind::bytes:
      return json::string(format_hex(seen.bytes, seen.bytes.size()));
    case Seen::Kind::list: {
      json::array array;
      for (const Seen& item : seen.items) array.push_back(json_of(item));
      return array;
    }
    case Seen::Kind::record: {
      json::object object;
      for (std::size_t i = 0; i < seen.items.size(); ++i)
        object[seen.field_names[i]] = json_of(seen.items[i]);
      return object;
    }
  }
  return nullptr;
}

}  // namespace

Node node_of(const json::value& value, const std::string& path) {
  Node node = plain_node_of(value, path);
  node.place = {path, 0, 0};
  return node;
}

json::value json_of(const Seen& seen) {
  if (!seen.is_buffer) return meaning_of(seen);
  std::vector<std::byte> valid = seen.bytes;
  valid.resize(std::min(valid.size(), seen.valid_bytes));
  json::object buffer;
  buffer["hex"] = format_hex(valid, valid.size());
  buffer["value"] = meaning_of(seen);
  return buffer;
}

}  // namespace lunsim::scenarios
