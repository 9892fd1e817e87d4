#include "protocol/iscsi/pdu/data_in.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kAcknowledgeMask = 0x40;
constexpr std::uint8_t kDataInOverflowMask = 0x04;
constexpr std::uint8_t kDataInUnderflowMask = 0x02;
constexpr std::uint8_t kStatusMask = 0x01;

// GOOD, CONDITION MET, INTERMEDIATE, INTERMEDIATE-CONDITION MET: what may be said without sense
// data.
bool is_carried_by_data_in(std::uint8_t status) {
  return status == 0x00 || status == 0x04 || status == 0x10 || status == 0x14;
}

// O, U, Status and Residual Count are reserved without S, so nothing is refused then.
Refusal judge_data_in(const PduView& pdu, const BhsReader& bhs) {
  constexpr std::string_view kSection = "RFC 7143 §11.7.3";
  if (auto refusal = refuse_response_header(pdu, Opcode::data_in)) return refusal;
  if (!bhs.flag(kStatusMask)) return {};
  if (!bhs.flag(kFinalMask)) return refuse("S is 1 and F is 0", kSection, 1, "F");
  if (bhs.flag(kDataInOverflowMask) && bhs.flag(kDataInUnderflowMask)) {
    return refuse("O and U are both 1", "RFC 7143 §11.4.1", 1, "O");
  }
  if (!is_carried_by_data_in(bhs.u8(3))) {
    return refuse("an error is reported in a SCSI Response", kSection, 3, "Status");
  }
  return {};
}

}  // namespace

Result<DataIn> decode_data_in(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_data_in(pdu, bhs)) return tl::unexpected(*refusal);
  return DataIn{.final = bhs.flag(kFinalMask),
                .acknowledge = bhs.flag(kAcknowledgeMask),
                .overflow = bhs.flag(kDataInOverflowMask),
                .underflow = bhs.flag(kDataInUnderflowMask),
                .has_status = bhs.flag(kStatusMask),
                .status = bhs.u8(3),
                .lun = bhs.lun(),
                .initiator_task_tag = bhs.initiator_task_tag(),
                .target_transfer_tag = bhs.target_transfer_tag(),
                .stat_sn = {bhs.u32(24)},
                .exp_cmd_sn = {bhs.u32(28)},
                .max_cmd_sn = {bhs.u32(32)},
                .data_sn = {bhs.u32(36)},
                .buffer_offset = bhs.u32(40),
                .residual_count = bhs.u32(44),
                .total_ahs_words = bhs.total_ahs_words(),
                .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const DataIn& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::data_in);
  bhs.flag(kFinalMask, pdu.final);
  bhs.flag(kAcknowledgeMask, pdu.acknowledge);
  bhs.flag(kDataInOverflowMask, pdu.overflow);
  bhs.flag(kDataInUnderflowMask, pdu.underflow);
  bhs.flag(kStatusMask, pdu.has_status);
  bhs.u8(3, pdu.status);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u32(36, pdu.data_sn.value);
  bhs.u32(40, pdu.buffer_offset);
  bhs.u32(44, pdu.residual_count);
}

}  // namespace lunsim::pdu
