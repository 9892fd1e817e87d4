#include "protocol/iscsi/pdu/text_response.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

// A tag beside F=1 is not refused: the initiator ignores it (§11.10.4).
Refusal judge_text_response(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_response_header(pdu, Opcode::text_response)) return refusal;
  if (bhs.flag(kContinueMask) && bhs.flag(kFinalMask)) {
    return refuse("C and F are both 1", "RFC 7143 §11.11.2", 1, "C");
  }
  if (!bhs.flag(kFinalMask) && bhs.u32(20) == kReservedTag) {
    return refuse("F is 0 and there is no tag to go on with", "RFC 7143 §11.11.1", 20,
                  "Target Transfer Tag");
  }
  return {};
}

}  // namespace

Result<TextResponse> decode_text_response(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_text_response(pdu, bhs)) return tl::unexpected(*refusal);
  return TextResponse{.final = bhs.flag(kFinalMask),
                      .continues = bhs.flag(kContinueMask),
                      .lun = bhs.lun(),
                      .initiator_task_tag = bhs.initiator_task_tag(),
                      .target_transfer_tag = bhs.target_transfer_tag(),
                      .stat_sn = {bhs.u32(24)},
                      .exp_cmd_sn = {bhs.u32(28)},
                      .max_cmd_sn = {bhs.u32(32)},
                      .total_ahs_words = bhs.total_ahs_words(),
                      .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const TextResponse& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::text_response);
  bhs.flag(kFinalMask, pdu.final);
  bhs.flag(kContinueMask, pdu.continues);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
}

}  // namespace lunsim::pdu
