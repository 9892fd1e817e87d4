#include "protocol/iscsi/pdu/scsi_response.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kBidirectionalOverflowMask = 0x10;
constexpr std::uint8_t kBidirectionalUnderflowMask = 0x08;
constexpr std::uint8_t kResponseOverflowMask = 0x04;
constexpr std::uint8_t kResponseUnderflowMask = 0x02;
constexpr std::uint8_t kCompletedAtTarget = 0x00;
constexpr std::uint8_t kTargetFailure = 0x01;
constexpr std::uint8_t kFirstVendorSpecificResponse = 0x80;
constexpr std::uint8_t kCheckCondition = 0x02;

// Only for commands that were executed: with any other response the receiver ignores status and
// flags (§11.4.3).
Refusal judge_completion(const BhsReader& bhs) {
  constexpr std::string_view kSection = "RFC 7143 §11.4.1";
  if (bhs.flag(kResponseOverflowMask) && bhs.flag(kResponseUnderflowMask)) {
    return refuse("O and U are both 1", kSection, 1, "O");
  }
  if (bhs.flag(kBidirectionalOverflowMask) && bhs.flag(kBidirectionalUnderflowMask)) {
    return refuse("o and u are both 1", kSection, 1, "o");
  }
  if (bhs.u8(3) == kCheckCondition && bhs.data_segment_bytes() == 0) {
    return refuse("CHECK CONDITION without sense data", "RFC 7143 §7.7", 5, "DataSegmentLength");
  }
  return {};
}

Refusal judge_scsi_response(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_response_header(pdu, Opcode::scsi_response)) return refusal;
  const std::uint8_t response = bhs.u8(2);
  if (response == kCompletedAtTarget) return judge_completion(bhs);
  if (response > kTargetFailure && response < kFirstVendorSpecificResponse) {
    return refuse("the response code is reserved", "RFC 7143 §11.4.3", 2, "Response");
  }
  return {};
}

}  // namespace

Result<ScsiResponse> decode_scsi_response(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_scsi_response(pdu, bhs)) return tl::unexpected(*refusal);
  return ScsiResponse{.bidirectional_overflow = bhs.flag(kBidirectionalOverflowMask),
                      .bidirectional_underflow = bhs.flag(kBidirectionalUnderflowMask),
                      .overflow = bhs.flag(kResponseOverflowMask),
                      .underflow = bhs.flag(kResponseUnderflowMask),
                      .response = bhs.u8(2),
                      .status = bhs.u8(3),
                      .initiator_task_tag = bhs.initiator_task_tag(),
                      .snack_tag = bhs.u32(20),
                      .stat_sn = {bhs.u32(24)},
                      .exp_cmd_sn = {bhs.u32(28)},
                      .max_cmd_sn = {bhs.u32(32)},
                      .exp_data_sn = bhs.u32(36),
                      .bidirectional_read_residual_count = bhs.u32(40),
                      .residual_count = bhs.u32(44),
                      .total_ahs_words = bhs.total_ahs_words(),
                      .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const ScsiResponse& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::scsi_response);
  bhs.flag(kFinalMask);
  bhs.flag(kBidirectionalOverflowMask, pdu.bidirectional_overflow);
  bhs.flag(kBidirectionalUnderflowMask, pdu.bidirectional_underflow);
  bhs.flag(kResponseOverflowMask, pdu.overflow);
  bhs.flag(kResponseUnderflowMask, pdu.underflow);
  bhs.u8(2, pdu.response);
  bhs.u8(3, pdu.status);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.u32(20, pdu.snack_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u32(36, pdu.exp_data_sn);
  bhs.u32(40, pdu.bidirectional_read_residual_count);
  bhs.u32(44, pdu.residual_count);
}

}  // namespace lunsim::pdu
