// The tables of the wire's knobs, a file for each section. Internal to the engine: others use
// knob_table.hpp.
#pragma once

#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {

std::span<const Knob> selector_knobs();
std::span<const Knob> transport_knobs();
/// PDU, and Async and NOP.
std::span<const Knob> pdu_knobs();
std::span<const Knob> sequence_knobs();
std::span<const Knob> login_knobs();

}  // namespace lunsim::scenarios
