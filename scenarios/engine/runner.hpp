// Runs scenarios, each in a world of its own that somebody hands in: seeds, selection, hashes,
// verdicts. The simulated world is known here; the live one is the caller's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "initiator/host/host.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// A new world for one scenario. Whatever crosses its wires is to be shown to `observer`, which
/// outlives it.
using WorldFactory =
    std::function<std::unique_ptr<runtime::World>(std::uint64_t seed, runtime::Observer& observer)>;
WorldFactory simulated_world();

struct RunOptions {
  WorldFactory world;  // empty: simulated_world()
  bool live = false;   // leave out what says `live: skip(...)`
  std::uint64_t seed = 0;
  bool seed_is_explicit = false;  // then it goes before the scenarios' own
  std::string filter;             // see is_selected()
  /// A capture for one scenario, or null; it sees what the hash sees and is destroyed when the
  /// scenario has ended.
  std::function<std::unique_ptr<runtime::Observer>(const Scenario&)> capture;
  /// Stands between the calls and the scenario's host, or null; it may refer to the host that it is
  /// given. For mutants.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> decorate_host;
  /// After each scenario.
  std::function<void(const ScenarioReport&)> progress;
};

/// Whether a filter (case_filter.hpp) takes a scenario and can take a case of it.
bool is_selected(const Scenario& scenario, const std::string& filter);

ScenarioReport run_scenario(const Scenario& scenario, const RunOptions& options);
/// Only those that are selected, in the given order.
RunReport run_scenarios(std::span<const Scenario> scenarios, const RunOptions& options);

/// A file of a run: its text, the path for messages, the id for reports.
struct ScenarioFile {
  std::string text, path, id;
};
struct LoadedScenarios {
  std::vector<Scenario> scenarios;
  std::vector<std::string> problems;  // a line each, `file:line:col: reason; did you mean "x"?`
};
/// Loads all; any problem in any of them means that nothing should run.
LoadedScenarios load_scenarios(std::span<const ScenarioFile> files);

}  // namespace lunsim::scenarios
