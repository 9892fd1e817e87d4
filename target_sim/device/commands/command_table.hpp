// Which commands there are. SPC-4 §6, SBC-3 §5
#pragma once

#include <cstdint>
#include <span>

#include "target_sim/device/commands/command.hpp"

namespace lunsim::target_sim {

/// All commands, in the order of operation code and service action.
std::span<const CommandEntry> command_table();
/// The entries of one operation code: none, one, or one for each service action.
std::span<const CommandEntry> commands_of(std::uint8_t operation_code);
/// What a CDB asks for; null if it is not in the table. `cdb` is not empty.
const CommandEntry* find_command(std::span<const std::byte> cdb);

}  // namespace lunsim::target_sim
