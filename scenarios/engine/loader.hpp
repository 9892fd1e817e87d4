// Text of a scenario file to a checked Scenario. Strict: every key, name, unit and reference is
// looked at, every mistake is told with its place (the first twenty), and a file with any mistake
// gives no scenario. Runs nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/expand.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/node.hpp"

namespace lunsim::scenarios {

/// What a step may refer to besides the scenario's own parts.
struct KnownNames {
  std::vector<std::string> saved;    // sessions and variables
  std::vector<std::string> started;  // operations
  std::vector<std::string> marks;
};
/// The references of a step that was not read with its scenario: one that a script asks for.
void check_references(const Scenario& scenario, const Step& step, const KnownNames& known,
                      Problems& problems);

/// Combinations of one sweep that may run.
inline constexpr std::uint64_t kSweepCasesMax = 100'000;

/// `file` is for messages; `id` names the scenario in reports ("api/read_capacity").
std::optional<Scenario> load_scenario(std::string_view text, const std::string& file,
                                      const std::string& id, Problems& problems,
                                      const ReadLimits& limits = {},
                                      const Outside& outside = {});
/// The same, and the names of its parameters, of those as well that stand in what it includes.
std::optional<Scenario> load_scenario(std::string_view text, const std::string& file,
                                      const std::string& id, Problems& problems,
                                      const ReadLimits& limits, const Outside& outside,
                                      std::set<std::string>& params);

}  // namespace lunsim::scenarios
