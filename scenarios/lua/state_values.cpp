// Values in and out of a Lua state, and the order of keys.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "scenarios/lua/state.hpp"

namespace lunsim::lua {
namespace {

constexpr int kDepthMax = 32;
constexpr std::size_t kValuesMax = 100'000;
constexpr const char* kNumbersOfObjects = "lunsim.objects";

/// Objects are numbered as they are first shown: addresses would differ from run to run.
lua_Integer number_of_object(lua_State* lua, int index) {
  index = lua_absindex(lua, index);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, kNumbersOfObjects);
  lua_pushvalue(lua, index);
  if (lua_rawget(lua, -2) == LUA_TNIL) {
    lua_pop(lua, 1);
    lua_getfield(lua, -1, "count");
    const lua_Integer number = lua_tointeger(lua, -1) + 1;
    lua_pop(lua, 1);
    lua_pushinteger(lua, number);
    lua_setfield(lua, -2, "count");
    lua_pushvalue(lua, index);
    lua_pushinteger(lua, number);
    lua_rawset(lua, -3);
    lua_pushinteger(lua, number);
  }
  const lua_Integer number = lua_tointeger(lua, -1);
  lua_pop(lua, 2);
  return number;
}

class Copier {
 public:
  explicit Copier(lua_State* lua) : lua_(lua) {}

  Value copy(int index, int depth) {
    if (depth > kDepthMax) raise(lua_, fmt::format("a table nested deeper than {}", kDepthMax));
    if (++count_ > kValuesMax) raise(lua_, fmt::format("more than {} values", kValuesMax));
    charge(lua_, 1);
    switch (lua_type(lua_, index)) {
      case LUA_TNIL:
        return {};
      case LUA_TBOOLEAN:
        return Value::of(lua_toboolean(lua_, index) != 0);
      case LUA_TNUMBER:
        if (lua_isinteger(lua_, index) != 0)
          return Value::of(std::int64_t{lua_tointeger(lua_, index)});
        return Value::of(double{lua_tonumber(lua_, index)});
      case LUA_TSTRING: {
        std::size_t bytes = 0;
        const char* text = lua_tolstring(lua_, index, &bytes);
        return Value::of(std::string_view(text, bytes));
      }
      case LUA_TTABLE:
        return copy_table(lua_absindex(lua_, index), depth);
      case LUA_TFUNCTION: {
        Value out;
        out.kind = Value::Kind::function;
        lua_pushvalue(lua_, index);
        out.integer = luaL_ref(lua_, LUA_REGISTRYINDEX);
        return out;
      }
      default:
        raise(lua_, fmt::format("a {} cannot leave the script", luaL_typename(lua_, index)));
    }
  }

 private:
  Value copy_table(int index, int depth) {
    Value out = Value::table();
    luaL_checkstack(lua_, 8, "values");
    const lua_Integer keys = push_sorted_keys(lua_, index);
    for (lua_Integer i = 1; i <= keys; ++i) {
      const int type = lua_rawgeti(lua_, -1, i);
      if (type != LUA_TSTRING && lua_isinteger(lua_, -1) == 0)
        raise(lua_, fmt::format("a key here is text or a whole number, not a {}",
                                luaL_typename(lua_, -1)));
      out.keys.push_back(copy(-1, depth + 1));
      lua_rawget(lua_, index);
      out.values.push_back(copy(-1, depth + 1));
      lua_pop(lua_, 1);
    }
    lua_pop(lua_, 1);
    return out;
  }

  lua_State* lua_;
  std::size_t count_ = 0;
};

/// Numbers, then text, then false and true; what has no order of its own comes last.
int rank_of(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TNUMBER:
      return 0;
    case LUA_TSTRING:
      return 1;
    case LUA_TBOOLEAN:
      return 2;
    default:
      return 3;
  }
}

struct SortKey {
  int rank = 0;
  lua_Integer place = 0;  // in the list as it was collected
  bool is_integer = false;
  lua_Integer integer = 0;
  lua_Number number = 0;
  std::string_view text;  // held by the table
};

bool before(const SortKey& a, const SortKey& b) {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (a.rank == 1) return a.text < b.text;
  if (a.is_integer && b.is_integer) return a.integer < b.integer;
  return a.number < b.number;
}

}  // namespace

std::string text_of(lua_State* lua, int index) {
  index = lua_absindex(lua, index);
  const int type = lua_type(lua, index);
  const bool is_object =
      type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER && type != LUA_TSTRING;
  if (is_object && luaL_getmetafield(lua, index, "__tostring") == LUA_TNIL) {
    std::string name = luaL_typename(lua, index);
    const int named = luaL_getmetafield(lua, index, "__name");
    if (named == LUA_TSTRING) name = lua_tostring(lua, -1);
    if (named != LUA_TNIL) lua_pop(lua, 1);
    return fmt::format("{}: {}", name, number_of_object(lua, index));
  }
  if (is_object) lua_pop(lua, 1);
  std::size_t bytes = 0;
  const char* text = luaL_tolstring(lua, index, &bytes);
  std::string out(text, bytes);
  lua_pop(lua, 1);
  charge(lua, static_cast<std::int64_t>(bytes / 16));
  return out;
}

void push(lua_State* lua, const Value& value) {
  luaL_checkstack(lua, 8, "values");
  switch (value.kind) {
    case Value::Kind::nil:
      return lua_pushnil(lua);
    case Value::Kind::boolean:
      return lua_pushboolean(lua, value.boolean ? 1 : 0);
    case Value::Kind::integer:
      return lua_pushinteger(lua, value.integer);
    case Value::Kind::number:
      return lua_pushnumber(lua, value.number);
    case Value::Kind::text:
      lua_pushlstring(lua, value.text.data(), value.text.size());
      return;
    case Value::Kind::function:
      lua_rawgeti(lua, LUA_REGISTRYINDEX, value.integer);
      return;
    case Value::Kind::table:
      break;
  }
  lua_createtable(lua, 0, static_cast<int>(value.keys.size()));
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    push(lua, value.keys[i]);
    push(lua, value.values[i]);
    lua_rawset(lua, -3);
  }
}

Value value_at(lua_State* lua, int index) { return Copier(lua).copy(index, 0); }

lua_Integer push_sorted_keys(lua_State* lua, int index) {
  index = lua_absindex(lua, index);
  luaL_checkstack(lua, 8, "keys");
  lua_newtable(lua);
  const int list = lua_gettop(lua);
  std::vector<SortKey> keys;
  int without_order = 0;
  lua_pushnil(lua);
  while (lua_next(lua, index) != 0) {
    lua_pop(lua, 1);
    SortKey key;
    key.rank = rank_of(lua, -1);
    key.place = static_cast<lua_Integer>(keys.size()) + 1;
    if (key.rank == 0) {
      key.is_integer = lua_isinteger(lua, -1) != 0;
      key.integer = lua_tointeger(lua, -1);
      key.number = lua_tonumber(lua, -1);
    } else if (key.rank == 1) {
      std::size_t bytes = 0;
      const char* text = lua_tolstring(lua, -1, &bytes);
      key.text = {text, bytes};
    } else if (key.rank == 2) {
      key.number = lua_toboolean(lua, -1);
    } else if (++without_order > 1) {
      raise_sandbox(lua, fmt::format("two keys of this table are {}s or the like, which have no "
                                     "order that is the same in every run",
                                     luaL_typename(lua, -1)));
    }
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, list, key.place);
    keys.push_back(key);
    charge(lua, 4);
  }
  std::sort(keys.begin(), keys.end(), before);
  lua_createtable(lua, static_cast<int>(keys.size()), 0);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    lua_rawgeti(lua, list, keys[i].place);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  lua_remove(lua, list);
  return static_cast<lua_Integer>(keys.size());
}

}  // namespace lunsim::lua
