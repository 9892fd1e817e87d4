#include "scenarios/engine/lua_reader.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "scenarios/engine/lua_functions.hpp"
#include "scenarios/engine/lua_places.hpp"
#include "scenarios/engine/map_reader.hpp"
#include "scenarios/engine/text.hpp"
#include "scenarios/lua/sandbox.hpp"

namespace lunsim::scenarios {
namespace {

using lua::Value;

/// A table to nodes, with the places that its keys have in the source.
class TreeBuilder {
 public:
  TreeBuilder(const std::string& file, std::shared_ptr<const std::string> text,
              const LuaPlaces& places)
      : file_(file), text_(std::move(text)), places_(places) {}

  Node build(const Value& value, const std::string& path, const Place& around) {
    const auto found = places_.find(path);
    const Place place = found == places_.end() ? around : found->second;
    if (value.kind == Value::Kind::function) return function_node(value, place);
    if (!value.is_table()) return node_of(value, place);
    Node out;
    out.place = place;
    out.kind = value.is_list() ? Node::Kind::list : Node::Kind::map;
    out.is_empty_table = value.keys.empty();
    for (std::size_t i = 0; i < value.keys.size(); ++i) {
      const std::string key = to_text(value.keys[i]);
      keys_.push_back(value.keys[i]);
      Node item = build(value.values[i], path.empty() ? key : path + "/" + key, place);
      keys_.pop_back();
      if (out.is_map()) {
        out.keys.push_back(key);
        out.key_places.push_back(item.place);
      }
      out.items.push_back(std::move(item));
    }
    if (out.is_map()) sort_by_place(out);
    return out;
  }

 private:
  /// A table has no order, its text has: the first host of a file is the first one there.
  static void sort_by_place(Node& map) {
    std::vector<std::size_t> order(map.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto at = [&](std::size_t i) {
      return std::pair(map.key_places[i].line, map.key_places[i].column);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return at(a) < at(b); });
    Node sorted = map;
    for (std::size_t i = 0; i < order.size(); ++i) {
      sorted.keys[i] = map.keys[order[i]];
      sorted.items[i] = map.items[order[i]];
      sorted.key_places[i] = map.key_places[order[i]];
    }
    map = std::move(sorted);
  }

  Node function_node(const Value&, const Place& place) const {
    Node out;
    out.kind = Node::Kind::scalar;
    out.place = place;
    out.text = "a function";
    out.script = std::make_shared<LuaScript>(LuaScript{file_, text_, 1, true, keys_});
    return out;
  }

  std::string file_;
  std::shared_ptr<const std::string> text_;
  const LuaPlaces& places_;
  std::vector<Value> keys_;
};

/// "a.lua:3: reason" to its place and reason.
void tell(const lua::Failure& failure, const std::string& file, Problems& problems) {
  std::string reason = failure.message;
  const std::string prefix =
      failure.line == 0 ? file + ": " : fmt::format("{}:{}: ", file, failure.line);
  if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
  problems.add({file, failure.line, 0}, std::move(reason));
}

}  // namespace

bool is_lua_file(std::string_view file) { return file.ends_with(".lua"); }

Node node_of(const Value& value, const Place& place) {
  Node out;
  out.place = place;
  if (value.is_nil()) return out;
  if (!value.is_table()) {
    out.kind = Node::Kind::scalar;
    out.text = to_text(value);
    return out;
  }
  out.kind = value.is_list() ? Node::Kind::list : Node::Kind::map;
  out.is_empty_table = value.keys.empty();
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    if (out.is_map()) {
      out.keys.push_back(to_text(value.keys[i]));
      out.key_places.push_back(place);
    }
    out.items.push_back(node_of(value.values[i], place));
  }
  return out;
}

Node read_lua(std::string_view text, const std::string& file, Problems& problems,
              const ReadLimits& limits) {
  if (text.size() > limits.file_bytes_max) {
    problems.add({file, 0, 0}, fmt::format("the file has {} bytes; at most {} are read",
                                           text.size(), limits.file_bytes_max));
    return {};
  }
  if (first_bad_utf8(text)) {
    problems.add({file, 0, 0}, "this is not UTF-8");
    return {};
  }
  lua::Sandbox sandbox(kLoadSeed);
  std::optional<Value> given;
  offer_for_loading(sandbox, given);
  const lua::Sandbox::Step step = sandbox.run(text, file);
  if (step.kind == lua::Sandbox::Step::Kind::failed) {
    tell(step.failure, file, problems);
    return {};
  }
  if (!given && !step.values.empty()) given = step.values.front();
  if (!given || !given->is_table()) {
    problems.add({file, 1, 1},
                 "the file gives no scenario: it ends with `return {...}` or calls scenario{...}");
    return {};
  }
  const LuaPlaces places = find_lua_places(text, file);
  return TreeBuilder(file, std::make_shared<std::string>(text), places)
      .build(*given, "", {file, 1, 1});
}

std::shared_ptr<const LuaScript> read_script(const Node& node, Problems& problems,
                                             const ScriptForm& form) {
  if (node.script) return node.script;
  note_described(node, "a Lua script: text behind a |", problems);
  if (!node.is_scalar()) {
    problems.add(node.place,
                 "expected a Lua script: text behind a | , or a function in a .lua file");
    return nullptr;
  }
  const std::uint32_t first_line = node.place.line + (node.is_block ? 1 : 0);
  const std::string head =
      form.parameters.empty() ? "" : fmt::format("local {} = ... ", form.parameters);
  lua::Sandbox sandbox(kLoadSeed);
  lua::Value function;
  const auto compiles = [&](const std::string& text) {
    return sandbox.compile(text, node.place.file, first_line, function);
  };
  std::string text = head + node.text;
  const std::string expression = head + "return " + node.text;
  if (form.may_be_expression && compiles(expression).kind != lua::Sandbox::Step::Kind::failed)
    text = expression;
  const auto step = compiles(text);
  if (step.kind != lua::Sandbox::Step::Kind::failed)
    return std::make_shared<LuaScript>(
        LuaScript{node.place.file, std::make_shared<std::string>(text), first_line, false, {}});
  tell(step.failure, node.place.file, problems);
  return nullptr;
}

}  // namespace lunsim::scenarios
