// What a run found: cases with verdicts, what was expected and seen, the rule and the place, the
// faults that fired, the hash. As text for people and as JUnit XML; both are pure functions of the
// report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {

enum class Verdict : std::uint8_t { pass, warn, skipped, inconclusive, fail };
std::string_view describe(Verdict verdict);

struct CaseReport {
  std::string id;  // "api/read_capacity#3[ResponseSize=7]"
  Verdict verdict = Verdict::pass;
  Place place;
  std::vector<std::string> rules;
  std::string expected, seen;  // not for a pass
  std::string message;         // what differs, or why there is no verdict
};

struct FaultReport {
  std::string name;
  std::uint64_t matched = 0, fired = 0;
  bool may_not_fire = false;
};

struct ScenarioReport {
  std::string id, file, title;
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::pass;  // the worst of its cases
  std::string reason;               // skipped, or a harness error: why
  bool harness_error = false;       // we failed, not what was tested
  std::vector<std::string> checks;
  std::vector<CaseReport> cases;
  std::vector<FaultReport> faults;
  std::string event_hash;       // hex digits without 0x
  std::int64_t virtual_ns = 0;  // how long it took in the world's own time
  bool malformed_on_wire = false;

  std::uint64_t count(Verdict verdict) const;
};

struct RunReport {
  std::uint64_t seed = 0;
  std::vector<ScenarioReport> scenarios;
  std::string event_hash;  // over the scenarios' hashes and all verdicts

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
};
/// One scenario, ready to print; a line if it is green.
std::string to_text(const ScenarioReport& scenario, const TextOptions& options = {});
/// The sums at the end, without the hash line.
std::string summary_text(const RunReport& report, const TextOptions& options = {});

/// JUnit XML: a suite per scenario, a case per case.
std::string to_junit(const RunReport& report);

}  // namespace lunsim::scenarios
