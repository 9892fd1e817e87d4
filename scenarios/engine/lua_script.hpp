// A script of a scenario as data: its source with its place, or a function inside the table that a
// whole .lua file returns. Knows no Lua state: lua_room.hpp runs it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/lua/value.hpp"

namespace lunsim::scenarios {

struct LuaScript {
  std::string file;
  std::shared_ptr<const std::string> text;
  std::uint32_t first_line = 1;  // where the text stands in the file
  bool is_whole_file = false;    // a .lua scenario: `path` leads to the function
  std::vector<lua::Value> path;  // keys, from the scenario's table on
};

}  // namespace lunsim::scenarios
