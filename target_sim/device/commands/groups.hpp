// The functions behind the command table, one pair a command or family; each is explained where it
// is defined.
#pragma once

#include "target_sim/device/commands/command.hpp"

namespace lunsim::target_sim {

inline bool nothing_to_check(CommandContext&) { return true; }
inline void nothing_to_run(CommandContext&) {}

bool check_request_sense(CommandContext& context);
void run_request_sense(CommandContext& context);
bool check_start_stop_unit(CommandContext& context);
void run_start_stop_unit(CommandContext& context);
bool check_prevent_allow(CommandContext& context);

bool check_inquiry(CommandContext& context);
void run_inquiry(CommandContext& context);

bool check_mode_sense(CommandContext& context);
void run_mode_sense(CommandContext& context);

bool check_read_capacity_10(CommandContext& context);
void run_read_capacity_10(CommandContext& context);
bool check_read_capacity_16(CommandContext& context);
void run_read_capacity_16(CommandContext& context);

bool check_report_luns(CommandContext& context);
void run_report_luns(CommandContext& context);
bool check_report_operation_codes(CommandContext& context);
void run_report_operation_codes(CommandContext& context);

bool check_block_command(CommandContext& context);
void run_read(CommandContext& context);
void run_write(CommandContext& context);
void run_verify(CommandContext& context);

}  // namespace lunsim::target_sim
