#include <array>

#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::array kKnobs{
    Knob{"drop", "PDU", "the PDU never leaves",
         "- lost: {on: {send: SCSI Response}, times: 1, do: drop}", "reading"},
    Knob{"duplicate", "PDU", "the PDU leaves twice",
         "- twice: {on: {send: Data-In}, times: 1, do: duplicate}", "reading"},
    Knob{"set field", "PDU", "a field of the header gets a value, by the standard's name",
         "- wrong: {on: {send: Data-In}, times: 1, do: {set: {Buffer Offset: 512}}}", "reading"},
    Knob{"reset", "Transport", "RST, within the PDU or behind it",
         "- cut: {on: {send: Data-In, nth: 2}, times: 1, do: {cut: {at: header+20, how: reset}}}",
         "reading"},
};

}  // namespace

std::span<const Knob> wire_knobs() { return kKnobs; }

}  // namespace lunsim::scenarios
