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
void run_synchronize_cache(CommandContext& context);

bool check_mode_select(CommandContext& context);
void run_mode_select(CommandContext& context);

void run_reserve(CommandContext& context);
void run_release(CommandContext& context);
bool check_persistent_reserve_in(CommandContext& context);
void run_read_keys(CommandContext& context);
void run_read_reservation(CommandContext& context);
void run_report_capabilities(CommandContext& context);
void run_read_full_status(CommandContext& context);
bool check_persistent_reserve_out(CommandContext& context);
void run_persistent_reserve_out(CommandContext& context);

bool has_port_groups(const CommandContext& context);
bool has_explicit_port_groups(const CommandContext& context);
bool check_report_target_port_groups(CommandContext& context);
void run_report_target_port_groups(CommandContext& context);
bool check_set_target_port_groups(CommandContext& context);
void run_set_target_port_groups(CommandContext& context);

bool is_thin(const CommandContext& context);
bool check_unmap(CommandContext& context);
void run_unmap(CommandContext& context);
bool check_write_same(CommandContext& context);
void run_write_same(CommandContext& context);
bool check_get_lba_status(CommandContext& context);
void run_get_lba_status(CommandContext& context);
bool check_compare_and_write(CommandContext& context);
void run_compare_and_write(CommandContext& context);

}  // namespace lunsim::target_sim
