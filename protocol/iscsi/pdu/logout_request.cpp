#include "protocol/iscsi/pdu/logout_request.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kReasonMask = 0x7F;

Refusal judge_logout_request(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::logout_request)) return refusal;
  if (auto refusal = refuse_lengths(bhs, "RFC 7143 §11.14.2")) return refusal;
  if (auto refusal = refuse_reserved_task_tag(bhs)) return refusal;
  if ((bhs.u8(1) & kReasonMask) > static_cast<std::uint8_t>(LogoutReason::remove_for_recovery)) {
    return refuse("the reason code is reserved", "RFC 7143 §11.14.1", 1, "Reason Code");
  }
  return {};
}

}  // namespace

std::string_view name_of(LogoutReason reason) {
  switch (reason) {
    case LogoutReason::close_session:
      return "close the session";
    case LogoutReason::close_connection:
      return "close the connection";
    case LogoutReason::remove_for_recovery:
      return "remove the connection for recovery";
  }
  return "reserved";
}

Result<LogoutRequest> decode_logout_request(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_logout_request(pdu, bhs)) return tl::unexpected(*refusal);
  return LogoutRequest{.immediate = bhs.immediate(),
                       .reason = static_cast<LogoutReason>(bhs.u8(1) & kReasonMask),
                       .initiator_task_tag = bhs.initiator_task_tag(),
                       .cid = bhs.u16(20),
                       .cmd_sn = {bhs.u32(24)},
                       .exp_stat_sn = {bhs.u32(28)},
                       .total_ahs_words = bhs.total_ahs_words(),
                       .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const LogoutRequest& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::logout_request, pdu.immediate);
  bhs.flag(kFinalMask);
  bhs.flag(static_cast<std::uint8_t>(pdu.reason) & kReasonMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.u16(20, pdu.cid);
  bhs.from_initiator(pdu.cmd_sn, pdu.exp_stat_sn);
}

}  // namespace lunsim::pdu
