#include "protocol/iscsi/pdu/login_response.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"
#include "protocol/iscsi/pdu/login_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kStatusClassMax = 3;

// With a status other than success the stages are an echo of whatever was asked: the status is the
// news then.
Refusal judge_login_response(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_response_header(pdu, Opcode::login_response)) return refusal;
  if (bhs.u8(36) > kStatusClassMax) {
    return refuse("the status class is reserved", "RFC 7143 §11.13.5", 36, "Status-Class");
  }
  if (bhs.flag(kContinueMask) && bhs.flag(kFinalMask)) {
    return refuse("C and T are both 1", "RFC 7143 §11.13.7", 1, "C");
  }
  return bhs.u8(36) == 0 ? refuse_stages(bhs) : Refusal{};
}

}  // namespace

Result<LoginResponse> decode_login_response(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_login_response(pdu, bhs)) return tl::unexpected(*refusal);
  return LoginResponse{.transit = bhs.flag(kFinalMask),
                       .continues = bhs.flag(kContinueMask),
                       .current_stage = current_stage_of(bhs.u8(1)),
                       .next_stage = next_stage_of(bhs.u8(1)),
                       .version_max = bhs.u8(2),
                       .version_active = bhs.u8(3),
                       .isid = isid_of(pdu.bhs),
                       .tsih = bhs.u16(14),
                       .initiator_task_tag = bhs.initiator_task_tag(),
                       .stat_sn = {bhs.u32(24)},
                       .exp_cmd_sn = {bhs.u32(28)},
                       .max_cmd_sn = {bhs.u32(32)},
                       .status_class = bhs.u8(36),
                       .status_detail = bhs.u8(37),
                       .total_ahs_words = bhs.total_ahs_words(),
                       .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const LoginResponse& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::login_response);
  bhs.flag(kFinalMask, pdu.transit);
  bhs.flag(kContinueMask, pdu.continues);
  bhs.flag(stages_of(pdu.current_stage, pdu.next_stage));
  bhs.u8(2, pdu.version_max);
  bhs.u8(3, pdu.version_active);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  std::ranges::copy(pdu.isid.bytes, &out[kIsidOffset]);
  bhs.u16(14, pdu.tsih);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u8(36, pdu.status_class);
  bhs.u8(37, pdu.status_detail);
}

}  // namespace lunsim::pdu
