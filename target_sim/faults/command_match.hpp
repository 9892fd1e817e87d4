// What a selector wants to know of a SCSI command: its code, its unit, the blocks that it touches.
// Shared by the tap, which sees CDBs in PDUs, and the device, which sees them in tasks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::target_sim {

struct CommandFacts {
  scsi::CommandCode code;
  std::uint64_t lun = 0;
  std::optional<BlockRange> blocks;  // none: it touches no blocks, or its CDB cannot be read
};

CommandFacts command_facts(std::span<const std::byte> cdb, std::uint64_t plain_lun);
/// Code, LUN and blocks; a selector without service action takes any.
bool matches_command(const FaultSelector& on, const CommandFacts& facts);

}  // namespace lunsim::target_sim
