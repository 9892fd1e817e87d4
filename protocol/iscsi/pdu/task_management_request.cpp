#include "protocol/iscsi/pdu/task_management_request.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kFunctionMask = 0x7F;

bool names_a_task(TaskManagementFunction function) {
  return function == TaskManagementFunction::abort_task ||
         function == TaskManagementFunction::task_reassign ||
         function == TaskManagementFunction::query_task;
}

Refusal judge_task_management_request(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::task_management_request)) return refusal;
  if (auto refusal = refuse_lengths(bhs, "RFC 7143 §11.5.2")) return refusal;
  if (auto refusal = refuse_reserved_task_tag(bhs)) return refusal;
  const auto function = static_cast<TaskManagementFunction>(bhs.u8(1) & kFunctionMask);
  if (function < TaskManagementFunction::abort_task ||
      function > TaskManagementFunction::query_asynchronous_event) {
    return refuse("the function code is reserved", "RFC 7143 §11.5.1", 1, "Function");
  }
  if (!names_a_task(function) && bhs.u32(20) != kReservedTag) {
    return refuse("this function refers to no task", "RFC 7143 §11.5.4", 20, "Referenced Task Tag");
  }
  if (function == TaskManagementFunction::task_reassign && !bhs.immediate()) {
    return refuse("TASK REASSIGN is immediate", "RFC 7143 §11.5.1", 0, "I");
  }
  return {};
}

}  // namespace

std::string_view name_of(TaskManagementFunction function) {
  switch (function) {
    case TaskManagementFunction::abort_task:
      return "ABORT TASK";
    case TaskManagementFunction::abort_task_set:
      return "ABORT TASK SET";
    case TaskManagementFunction::clear_aca:
      return "CLEAR ACA";
    case TaskManagementFunction::clear_task_set:
      return "CLEAR TASK SET";
    case TaskManagementFunction::logical_unit_reset:
      return "LOGICAL UNIT RESET";
    case TaskManagementFunction::target_warm_reset:
      return "TARGET WARM RESET";
    case TaskManagementFunction::target_cold_reset:
      return "TARGET COLD RESET";
    case TaskManagementFunction::task_reassign:
      return "TASK REASSIGN";
    case TaskManagementFunction::query_task:
      return "QUERY TASK";
    case TaskManagementFunction::query_task_set:
      return "QUERY TASK SET";
    case TaskManagementFunction::i_t_nexus_reset:
      return "I_T NEXUS RESET";
    case TaskManagementFunction::query_asynchronous_event:
      return "QUERY ASYNCHRONOUS EVENT";
  }
  return "reserved";
}

Result<TaskManagementRequest> decode_task_management_request(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_task_management_request(pdu, bhs)) return tl::unexpected(*refusal);
  return TaskManagementRequest{
      .immediate = bhs.immediate(),
      .function = static_cast<TaskManagementFunction>(bhs.u8(1) & kFunctionMask),
      .lun = bhs.lun(),
      .initiator_task_tag = bhs.initiator_task_tag(),
      .referenced_task_tag = InitiatorTaskTag{bhs.u32(20)},
      .cmd_sn = {bhs.u32(24)},
      .exp_stat_sn = {bhs.u32(28)},
      .ref_cmd_sn = {bhs.u32(32)},
      .exp_data_sn = bhs.u32(36),
      .total_ahs_words = bhs.total_ahs_words(),
      .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const TaskManagementRequest& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::task_management_request, pdu.immediate);
  bhs.flag(kFinalMask);
  bhs.flag(static_cast<std::uint8_t>(pdu.function) & kFunctionMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.u32(20, static_cast<std::uint32_t>(pdu.referenced_task_tag));
  bhs.from_initiator(pdu.cmd_sn, pdu.exp_stat_sn);
  bhs.u32(32, pdu.ref_cmd_sn.value);
  bhs.u32(36, pdu.exp_data_sn);
}

}  // namespace lunsim::pdu
