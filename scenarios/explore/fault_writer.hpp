// The faults and wishes of a swarm's draw in the words of the language, so that a finding can
// become a file. Knows what swarm_faults.cpp draws, and no more.
#pragma once

#include <span>
#include <string>
#include <utility>

#include "scenarios/engine/model.hpp"
#include "scenarios/engine/node.hpp"

namespace lunsim::explore {

/// A fault that was drawn for the target of this id.
struct DrawnFault {
  std::string target;
  scenarios::FaultModel fault;
};

/// Adds them to the targets of a scenario's tree, behind the faults that are there.
void add_faults(scenarios::Node& root, std::span<const DrawnFault> faults);

/// Adds one to the target that stands at `at`.
void add_fault(scenarios::Node& root, std::size_t at, scenarios::Node fault);

/// `targets:` of a scenario's tree; null if it has none.
scenarios::Node* targets_of(scenarios::Node& root);

}  // namespace lunsim::explore
