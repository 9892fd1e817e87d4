// The faults of a plan that strike bytes, as filters of a world, and those that strike connections
// before they stand, as its gate. Neither knows a PDU.
#pragma once

#include <string>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/ports/world.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::target_sim {

/// Whether the plan has a rule for bytes; without one a world needs no filters.
bool has_byte_rules(const FaultPlan& plan);
/// What a world asks for each direction of each connection. `plan` outlives the connections.
runtime::FilterFactory fault_filters(FaultPlan& plan);

/// Whether the plan has a rule that refuses or does not answer those who connect.
bool has_gate_rules(const FaultPlan& plan);
/// What a world asks before it lets somebody in. `plan` outlives the world's use of it.
runtime::Gate fault_gate(FaultPlan& plan);

}  // namespace lunsim::target_sim
