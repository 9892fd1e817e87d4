// A .lua scenario to the same tree that a YAML file becomes: its table with the places of its keys,
// its functions as scripts. Runs the file once, in a box of its own; knows no key of the language.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "scenarios/engine/lua_script.hpp"
#include "scenarios/engine/node.hpp"
#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {

bool is_lua_file(std::string_view file);

/// What the file returned, or gave to scenario{...}. Adds to `problems` and returns an empty node
/// if it is no script that ends, or gives no table.
Node read_lua(std::string_view text, const std::string& file, Problems& problems,
              const ReadLimits& limits = {});

struct ScriptForm {
  std::string parameters;          // names of what it is called with: "pdu"
  bool may_be_expression = false;  // its value is what is returned
};
/// The script behind a `lua:` key: text (YAML) or a function (Lua). Tells syntax errors with the
/// place in the file; null then.
std::shared_ptr<const LuaScript> read_script(const Node& node, Problems& problems,
                                             const ScriptForm& form = {});

/// A value as a tree, every part of it at `place`: what scripts hand to steps.
Node node_of(const lua::Value& value, const Place& place);

}  // namespace lunsim::scenarios
