#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {

std::span<const Knob> host_knobs() { return {}; }

}  // namespace lunsim::scenarios
