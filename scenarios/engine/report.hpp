// What a run found: cases with verdicts, what was expected and seen, the rule and the place, the
// faults that fired and where, the ladder of PDUs, the hash. As text for a terminal here; the other
// formats are in scenarios/report. All of them are pure functions of the report.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/problem.hpp"
#include "scenarios/engine/shard.hpp"
#include "scenarios/trace/pdu_trace.hpp"

namespace lunsim::scenarios {

enum class Verdict : std::uint8_t { pass, warn, skipped, inconclusive, fail };
std::string_view describe(Verdict verdict);

/// A stretch of a scenario: in the world's own time, and the entries of its trace (from 1, both
/// ends included; none if `last_entry` is before `first_entry`).
struct Span {
  std::int64_t began_ns = 0, ended_ns = 0;
  std::uint64_t first_entry = 1, last_entry = 0;
};

struct CaseReport {
  std::string id;  // "api/read_capacity#3[ResponseSize=7]"
  Verdict verdict = Verdict::pass;
  Place place;
  std::vector<std::string> rules;
  std::string expected, seen;  // not for a pass
  std::string message;         // what differs, or why there is no verdict
  Span span;                   // since the case before it
};

struct FaultReport {
  std::string name;
  std::uint64_t matched = 0, fired = 0;
  bool may_not_fire = false;
};

/// A fault at work: after `after_entry` entries of the trace.
struct Strike {
  std::string fault;
  std::int64_t at_ns = 0;
  std::uint64_t after_entry = 0;
};

struct ScenarioReport {
  static constexpr std::size_t kStrikesMax = 1000;  // more are only counted, in `faults`
  std::string id, file, title;
  std::vector<std::string> tags;
  std::uint64_t position = 0;    // in the whole selection, from 1
  std::uint64_t repetition = 1;  // of --repeat
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::pass;  // the worst of its cases
  std::string reason;               // skipped, or a harness error: why
  std::string replay;               // the line that replays it all; empty: `lunsim run` of a case
  std::string replay_options;       // of that `lunsim run`: Scenario::replay_options
  bool harness_error = false;       // we failed, not what was tested
  std::vector<std::string> checks;
  std::vector<CaseReport> cases;
  std::vector<FaultReport> faults;
  std::vector<std::string> log;  // lines of scripts: place, virtual time, text
  std::string event_hash;        // hex digits without 0x
  std::int64_t virtual_ns = 0;   // how long it took in the world's own time
  std::int64_t wall_ns = 0;      // 0: not measured
  bool malformed_on_wire = false;
  std::vector<Strike> strikes;
  std::vector<TraceEntry> ladder;  // as much of it as was asked for
  std::uint64_t ladder_left_out = 0;

  std::uint64_t count(Verdict verdict) const;
};

/// A documented rule as far as a report shows it.
struct RuleText {
  std::string text, reading;
  std::vector<std::string> sources;  // written out
};

struct RunReport {
  std::uint64_t seed = 0;
  std::string version;
  bool live = false;
  Shard shard;
  std::uint64_t selected = 0;        // scenarios, in all shards
  std::uint64_t selection_hash = 0;  // over their ids
  std::uint64_t assigned = 0;        // to this shard
  std::uint64_t repetitions = 1;     // rounds that were begun
  bool stopped_early = false;        // by --fail-fast or --until-fail
  /// In the order in which they were selected; of repetitions behind the first only those that did
  /// not pass.
  std::vector<ScenarioReport> scenarios;
  std::map<std::string, RuleText> rules;  // those that the scenarios name
  std::string event_hash;                 // over the scenarios' hashes and all verdicts

  std::uint64_t count(Verdict verdict) const;  // of scenarios
  bool has_harness_error() const;
  /// Something failed or could not be judged.
  bool is_red() const;
  /// Nothing was selected, or all of it was skipped.
  bool is_empty() const;
};

/// The line that replays one case, ready for a shell: `lunsim run file.yaml --seed 0x... --filter
/// '#3[ResponseSize=7]'`.
std::string replay_line(const ScenarioReport& scenario, const CaseReport& one);

struct TextOptions {
  bool colour = false;
  bool verbose = false;  // every case, not only what is red
  bool live = false;     // replay lines say --live
  /// A rule written out with its source, for what is red; empty: the id must do.
  std::function<std::string(const std::string& id)> rule_text;
};
/// One scenario, ready to print; a line if it is green.
std::string to_text(const ScenarioReport& scenario, const TextOptions& options = {});
/// The sums at the end, without the hash line.
std::string summary_text(const RunReport& report, const TextOptions& options = {});

}  // namespace lunsim::scenarios
