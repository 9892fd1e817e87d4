#include "protocol/iscsi/pdu/reject.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

// 0Bh passes: it must not be sent, but whoever receives it must know it for a failed negotiation
// (§11.17.1). Codes that nobody has assigned are reserved values of a defined field, which §11
// makes a protocol error.
Refusal judge_reject(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_response_header(pdu, Opcode::reject)) return refusal;
  const auto reason = static_cast<RejectReason>(bhs.u8(2));
  if (reason < RejectReason::data_digest_error || reason > RejectReason::waiting_for_logout) {
    return refuse("the reason code is reserved", "RFC 7143 §11.17.1", 2, "Reason");
  }
  return {};
}

}  // namespace

std::string_view name_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::data_digest_error:
      return "data (payload) digest error";
    case RejectReason::snack_reject:
      return "SNACK reject";
    case RejectReason::protocol_error:
      return "protocol error";
    case RejectReason::command_not_supported:
      return "command not supported";
    case RejectReason::immediate_command_reject:
      return "immediate command reject";
    case RejectReason::task_in_progress:
      return "task in progress";
    case RejectReason::invalid_data_ack:
      return "invalid data ACK";
    case RejectReason::invalid_pdu_field:
      return "invalid PDU field";
    case RejectReason::out_of_resources:
      return "long operation reject";
    case RejectReason::negotiation_reset:
      return "negotiation reset";
    case RejectReason::waiting_for_logout:
      return "waiting for logout";
  }
  return "reserved";
}

Result<Reject> decode_reject(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_reject(pdu, bhs)) return tl::unexpected(*refusal);
  return Reject{.reason = static_cast<RejectReason>(bhs.u8(2)),
                .stat_sn = {bhs.u32(24)},
                .exp_cmd_sn = {bhs.u32(28)},
                .max_cmd_sn = {bhs.u32(32)},
                .data_sn = bhs.u32(36),
                .total_ahs_words = bhs.total_ahs_words(),
                .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const Reject& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::reject);
  bhs.flag(kFinalMask);
  bhs.u8(2, static_cast<std::uint8_t>(pdu.reason));
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.initiator_task_tag(kReservedInitiatorTaskTag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u32(36, pdu.data_sn);
}

}  // namespace lunsim::pdu
