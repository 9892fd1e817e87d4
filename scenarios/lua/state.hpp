// What belongs to one Lua state and is found from any of its coroutines: budget, memory, the
// program's functions. Internal to this room: others use sandbox.hpp.
#pragma once

#include <lua.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/lua/sandbox.hpp"

namespace lunsim::lua {

/// Instructions between two looks at the budget.
inline constexpr int kSliceInstructions = 1000;
/// What one request of a script costs: so many of them are few.
inline constexpr std::int64_t kRequestInstructions = 1000;

/// What a protected call costs, and what it costs more if it fails: Lua then goes through all calls
/// that it is nested in.
inline constexpr std::int64_t kProtectedInstructions = 100;
inline constexpr std::int64_t kCaughtInstructions = 2000;

struct HostFunction {
  std::string name;
  Sandbox::Handler handler;  // empty: a request
};

struct State {
  Limits limits;
  std::int64_t steps_left = 0;
  std::size_t memory_bytes = 0;
  /// Budget or memory: the scripts of this state have ended, whatever they catch. A mistake: the
  /// script that runs has.
  std::optional<Trouble> ended;
  lua_State* main = nullptr;
  lua_State* running = nullptr;
  bool hook_is_tight = false;
  std::uint64_t seed = 0;
  std::vector<HostFunction> functions;
  std::function<void(const Call&, const std::string&)> printer;
  Sandbox::Suggester suggester;
  std::optional<Call> request;               // a coroutine has yielded for the program
  std::optional<std::string> request_error;  // it goes on with this
  bool request_error_is_mistake = false;
  std::string mistake;                       // what `ended` by one says
  std::map<std::string, std::string> files;  // chunk name to the path for messages
};

State& state_of(lua_State* lua);

/// "story.lua:3: " of the innermost Lua function, or nothing.
std::string where(lua_State* lua);
ScriptPlace place_of(lua_State* lua);
/// Raises "place: reason".
[[noreturn]] void raise(lua_State* lua, const std::string& reason);
[[noreturn]] void raise_sandbox(lua_State* lua, const std::string& reason);
/// Raises what no pcall of a script holds up.
[[noreturn]] void end_scripts(lua_State* lua, Trouble trouble);
/// Likewise, until whoever resumed the script has it back.
[[noreturn]] void end_by_mistake(lua_State* lua, const std::string& reason);
/// Raises the error on the stack again if the scripts have ended, or memory has.
void keep_ended(lua_State* lua, int status);

/// Takes from the budget; raises if it is spent.
void charge(lua_State* lua, std::int64_t steps);
/// Raises if calls are nested too deeply.
void check_depth(lua_State* lua);
void budget_hook(lua_State* lua, lua_Debug* event);
void* allocate(void* state, void* block, std::size_t old_bytes, std::size_t new_bytes);

/// Resumes `thread` from `lua`, with the state knowing who runs.
int resume_thread(lua_State* lua, lua_State* thread, int arguments, int* results);
/// `thread` was just made by `lua`: it looks at the budget, too.
void prepare_thread(lua_State* thread);

/// The value at `index` as text, without an address in it; pushes nothing. Calls __tostring.
std::string text_of(lua_State* lua, int index);
void push(lua_State* lua, const Value& value);
/// Deep copy. Raises on tables that are nested deeper than 32 levels, hold more than 100,000 values
/// or keys that are neither text nor whole numbers.
Value value_at(lua_State* lua, int index);

/// Keys of the table at `index` in the order of `pairs`, as a new list on the stack; their number.
/// Raises if two keys have no order.
lua_Integer push_sorted_keys(lua_State* lua, int index);

void open_base(lua_State* lua);
void open_coroutine(lua_State* lua);
void open_string(lua_State* lua);
void open_table(lua_State* lua);
void open_math(lua_State* lua);
void open_utf8(lua_State* lua);

/// Replaces `table[name]`, a function of the library, by one that charges what `cost` says before
/// it. The library table is at the top of the stack.
using Cost = std::int64_t (*)(lua_State*);
void charge_before(lua_State* lua, const char* name, Cost cost);
/// In the library table at the top: a function that only says why it is not there.
void refuse(lua_State* lua, const char* name, const char* shown);

}  // namespace lunsim::lua
