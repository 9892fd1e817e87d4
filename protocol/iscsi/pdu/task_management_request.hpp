// Task Management Function Request: its fields by the standard's names, strict decode and obedient encode.        RFC 7143 §11.5
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.5.1; 9..12 from RFC 7144 §4.2.2.
enum class TaskManagementFunction : std::uint8_t {
  abort_task = 1,
  abort_task_set = 2,
  clear_aca = 3,
  clear_task_set = 4,
  logical_unit_reset = 5,
  target_warm_reset = 6,
  target_cold_reset = 7,
  task_reassign = 8,
  query_task = 9,
  query_task_set = 10,
  i_t_nexus_reset = 11,
  query_asynchronous_event = 12,
};
std::string_view name_of(TaskManagementFunction function);

// byte 1: 1|Function(7); 20 Referenced Task Tag; 24 CmdSN; 28 ExpStatSN; 32 RefCmdSN; 36 ExpDataSN
struct TaskManagementRequest {
  bool immediate = false;
  TaskManagementFunction function = TaskManagementFunction::abort_task;
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  InitiatorTaskTag referenced_task_tag = kReservedInitiatorTaskTag;
  CmdSn cmd_sn{};
  StatSn exp_stat_sn{};
  CmdSn ref_cmd_sn{};
  std::uint32_t exp_data_sn = 0;
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const TaskManagementRequest&, const TaskManagementRequest&) = default;
};

/// Refuses what §11.5 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<TaskManagementRequest> decode_task_management_request(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const TaskManagementRequest& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
