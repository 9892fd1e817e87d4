#include "scenarios/lua/state.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace lunsim::lua {

State& state_of(lua_State* lua) { return **static_cast<State**>(lua_getextraspace(lua)); }

ScriptPlace place_of(lua_State* lua) {
  lua_Debug frame{};
  for (int level = 0; lua_getstack(lua, level, &frame) != 0; ++level) {
    lua_getinfo(lua, "Sl", &frame);
    if (frame.currentline > 0)
      return {frame.short_src, static_cast<std::uint32_t>(frame.currentline)};
  }
  return {};
}

std::string where(lua_State* lua) {
  const ScriptPlace place = place_of(lua);
  return place.line == 0 ? std::string() : fmt::format("{}:{}: ", place.file, place.line);
}

void raise(lua_State* lua, const std::string& reason) {
  const std::string message = where(lua) + reason;
  lua_pushlstring(lua, message.data(), message.size());
  lua_error(lua);
  std::abort();  // lua_error does not return
}

void raise_sandbox(lua_State* lua, const std::string& reason) { raise(lua, "sandbox: " + reason); }

void end_scripts(lua_State* lua, Trouble trouble) {
  State& state = state_of(lua);
  if (!state.ended) state.ended = trouble;
  if (*state.ended == Trouble::memory)
    raise(lua, fmt::format("memory: more than {} bytes", state.limits.memory_bytes_max));
  if (*state.ended == Trouble::mistake) raise(lua, state.mistake);
  raise(lua, fmt::format("budget: more than {} instructions", state.limits.instructions_max));
}

void end_by_mistake(lua_State* lua, const std::string& reason) {
  State& state = state_of(lua);
  if (!state.ended) state.mistake = reason;
  end_scripts(lua, Trouble::mistake);
}

void keep_ended(lua_State* lua, int status) {
  State& state = state_of(lua);
  if (status == LUA_ERRMEM && !state.ended) state.ended = Trouble::memory;
  if (status == LUA_ERRMEM) lua_pop(lua, 1);
  if (status == LUA_ERRMEM) end_scripts(lua, Trouble::memory);
  if (state.ended) lua_error(lua);
}

void charge(lua_State* lua, std::int64_t steps) {
  State& state = state_of(lua);
  state.steps_left -= std::min(steps, state.limits.instructions_max + 1);
  if (state.ended || state.steps_left < 0) {
    lua_sethook(lua, budget_hook, LUA_MASKCOUNT, 1);
    end_scripts(lua, state.ended.value_or(Trouble::budget));
  }
}

void check_depth(lua_State* lua) {
  const State& state = state_of(lua);
  lua_Debug frame{};
  if (lua_getstack(lua, static_cast<int>(state.limits.call_depth_max), &frame) != 0)
    raise(lua,
          fmt::format("recursion: calls are nested deeper than {}", state.limits.call_depth_max));
}

void budget_hook(lua_State* lua, lua_Debug*) {
  const State& state = state_of(lua);
  // Once it is spent, every instruction of every coroutine comes here.
  const bool is_tight = state.ended.has_value() || state.hook_is_tight;
  charge(lua, is_tight ? 1 : kSliceInstructions);
  check_depth(lua);
}

void* allocate(void* opaque, void* block, std::size_t old_bytes, std::size_t new_bytes) {
  State& state = *static_cast<State*>(opaque);
  if (block == nullptr) old_bytes = 0;  // then it says what the block is for
  if (new_bytes == 0) {
    state.memory_bytes -= old_bytes;
    std::free(block);
    return nullptr;
  }
  if (new_bytes > old_bytes) {
    if (new_bytes > state.limits.allocation_bytes_max ||
        state.memory_bytes - old_bytes + new_bytes > state.limits.memory_bytes_max)
      return nullptr;
    state.steps_left -= static_cast<std::int64_t>((new_bytes - old_bytes) / 64);
    if (state.steps_left < 0 && !state.hook_is_tight && state.running != nullptr) {
      state.hook_is_tight = true;
      lua_sethook(state.running, budget_hook, LUA_MASKCOUNT, 1);
    }
  }
  void* moved = std::realloc(block, new_bytes);
  if (moved == nullptr) return nullptr;
  state.memory_bytes = state.memory_bytes - old_bytes + new_bytes;
  return moved;
}

void prepare_thread(lua_State* thread) {
  lua_sethook(thread, budget_hook, LUA_MASKCOUNT, kSliceInstructions);
}

int resume_thread(lua_State* lua, lua_State* thread, int arguments, int* results) {
  State& state = state_of(lua);
  lua_State* const before = state.running;
  state.running = thread;
  const int status = lua_resume(thread, lua, arguments, results);
  state.running = before;
  return status;
}

void charge_before(lua_State* lua, const char* name, Cost cost) {
  lua_getfield(lua, -1, name);
  lua_pushlightuserdata(lua, reinterpret_cast<void*>(cost));
  const auto charged = [](lua_State* l) {
    const auto cost_of = reinterpret_cast<Cost>(lua_touserdata(l, lua_upvalueindex(2)));
    charge(l, cost_of(l));
    return lua_tocfunction(l, lua_upvalueindex(1))(l);
  };
  lua_pushcclosure(lua, charged, 2);
  lua_setfield(lua, -2, name);
}

void refuse(lua_State* lua, const char* name, const char* shown) {
  lua_pushstring(lua, shown);
  const auto refused = [](lua_State* l) -> int {
    raise_sandbox(l,
                  fmt::format("{} is not there for scripts", lua_tostring(l, lua_upvalueindex(1))));
  };
  lua_pushcclosure(lua, refused, 1);
  lua_setfield(lua, -2, name);
}

}  // namespace lunsim::lua
