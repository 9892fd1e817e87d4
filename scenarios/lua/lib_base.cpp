// The base library without what leaves the box: load*, dofile, require, collectgarbage, xpcall and
// warn. What differs: pcall holds no end of the budget or memory up, pairs
// and next have an order, tostring shows no address, metatables cannot have finalizers.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/lua/state.hpp"

namespace lunsim::lua {
namespace {

int finish_pcall(lua_State* lua, int status, lua_KContext) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(lua);
  keep_ended(lua, status);
  charge(lua, kCaughtInstructions);
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

int base_pcall(lua_State* lua) {
  luaL_checkany(lua, 1);
  charge(lua, kProtectedInstructions);
  check_depth(lua);
  lua_pushboolean(lua, 1);
  lua_insert(lua, 1);
  const int status = lua_pcallk(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0, 0, finish_pcall);
  return finish_pcall(lua, status, 0);
}

int base_tostring(lua_State* lua) {
  luaL_checkany(lua, 1);
  const std::string text = text_of(lua, 1);
  lua_pushlstring(lua, text.data(), text.size());
  return 1;
}

int base_print(lua_State* lua) {
  std::string line;
  for (int i = 1; i <= lua_gettop(lua); ++i) line += (i > 1 ? "\t" : "") + text_of(lua, i);
  charge(lua, static_cast<std::int64_t>(line.size() / 16) + 10);
  const State& state = state_of(lua);
  if (state.printer) state.printer({"print", {}, place_of(lua)}, line);
  return 0;
}

/// Upvalues: the sorted keys, the number of the last one.
int next_of_pairs(lua_State* lua) {
  lua_Integer at = lua_tointeger(lua, lua_upvalueindex(2));
  while (true) {
    charge(lua, 1);
    ++at;
    lua_pushinteger(lua, at);
    lua_replace(lua, lua_upvalueindex(2));
    if (lua_rawgeti(lua, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
    lua_pushvalue(lua, -1);
    // Keys that went meanwhile are not met, as with the library's own.
    if (lua_rawget(lua, 1) != LUA_TNIL) return 2;
    lua_pop(lua, 2);
  }
}

int after_pairs_metamethod(lua_State*, int, lua_KContext) { return 3; }

int base_pairs(lua_State* lua) {
  luaL_checkany(lua, 1);
  if (luaL_getmetafield(lua, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(lua, 1);
    lua_callk(lua, 1, 3, 0, after_pairs_metamethod);
    return 3;
  }
  luaL_checktype(lua, 1, LUA_TTABLE);
  push_sorted_keys(lua, 1);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, next_of_pairs, 2);
  lua_pushvalue(lua, 1);
  lua_pushnil(lua);
  return 3;
}

/// The key behind the given one in the order of pairs. Costs what pairs over the table costs.
int base_next(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 2);
  const lua_Integer keys = push_sorted_keys(lua, 1);
  lua_Integer at = 1;
  bool found = lua_isnil(lua, 2);
  while (!found && at <= keys) {
    lua_rawgeti(lua, 3, at++);
    found = lua_rawequal(lua, -1, 2) != 0;
    lua_pop(lua, 1);
  }
  if (!found) raise(lua, "invalid key to 'next'");
  if (lua_rawgeti(lua, 3, at) == LUA_TNIL) return 1;
  lua_pushvalue(lua, -1);
  lua_rawget(lua, 1);
  return 2;
}

/// A finalizer would run where no hook does, a weak table would show when memory is collected.
int base_setmetatable(lua_State* lua) {
  const int type = lua_type(lua, 2);
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_argexpected(lua, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL)
    return luaL_error(lua, "cannot change a protected metatable");
  for (const char* name : {"__gc", "__mode"}) {
    if (type != LUA_TTABLE) break;
    lua_pushstring(lua, name);
    if (lua_rawget(lua, 2) != LUA_TNIL)
      raise_sandbox(lua, fmt::format("a metatable cannot have {} here", name));
    lua_pop(lua, 1);
  }
  lua_settop(lua, 2);
  lua_setmetatable(lua, 1);
  return 1;
}

constexpr std::array kAbsentLibraries{"io", "os", "package", "debug"};
constexpr std::array kAbsentFunctions{"load",           "loadfile", "loadstring", "dofile",
                                      "collectgarbage", "require",  "xpcall",     "warn"};

/// A global that nobody set is a typo, or something that this box has not.
int unknown_global(lua_State* lua) {
  if (lua_type(lua, 2) != LUA_TSTRING) return 0;
  const std::string name = lua_tostring(lua, 2);
  const auto is_it = [&](const char* absent) { return name == absent; };
  if (std::any_of(kAbsentLibraries.begin(), kAbsentLibraries.end(), is_it))
    raise_sandbox(lua, fmt::format("the library {} is not there for scripts", name));
  std::vector<std::string> known;
  lua_pushglobaltable(lua);
  lua_pushnil(lua);
  while (lua_next(lua, -2) != 0) {
    if (lua_type(lua, -2) == LUA_TSTRING) known.emplace_back(lua_tostring(lua, -2));
    lua_pop(lua, 1);
  }
  std::sort(known.begin(), known.end());
  const auto& suggest = state_of(lua).suggester;
  const std::string meant = suggest ? suggest(name, known) : std::string();
  raise(lua, fmt::format("unknown name \"{}\"{}", name,
                         meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)));
}

}  // namespace

void open_base(lua_State* lua) {
  luaL_requiref(lua, LUA_GNAME, luaopen_base, 1);
  static constexpr luaL_Reg kOwn[] = {{"pcall", base_pcall}, {"tostring", base_tostring},
                                      {"print", base_print}, {"pairs", base_pairs},
                                      {"next", base_next},   {"setmetatable", base_setmetatable},
                                      {nullptr, nullptr}};
  luaL_setfuncs(lua, kOwn, 0);
  for (const char* name : kAbsentFunctions) refuse(lua, name, name);
  lua_newtable(lua);
  lua_pushcfunction(lua, unknown_global);
  lua_setfield(lua, -2, "__index");
  lua_pushliteral(lua, "globals");
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_pop(lua, 1);
}

}  // namespace lunsim::lua
