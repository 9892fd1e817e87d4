// The functions that scripts of scenarios have beside Lua's own, as one table: what registers them,
// what `lunsim lua --annotations` prints, what the loader offers while a .lua file is read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/lua/sandbox.hpp"

namespace lunsim::scenarios {

/// Chance while a file is read, not played: the same for everybody.
inline constexpr std::uint64_t kLoadSeed = 0;

struct LuaFunction {
  enum class Kind : std::uint8_t {
    step,       // a step of the language under its own name; the script waits for its end
    waiting,    // the script waits, but it is no step
    immediate,  // answered at once
    behaviour,  // answered at once, in a fault's `do: {lua: ...}` only
  };
  std::string_view name;
  Kind kind;
  std::string_view line;         // what it does, one sentence
  std::string_view annotations;  // ---@param and ---@return lines
  std::string_view parameters;   // between the brackets of its definition
  std::string_view example;
};
std::span<const LuaFunction> lua_functions();

/// Registers them: what waits as requests, the rest with `answer`. scenario{...} leaves its table
/// in `given`, which outlives the sandbox.
void offer_functions(lua::Sandbox& sandbox, lua::Sandbox::Handler answer,
                     std::optional<lua::Value>& given);
/// The same for reading a file: calling one says that it belongs into the steps.
void offer_for_loading(lua::Sandbox& sandbox, std::optional<lua::Value>& given);

/// A LuaLS definition file of all of them.
std::string lua_annotations();

}  // namespace lunsim::scenarios
