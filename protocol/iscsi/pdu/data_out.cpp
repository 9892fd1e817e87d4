#include "protocol/iscsi/pdu/data_out.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

Refusal judge_data_out(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::data_out)) return refusal;
  return refuse_reserved_task_tag(bhs);
}

}  // namespace

Result<DataOut> decode_data_out(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_data_out(pdu, bhs)) return tl::unexpected(*refusal);
  return DataOut{.final = bhs.flag(kFinalMask),
                 .lun = bhs.lun(),
                 .initiator_task_tag = bhs.initiator_task_tag(),
                 .target_transfer_tag = bhs.target_transfer_tag(),
                 .exp_stat_sn = {bhs.u32(28)},
                 .data_sn = {bhs.u32(36)},
                 .buffer_offset = bhs.u32(40),
                 .total_ahs_words = bhs.total_ahs_words(),
                 .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const DataOut& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::data_out);
  bhs.flag(kFinalMask, pdu.final);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.u32(28, pdu.exp_stat_sn.value);
  bhs.u32(36, pdu.data_sn.value);
  bhs.u32(40, pdu.buffer_offset);
}

}  // namespace lunsim::pdu
