// What became of a program under test, as the cases of a report: how it ended, the faults that had
// to fire, what the targets were left with. Looks at nothing by itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/model.hpp"
#include "scenarios/engine/report.hpp"
#include "tools/lunsim/child_process.hpp"

namespace lunsim::tools {

struct ExecOutcome {
  ProgramEnd end;
  bool timed_out = false;
  std::int64_t timeout_ns = 0;
  bool stopped = false;                      // we were, by SIGINT or SIGTERM, and so it was
  std::vector<std::string> sessions_open;    // a text each, at the end
  std::uint64_t violations = 0;              // of RFC 7143, by whoever talked to the targets
  std::string last_violation;
  std::vector<scenarios::FaultReport> faults;
  bool is_success() const { return !timed_out && !stopped && end.signal == 0 && end.exit_code == 0; }
};

/// Adds the cases to `report` and sets its verdict.
void judge_program(const scenarios::Scenario& scenario, const ExecOutcome& outcome,
                   scenarios::ScenarioReport& report);

}  // namespace lunsim::tools
