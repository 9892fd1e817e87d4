// Task Management Function Response: its fields by the standard's names, strict decode and obedient encode.       RFC 7143 §11.6
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.6.1; 7 from RFC 7144.
enum class TaskManagementOutcome : std::uint8_t {
  function_complete = 0,
  task_does_not_exist = 1,
  lun_does_not_exist = 2,
  task_still_allegiant = 3,
  task_allegiance_reassignment_not_supported = 4,
  function_not_supported = 5,
  function_authorization_failed = 6,
  function_succeeded = 7,
  function_rejected = 255,
};
std::string_view name_of(TaskManagementOutcome outcome);

// byte 2: Response; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN
struct TaskManagementResponse {
  TaskManagementOutcome response = TaskManagementOutcome::function_complete;
  InitiatorTaskTag initiator_task_tag{};
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const TaskManagementResponse&, const TaskManagementResponse&) = default;
};

/// Refuses what §11.6 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<TaskManagementResponse> decode_task_management_response(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const TaskManagementResponse& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
