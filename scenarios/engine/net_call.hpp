// One call of a Net function through its C entry point: names and counters in guarded memory, and
// the block that the library hands out read back by the documented layout of its level and freed.
// Every pointer must lie inside the block. Judges nothing.
#pragma once

#include "scenarios/engine/api_call.hpp"
#include "scenarios/engine/net_table.hpp"

namespace lunsim::scenarios {

/// As call_function(), on this thread's current network.
CallResult call_net_function(const NetFunction& function, const Arguments& arguments,
                             const Variables& variables, Probe* probe);

}  // namespace lunsim::scenarios
