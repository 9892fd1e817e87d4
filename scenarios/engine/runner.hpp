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
#include "scenarios/engine/case_clock.hpp"
#include "scenarios/engine/expand.hpp"
#include "scenarios/engine/interpreter.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/probe.hpp"
#include "scenarios/engine/report.hpp"
#include "scenarios/engine/selection.hpp"
#include "scenarios/engine/server_side.hpp"

namespace lunsim::scenarios {

/// A new world for one scenario. Whatever crosses its wires is to be shown to `observer`, which
/// outlives it.
using WorldFactory =
    std::function<std::unique_ptr<runtime::World>(std::uint64_t seed, runtime::Observer& observer)>;
WorldFactory simulated_world();

/// Sees what the hash sees, and each case when it is judged.
class ScenarioObserver : public runtime::Observer {
 public:
  virtual void judged(const CaseReport&) {}
};

/// How much of the ladder of PDUs a report keeps; nothing is traced if nothing is kept.
struct LadderOptions {
  std::size_t first_max = 0, last_max = 0;
  std::size_t data_bytes_kept_max = 256;  // of a data segment
  bool of_green_ones = true;              // also of scenarios that passed
};

struct RunOptions {
  WorldFactory world;  // empty: simulated_world()
  bool live = false;   // leave out what says `live: skip(...)`
  std::uint64_t seed = 0;
  bool seed_is_explicit = false;     // then it goes before the scenarios' own
  std::string filter;                // for scenarios and their cases; see is_selected()
  std::vector<SelectionTerm> terms;  // each of them must take a scenario, too
  Shard shard;
  std::size_t jobs = 1;      // threads, with a world each; the report does not depend on it
  std::uint64_t repeat = 1;  // rounds over all that is selected; 0: until something is red
  bool fail_fast = false;    // nothing is reported behind the first red scenario
  bool until_fail = false;   // the same, for rounds
  /// A capture for one scenario (a ScenarioObserver is told of its cases, too), or null; it sees
  /// what the hash sees and is destroyed when the scenario has ended.
  std::function<std::unique_ptr<runtime::Observer>(const Scenario&)> capture;
  LadderOptions ladder;
  WallClock wall_clock;            // empty: nothing is measured, and no limit holds
  std::int64_t case_limit_ns = 0;  // of wall time for one case; 0: none
  /// Stands between the calls and the scenario's host, or null; it may refer to the host that it is
  /// given. For mutants.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> decorate_host;
  /// The same for every server of the scenario.
  DecorateTap decorate_server;
  /// Plays something else than the steps in the world of a scenario; for prompts.
  std::function<void(const Stage&, ScenarioReport&)> play;
  /// Judges the scenarios that say `judge: invariants`; without it they are a harness error.
  std::function<ScenarioReport(const Scenario&, std::uint64_t seed)> by_invariants;
  Probe* probe = nullptr;  // for one scenario at a time
  /// Whether a file exists, for faults that ask; empty: a variable of that name stands for it, so
  /// that a run stays a function of its seed.
  std::function<bool(std::string_view path)> file_exists;
  /// After each scenario, in the order of the report, on the thread that called.
  std::function<void(const ScenarioReport&)> progress;
};

/// Whether a filter (case_filter.hpp) takes a scenario and can take a case of it.
bool is_selected(const Scenario& scenario, const std::string& filter);

/// The same, and all terms. The shard is not asked.
bool is_selected(const Scenario& scenario, const RunOptions& options);

ScenarioReport run_scenario(const Scenario& scenario, const RunOptions& options);
/// Only those that are selected and in the shard, in the given order. With more than one job,
/// `world`, `capture` and `decorate_host` are called on several threads at once.
RunReport run_scenarios(std::span<const Scenario> scenarios, const RunOptions& options);

/// Over the scenarios' hashes and verdicts in this order.
std::string event_hash_of(std::span<const ScenarioReport> scenarios);

/// A file of a run: its text, the path for messages, the id for reports.
struct ScenarioFile {
  std::string text, path, id;
};
struct LoadedScenarios {
  std::vector<Scenario> scenarios;
  std::vector<std::string> problems;  // a line each, `file:line:col: reason; did you mean "x"?`
};
/// Loads all; any problem in any of them means that nothing should run. A parameter from outside
/// that none of them has is a problem as well.
LoadedScenarios load_scenarios(std::span<const ScenarioFile> files, const Outside& outside = {});

}  // namespace lunsim::scenarios
