// One run of a program under test: a live world with the scenario's targets and a control channel,
// the program in it until it ends, its time is over or we are stopped. Tells what became of it;
// judges and prints nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "initiator/host/host.hpp"
#include "scenarios/control/control_desk.hpp"
#include "scenarios/engine/model.hpp"
#include "tools/lunsim/exec_judge.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

struct ProgramRunHooks {
  bool is_quiet = false;  // what the program says goes nowhere
  /// Stands between the program's calls and the host, or null.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> decorate_host{};
  std::function<void(const scenarios::CallRecord&)> before_call{}, after_call{};
  /// All is set up; the program is started next.
  std::function<void()> begins{};
};

struct ProgramRun {
  ExecOutcome outcome;
  std::vector<scenarios::CallRecord> calls;  // through the control channel
  std::string event_hash;                    // of the wire
  std::int64_t took_ns = 0;
};

/// A mistake of whoever typed the command: a sentence.
struct ProgramRunError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Errors   ProgramRunError if the program cannot be started or two targets share a variable;
///          std::system_error if there is no port, or no place for the token
ProgramRun run_program(const scenarios::Scenario& scenario, const ExecOptions& options,
                       std::uint64_t seed, const ProgramRunHooks& hooks);

}  // namespace lunsim::tools
