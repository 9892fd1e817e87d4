#include "protocol/iscsi/pdu/task_management_response.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_task_management_response(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::task_management_response)) return refusal;
  if (auto refusal = refuse_lengths(bhs, "RFC 7143 §11.6.2")) return refusal;
  const auto response = static_cast<TaskManagementOutcome>(bhs.u8(2));
  if (response > TaskManagementOutcome::function_succeeded &&
      response != TaskManagementOutcome::function_rejected) {
    return refuse("the response code is reserved", "RFC 7143 §11.6.1", 2, "Response");
  }
  return {};
}

}  // namespace

std::string_view name_of(TaskManagementOutcome outcome) {
  switch (outcome) {
    case TaskManagementOutcome::function_complete:
      return "function complete";
    case TaskManagementOutcome::task_does_not_exist:
      return "task does not exist";
    case TaskManagementOutcome::lun_does_not_exist:
      return "LUN does not exist";
    case TaskManagementOutcome::task_still_allegiant:
      return "task still allegiant";
    case TaskManagementOutcome::task_allegiance_reassignment_not_supported:
      return "task allegiance reassignment not supported";
    case TaskManagementOutcome::function_not_supported:
      return "function not supported";
    case TaskManagementOutcome::function_authorization_failed:
      return "function authorization failed";
    case TaskManagementOutcome::function_succeeded:
      return "function succeeded";
    case TaskManagementOutcome::function_rejected:
      return "function rejected";
  }
  return "reserved";
}

Result<TaskManagementResponse> decode_task_management_response(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_task_management_response(pdu, bhs))
    return tl::unexpected(*refusal);
  return TaskManagementResponse{.response = static_cast<TaskManagementOutcome>(bhs.u8(2)),
                                .initiator_task_tag = bhs.initiator_task_tag(),
                                .stat_sn = {bhs.u32(24)},
                                .exp_cmd_sn = {bhs.u32(28)},
                                .max_cmd_sn = {bhs.u32(32)},
                                .total_ahs_words = bhs.total_ahs_words(),
                                .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const TaskManagementResponse& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::task_management_response);
  bhs.flag(kFinalMask);
  bhs.u8(2, static_cast<std::uint8_t>(pdu.response));
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
}

}  // namespace lunsim::pdu
