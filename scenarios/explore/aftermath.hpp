// What must hold when a variant has been played and its trouble is over: nothing is still running,
// sessions come back or end, they can be logged out, the target forgets them, and the media hold
// what was acknowledged.
#pragma once

#include <vector>

#include "initiator/host/direct_host.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/target_side.hpp"
#include "scenarios/explore/block_model.hpp"
#include "scenarios/explore/finding.hpp"

namespace lunsim::explore {

struct Scene {
  const scenarios::Scenario& scenario;
  runtime::World& world;
  scenarios::TargetSide& targets;
  std::vector<initiator::DirectHost*> hosts;  // the healthy ones, beneath all decorators
  BlockModel& model;
  Findings& findings;
};

/// Every change that the story makes, in a step or by a fault.
std::vector<const scenarios::ChangeStep*> changes_of(const scenarios::Scenario& scenario);

/// Disarms the scenario's faults, turns the world, logs out, and tells what is wrong.
void look_at_aftermath(const Scene& scene);

}  // namespace lunsim::explore
