// How commands answer: sense data in the unit's format, and small parameter data cut to the
// allocation length.
#pragma once

#include <cstdint>
#include <optional>

#include "target_sim/device/commands/command.hpp"

namespace lunsim::target_sim {

/// Each sets CHECK CONDITION with its sense and returns false, for checks to return.
bool fail(CommandContext& context, const scsi::Sense& sense);
bool fail(CommandContext& context, scsi::SenseKey key, scsi::AdditionalSense code);
/// INVALID FIELD IN CDB, with a pointer to the byte and, if given, the most significant bit of the
/// field.
bool fail_field(CommandContext& context, std::uint16_t byte, std::optional<std::uint8_t> bit = {});
/// INVALID FIELD IN PARAMETER LIST, with a pointer to the byte.
bool fail_parameter(CommandContext& context, std::uint16_t byte);
/// PARAMETER LIST LENGTH ERROR.
bool fail_parameter_length(CommandContext& context);
/// LOGICAL BLOCK ADDRESS OUT OF RANGE; INFORMATION is the first block that is not there.
bool fail_out_of_range(CommandContext& context, std::uint64_t first_missing_lba);
/// LOGICAL UNIT NOT SUPPORTED.
bool fail_no_unit(CommandContext& context);

/// Thin units: maps what is about to be written, tells the threshold, or fails with SPACE
/// ALLOCATION FAILED WRITE PROTECT.                                              SBC-3 §4.7.3.6
bool make_room(CommandContext& context, std::uint64_t lba, std::uint64_t blocks);
/// WRITE PROTECTED, if the unit is.
bool check_writable(CommandContext& context);

/// The bytes in task.small become the data, `allocation_length` of them at most.
/// SPC-4 §4.2.5.6
void answer_small(CommandContext& context, std::uint64_t allocation_length);

}  // namespace lunsim::target_sim
