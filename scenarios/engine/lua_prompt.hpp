// A prompt on a running world: each line is a script of its own in the box that all of them share,
// and steps are performed as a scenario's are. Reads and prints nothing itself: `lunsim lua` does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/engine/interpreter.hpp"

namespace lunsim::scenarios {

class LuaPrompt {
 public:
  /// `stage` and `report` outlive it. Scripts find `targets` and `hosts` as tables.
  LuaPrompt(const Stage& stage, ScenarioReport& report);
  ~LuaPrompt();

  struct Answer {
    bool is_incomplete = false;  // more lines are needed: give all of them together
    bool failed = false;         // an error, or a step that did not go as expected
    std::string text;            // ready to print, with its line ends
  };
  /// Runs a line, an expression or statements; `number` is its line for errors.
  Answer run(const std::string& line, std::uint32_t number);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lunsim::scenarios
