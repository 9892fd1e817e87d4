#include "protocol/iscsi/pdu/nop_out.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_nop_out(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::nop_out)) return refusal;
  if (bhs.u32(16) == kReservedTag && !bhs.immediate()) {
    return refuse("without a task tag it is immediate", "RFC 7143 §11.18.1", 0, "I");
  }
  return {};
}

}  // namespace

Result<NopOut> decode_nop_out(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_nop_out(pdu, bhs)) return tl::unexpected(*refusal);
  return NopOut{.immediate = bhs.immediate(),
                .lun = bhs.lun(),
                .initiator_task_tag = bhs.initiator_task_tag(),
                .target_transfer_tag = bhs.target_transfer_tag(),
                .cmd_sn = {bhs.u32(24)},
                .exp_stat_sn = {bhs.u32(28)},
                .total_ahs_words = bhs.total_ahs_words(),
                .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const NopOut& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::nop_out, pdu.immediate);
  bhs.flag(kFinalMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.from_initiator(pdu.cmd_sn, pdu.exp_stat_sn);
}

}  // namespace lunsim::pdu
