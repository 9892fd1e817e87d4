// The box in which all scripts of one running scenario live: its steps, predicates and behaviours
// share their globals. Finds a script's function and runs it; what the functions of the program do
// is told by whoever plays.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/lua_script.hpp"
#include "scenarios/engine/matcher.hpp"
#include "scenarios/lua/sandbox.hpp"

namespace lunsim::scenarios {

class LuaRoom {
 public:
  explicit LuaRoom(std::uint64_t seed);

  /// Who answers immediate functions, until the next call; empty: they fail.
  void set_answerer(lua::Sandbox::Handler answer) { answer_ = std::move(answer); }
  void set_printer(std::function<void(const lua::Call&, const std::string&)> printer);
  /// Made when a script first needs it: most scenarios have none.
  lua::Sandbox& sandbox();

  /// The function that a script stands for, made once; a .lua file is run for it with the chance
  /// that it had when it was loaded. A failure if that does not work any more.
  std::optional<lua::Value> function_of(const LuaScript& script, lua::Failure& failure);
  /// Calls it to its end; `answer` goes before who is set meanwhile.
  lua::Sandbox::Step call(const LuaScript& script, const std::vector<lua::Value>& arguments,
                          lua::Sandbox::Handler answer);

  /// What went wrong where nobody could be told: the first 20.
  void keep(lua::Failure failure);
  std::vector<lua::Failure> take_failures() { return std::exchange(failures_, {}); }

 private:
  std::uint64_t seed_;
  std::optional<lua::Value> given_;  // to scenario{...}, by the file that runs
  std::function<void(const lua::Call&, const std::string&)> printer_;
  std::optional<lua::Sandbox> sandbox_;
  lua::Sandbox::Handler answer_;
  std::map<const LuaScript*, lua::Value> functions_;
  std::vector<lua::Failure> failures_;
  std::map<std::string, lua::Value> files_;  // what they returned
};

/// What was seen, for scripts: names where the standards have them, bytes as text.
lua::Value to_lua(const Seen& seen);

}  // namespace lunsim::scenarios
