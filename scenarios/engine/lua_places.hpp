// Where the keys of a .lua scenario's table stand in its source. Lua itself forgets the places of
// table constructors, so they are found in the text; what is computed has the place of the literal
// around it. Reads tokens only, no grammar.                    Lua 5.4 Reference Manual §3.1,
// §3.4.9
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {

/// By path: "targets/array/luns/1/lun"; "" is the scenario's table itself.
using LuaPlaces = std::map<std::string, Place>;

/// The places of the keys of `scenario{...}` or `return {...}`, and of the values of lists.
LuaPlaces find_lua_places(std::string_view text, const std::string& file);

}  // namespace lunsim::scenarios
