// For tests: a story as text, loaded and played in the simulated world.
#pragma once

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/runner.hpp"

namespace lunsim::scenarios::test {

/// What a text is refused with, a line each.
inline std::vector<std::string> refusals(const std::string& text) {
  const ScenarioFile file{text, "x.yaml", "x"};
  return load_scenarios({&file, 1}).problems;
}

inline ScenarioReport play_text(const std::string& text, const std::string& filter = {}) {
  const ScenarioFile file{text, "x.yaml", "x"};
  const LoadedScenarios loaded = load_scenarios({&file, 1});
  for (const std::string& problem : loaded.problems) BOOST_ERROR(problem);
  BOOST_REQUIRE(loaded.scenarios.size() == 1u);
  RunOptions options;
  options.seed = 1;
  options.filter = filter;
  return run_scenario(loaded.scenarios.front(), options);
}

/// All that is red, or the case of that id, as text; empty if all is green.
inline std::string red(const ScenarioReport& report) {
  return report.verdict == Verdict::pass ? std::string{} : to_text(report);
}

}  // namespace lunsim::scenarios::test
