#include "protocol/iscsi/pdu/text_request.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_text_request(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::text_request)) return refusal;
  if (auto refusal = refuse_reserved_task_tag(bhs)) return refusal;
  if (bhs.flag(kContinueMask) && bhs.flag(kFinalMask)) {
    return refuse("C and F are both 1", "RFC 7143 §11.10.2", 1, "C");
  }
  return {};
}

}  // namespace

Result<TextRequest> decode_text_request(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_text_request(pdu, bhs)) return tl::unexpected(*refusal);
  return TextRequest{.immediate = bhs.immediate(),
                     .final = bhs.flag(kFinalMask),
                     .continues = bhs.flag(kContinueMask),
                     .lun = bhs.lun(),
                     .initiator_task_tag = bhs.initiator_task_tag(),
                     .target_transfer_tag = bhs.target_transfer_tag(),
                     .cmd_sn = {bhs.u32(24)},
                     .exp_stat_sn = {bhs.u32(28)},
                     .total_ahs_words = bhs.total_ahs_words(),
                     .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const TextRequest& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::text_request, pdu.immediate);
  bhs.flag(kFinalMask, pdu.final);
  bhs.flag(kContinueMask, pdu.continues);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.from_initiator(pdu.cmd_sn, pdu.exp_stat_sn);
}

}  // namespace lunsim::pdu
