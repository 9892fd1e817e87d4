// The table and math libraries: what loops inside is paid for before, chance comes from the seed.
#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "scenarios/lua/state.hpp"

namespace lunsim::lua {
namespace {

std::int64_t length_of(lua_State* lua) {
  if (lua_type(lua, 1) != LUA_TTABLE) return 0;
  return std::max<std::int64_t>(luaL_len(lua, 1), 0);
}

/// `value` clamped between 0 and what no budget has.
std::int64_t span(lua_Integer first, lua_Integer last) {
  if (last < first) return 0;
  const std::uint64_t count = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, 1ULL << 62));
}

std::int64_t cost_of_length(lua_State* lua) { return length_of(lua) / 2; }

std::int64_t cost_of_sort(lua_State* lua) {
  const std::int64_t length = length_of(lua);
  const auto width = static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(length)));
  return length > (1LL << 40) ? length : length * width;
}

/// From the second argument on to the end, moved by one.
std::int64_t cost_of_shift(lua_State* lua) {
  if (lua_gettop(lua) < 2 || lua_isinteger(lua, 2) == 0) return 1;
  return span(lua_tointeger(lua, 2), length_of(lua));
}

std::int64_t cost_of_move(lua_State* lua) {
  return span(lua_tointeger(lua, 2), lua_tointeger(lua, 3));
}

std::int64_t cost_of_unpack(lua_State* lua) {
  const lua_Integer first = luaL_optinteger(lua, 2, 1);
  return span(first, lua_isnoneornil(lua, 3) ? length_of(lua) : lua_tointeger(lua, 3)) / 2;
}

std::int64_t cost_of_concat(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  const lua_Integer first = luaL_optinteger(lua, 3, 1);
  const lua_Integer last = luaL_optinteger(lua, 4, length_of(lua));
  const std::size_t most = state_of(lua).limits.text_bytes_max;
  std::size_t separator = 0;
  luaL_optlstring(lua, 2, "", &separator);
  std::size_t bytes = 0;
  for (lua_Integer i = first; i <= last; ++i) {
    charge(lua, 1);
    const bool is_text = lua_rawgeti(lua, 1, i) == LUA_TSTRING;
    bytes += separator + (is_text ? lua_rawlen(lua, -1) : 32);
    lua_pop(lua, 1);
    if (bytes > most)
      raise(lua, fmt::format("memory: table.concat would make more than {} bytes of text", most));
    if (i == last) break;  // the largest integer has none behind it
  }
  return static_cast<std::int64_t>(bytes / 16);
}

/// The library's own, which takes a seed from the clock and an address when it is given none.
int math_randomseed(lua_State* lua) {
  if (lua_isnone(lua, 1))
    raise_sandbox(lua, "math.randomseed needs a number: chance comes from the scenario's seed");
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 0);
  return 0;
}

}  // namespace

void open_table(lua_State* lua) {
  luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
  charge_before(lua, "concat", cost_of_concat);
  charge_before(lua, "insert", cost_of_shift);
  charge_before(lua, "remove", cost_of_shift);
  charge_before(lua, "move", cost_of_move);
  charge_before(lua, "sort", cost_of_sort);
  charge_before(lua, "unpack", cost_of_unpack);
  charge_before(lua, "pack", cost_of_length);
  lua_pop(lua, 1);
}

void open_math(lua_State* lua) {
  luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
  lua_getfield(lua, -1, "randomseed");
  lua_pushcclosure(lua, math_randomseed, 1);
  lua_setfield(lua, -2, "randomseed");
  lua_pop(lua, 1);
}

}  // namespace lunsim::lua
