// From a task to the command that it asks for: the checks that every command shares, in the order
// in which a device server makes them. SPC-4 §5.7, SAM-5 §5.14
#pragma once

#include "target_sim/device/commands/command.hpp"

namespace lunsim::target_sim {

/// Unit attention, operation code, NACA, readiness, then the command's own check. True if the task
/// may go on; otherwise its status is set and, for commands without an error, it is complete.
bool prepare_command(CommandContext& context);
/// Runs what prepare_command let through. The unit may have gone or changed in between; that is
/// looked at again.
void run_command(CommandContext& context);

}  // namespace lunsim::target_sim
