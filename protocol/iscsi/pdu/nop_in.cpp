#include "protocol/iscsi/pdu/nop_in.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_nop_in(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_response_header(pdu, Opcode::nop_in)) return refusal;
  if (bhs.u32(16) == kReservedTag) {
    if (bhs.data_segment_bytes() != 0) {
      return refuse("ping data answers nothing", "RFC 7143 §11.19", 5, "DataSegmentLength");
    }
  } else if (bhs.u32(20) != kReservedTag) {
    return refuse("an answer to a NOP-Out wants none itself", "RFC 7143 §11.19.1", 20,
                  "Target Transfer Tag");
  }
  return {};
}

}  // namespace

Result<NopIn> decode_nop_in(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_nop_in(pdu, bhs)) return tl::unexpected(*refusal);
  return NopIn{.lun = bhs.lun(),
               .initiator_task_tag = bhs.initiator_task_tag(),
               .target_transfer_tag = bhs.target_transfer_tag(),
               .stat_sn = {bhs.u32(24)},
               .exp_cmd_sn = {bhs.u32(28)},
               .max_cmd_sn = {bhs.u32(32)},
               .total_ahs_words = bhs.total_ahs_words(),
               .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const NopIn& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::nop_in);
  bhs.flag(kFinalMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
}

}  // namespace lunsim::pdu
