#include <array>

#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::array kKnobs{
    Knob{"status", "SCSI", "a command ends with a status instead of being executed",
         "- busy: {on: {receive: READ(10)}, times: 1, do: {status: BUSY}}", "reading"},
    Knob{"delay", "SCSI", "a command is executed so much later",
         "- slow: {on: {receive: READ(10)}, do: {delay: 200 ms}}", "reading"},
};

}  // namespace

std::span<const Knob> device_knobs() { return kKnobs; }

}  // namespace lunsim::scenarios
