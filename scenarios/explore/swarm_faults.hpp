// The faults of one run of the swarm: classes of trouble, each switched on or off as a whole, and
// in each that is on a few faults with drawn places, chances and numbers.
#pragma once

#include <string>

#include "runtime/ports/entropy.hpp"
#include "scenarios/engine/model.hpp"

namespace lunsim::explore {

/// Adds them to the scenario's targets; returns them in words.
std::string draw_faults(scenarios::Scenario& scenario, runtime::SeededEntropy& chance);

}  // namespace lunsim::explore
