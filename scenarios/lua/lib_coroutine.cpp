// The coroutine library, whose resume lets a request pass: a script that asks the program for
// something inside a coroutine of its own waits with all of its coroutines.
#include "scenarios/lua/state.hpp"

namespace lunsim::lua {
namespace {

lua_State* coroutine_at(lua_State* lua, int index) {
  lua_State* thread = lua_tothread(lua, index);
  luaL_argexpected(lua, thread != nullptr, index, "coroutine");
  return thread;
}

/// Tells the number of results that were moved to `lua`, or -1 with the error there.
int advance(lua_State* lua, lua_State* thread, int arguments) {
  charge(lua, 10);
  if (lua_checkstack(thread, arguments) == 0) {
    lua_pushliteral(lua, "too many arguments to resume");
    return -1;
  }
  lua_xmove(lua, thread, arguments);
  int results = 0;
  const int status = resume_thread(lua, thread, arguments, &results);
  if (status == LUA_OK || status == LUA_YIELD) {
    if (lua_checkstack(lua, results + 1) == 0) {
      lua_pop(thread, results);
      lua_pushliteral(lua, "too many results to resume");
      return -1;
    }
    lua_xmove(thread, lua, results);
    return results;
  }
  lua_xmove(thread, lua, 1);
  keep_ended(lua, status);
  return -1;
}

/// The context of a continuation: whether it is a wrap.
int finish(lua_State* lua, lua_State* thread, bool is_wrap, int results);

int go_on(lua_State* lua, int, lua_KContext is_wrap) {
  // Below the answer stands the coroutine.
  lua_State* thread = lua_tothread(lua, 1);
  return finish(lua, thread, is_wrap != 0, advance(lua, thread, lua_gettop(lua) - 1));
}

int finish(lua_State* lua, lua_State* thread, bool is_wrap, int results) {
  if (results >= 0 && state_of(lua).request) {
    lua_pop(lua, results);
    lua_settop(lua, 1);
    return lua_yieldk(lua, 0, is_wrap ? 1 : 0, go_on);
  }
  if (results >= 0) {
    if (is_wrap) return results;
    lua_pushboolean(lua, 1);
    lua_insert(lua, -(results + 1));
    return results + 1;
  }
  if (!is_wrap) {
    lua_pushboolean(lua, 0);
    lua_insert(lua, -2);
    return 2;
  }
  // A dead coroutine closes what it left open, then its error goes on.
  const int status = lua_status(thread);
  if (status != LUA_OK && status != LUA_YIELD && lua_resetthread(thread) != LUA_OK) {
    lua_pop(lua, 1);
    lua_xmove(thread, lua, 1);
    keep_ended(lua, LUA_ERRRUN);
  }
  return lua_error(lua);
}

/// Dead, running and finished ones cannot go on; lua_resume would tell, but not all of it.
bool can_resume(lua_State* lua, lua_State* thread) {
  lua_Debug frame{};
  const bool is_new = lua_status(thread) == LUA_OK && lua_getstack(thread, 0, &frame) == 0 &&
                      lua_gettop(thread) > 0;
  if (lua_status(thread) == LUA_YIELD || is_new) return true;
  const bool is_alive =
      thread == lua || (lua_status(thread) == LUA_OK && lua_getstack(thread, 0, &frame) != 0);
  lua_pushstring(
      lua, is_alive ? "cannot resume non-suspended coroutine" : "cannot resume dead coroutine");
  return false;
}

int begin(lua_State* lua, lua_State* thread, bool is_wrap) {
  if (can_resume(lua, thread))
    return finish(lua, thread, is_wrap, advance(lua, thread, lua_gettop(lua) - 1));
  if (is_wrap) return lua_error(lua);
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

int coroutine_resume(lua_State* lua) { return begin(lua, coroutine_at(lua, 1), false); }

int call_wrapped(lua_State* lua) {
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  return begin(lua, lua_tothread(lua, 1), true);
}

int coroutine_create(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TFUNCTION);
  // A new coroutine counts its own slice: creating many must not be cheaper than running them.
  charge(lua, kSliceInstructions);
  lua_State* thread = lua_newthread(lua);
  prepare_thread(thread);
  lua_pushvalue(lua, 1);
  lua_xmove(lua, thread, 1);
  return 1;
}

int coroutine_wrap(lua_State* lua) {
  coroutine_create(lua);
  lua_pushcclosure(lua, call_wrapped, 1);
  return 1;
}

}  // namespace

void open_coroutine(lua_State* lua) {
  luaL_requiref(lua, LUA_COLIBNAME, luaopen_coroutine, 1);
  static constexpr luaL_Reg kOwn[] = {{"create", coroutine_create},
                                      {"resume", coroutine_resume},
                                      {"wrap", coroutine_wrap},
                                      {nullptr, nullptr}};
  luaL_setfuncs(lua, kOwn, 0);
  lua_pop(lua, 1);
}

}  // namespace lunsim::lua
