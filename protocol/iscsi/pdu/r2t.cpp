#include "protocol/iscsi/pdu/r2t.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_r2t(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::r2t)) return refusal;
  if (auto refusal = refuse_lengths(bhs, "RFC 7143 §11.8.1")) return refusal;
  if (bhs.u32(20) == kReservedTag) {
    return refuse("an R2T has a tag of its own", "RFC 7143 §11.8.5", 20, "Target Transfer Tag");
  }
  if (bhs.u32(44) == 0) {
    return refuse("an R2T wants at least one byte", "RFC 7143 §11.8.4", 44,
                  "Desired Data Transfer Length");
  }
  return {};
}

}  // namespace

Result<R2t> decode_r2t(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_r2t(pdu, bhs)) return tl::unexpected(*refusal);
  return R2t{.lun = bhs.lun(),
             .initiator_task_tag = bhs.initiator_task_tag(),
             .target_transfer_tag = bhs.target_transfer_tag(),
             .stat_sn = {bhs.u32(24)},
             .exp_cmd_sn = {bhs.u32(28)},
             .max_cmd_sn = {bhs.u32(32)},
             .r2t_sn = {bhs.u32(36)},
             .buffer_offset = bhs.u32(40),
             .desired_data_transfer_length = bhs.u32(44),
             .total_ahs_words = bhs.total_ahs_words(),
             .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const R2t& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::r2t);
  bhs.flag(kFinalMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u32(36, pdu.r2t_sn.value);
  bhs.u32(40, pdu.buffer_offset);
  bhs.u32(44, pdu.desired_data_transfer_length);
}

}  // namespace lunsim::pdu
