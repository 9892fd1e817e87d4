// `lunsim exec --explore outcomes`: the program is run once for every outcome that the
// documentation allows for each call that it makes through the control channel, and what it does
// with it is told.
#pragma once

#include <cstdint>

#include "scenarios/engine/model.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

/// Returns the exit code: 1 if the program hung or crashed, or fails when nothing is forced on it.
/// Errors   as run_program()
int explore_program(const scenarios::Scenario& scenario, const ExecOptions& options,
                    std::uint64_t seed);

}  // namespace lunsim::tools
