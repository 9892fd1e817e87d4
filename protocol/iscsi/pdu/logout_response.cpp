#include "protocol/iscsi/pdu/logout_response.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_logout_response(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::logout_response)) return refusal;
  if (auto refusal = refuse_lengths(bhs, "RFC 7143 §11.15.2")) return refusal;
  if (bhs.u8(2) > static_cast<std::uint8_t>(LogoutOutcome::cleanup_failed)) {
    return refuse("the response code is reserved", "RFC 7143 §11.15.1", 2, "Response");
  }
  return {};
}

}  // namespace

std::string_view name_of(LogoutOutcome outcome) {
  switch (outcome) {
    case LogoutOutcome::closed:
      return "closed successfully";
    case LogoutOutcome::cid_not_found:
      return "CID not found";
    case LogoutOutcome::recovery_not_supported:
      return "connection recovery is not supported";
    case LogoutOutcome::cleanup_failed:
      return "cleanup failed";
  }
  return "reserved";
}

Result<LogoutResponse> decode_logout_response(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_logout_response(pdu, bhs)) return tl::unexpected(*refusal);
  return LogoutResponse{.response = static_cast<LogoutOutcome>(bhs.u8(2)),
                        .initiator_task_tag = bhs.initiator_task_tag(),
                        .stat_sn = {bhs.u32(24)},
                        .exp_cmd_sn = {bhs.u32(28)},
                        .max_cmd_sn = {bhs.u32(32)},
                        .time2wait = bhs.u16(40),
                        .time2retain = bhs.u16(42),
                        .total_ahs_words = bhs.total_ahs_words(),
                        .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const LogoutResponse& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::logout_response);
  bhs.flag(kFinalMask);
  bhs.u8(2, static_cast<std::uint8_t>(pdu.response));
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u16(40, pdu.time2wait);
  bhs.u16(42, pdu.time2retain);
}

}  // namespace lunsim::pdu
