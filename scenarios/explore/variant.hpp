// One play of a scenario with trouble at one point, and what it broke. A pure function of scenario,
// seed and plan: the same variant gives the same bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "initiator/host/host.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/server_side.hpp"
#include "scenarios/explore/finding.hpp"
#include "scenarios/explore/strike.hpp"
#include "scenarios/explore/striking_tap.hpp"

namespace lunsim::explore {

struct VariantPlan {
  Strike::Plan strike;
  std::uint64_t seed = 0;
  runtime::SimulatedOptions network;
  /// A defect for tests: stands between the calls and the healthy host.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> defect;
  /// Others, which lose what was struck: between the calls and what strikes them, and between the
  /// wire and what strikes a server.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& struck)> calls_defect;
  scenarios::DecorateTap server_defect;
};

/// What one step had to offer.
struct StepPoints {
  std::uint64_t points = 0;
  std::uint64_t wire_successes = 0;  // requests to a target that ended well
};

struct VariantRun {
  std::uint64_t points = 0;
  std::map<std::size_t, StepPoints> steps;  // by number from 1; 0: what came after the last one
  std::optional<std::string> struck_at;     // empty: the run had no such point
  std::size_t struck_in_step = 0;
  std::optional<StruckPdu> struck_pdu;
  std::vector<Finding> findings;
  std::string event_hash;
  std::uint64_t faults_fired = 0;  // of the scenario's own
};

/// Units whose blocks the invariants do not follow, because the story itself changes, spoils or
/// shares what they hold: "array LUN 0".
std::vector<std::string> units_not_followed(const scenarios::Scenario& scenario);

VariantRun run_variant(const scenarios::Scenario& scenario, const VariantPlan& plan);

}  // namespace lunsim::explore
