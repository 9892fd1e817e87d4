#include "protocol/iscsi/pdu/login_request.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"
#include "protocol/iscsi/pdu/login_access.hpp"

namespace lunsim::pdu {
namespace {

// Not judged: the I bit, since a Login Request is always immediate, and the versions, which status
// 0205h answers.
Refusal judge_login_request(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::login_request)) return refusal;
  if (auto refusal = refuse_reserved_task_tag(bhs)) return refusal;
  if (bhs.flag(kContinueMask) && bhs.flag(kFinalMask)) {
    return refuse("C and T are both 1", "RFC 7143 §11.12.2", 1, "C");
  }
  return refuse_stages(bhs);
}

}  // namespace

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::security_negotiation:
      return "SecurityNegotiation";
    case Stage::login_operational_negotiation:
      return "LoginOperationalNegotiation";
    case Stage::full_feature_phase:
      return "FullFeaturePhase";
  }
  return "reserved";
}

Result<LoginRequest> decode_login_request(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_login_request(pdu, bhs)) return tl::unexpected(*refusal);
  return LoginRequest{.transit = bhs.flag(kFinalMask),
                      .continues = bhs.flag(kContinueMask),
                      .current_stage = current_stage_of(bhs.u8(1)),
                      .next_stage = next_stage_of(bhs.u8(1)),
                      .version_max = bhs.u8(2),
                      .version_min = bhs.u8(3),
                      .isid = isid_of(pdu.bhs),
                      .tsih = bhs.u16(14),
                      .initiator_task_tag = bhs.initiator_task_tag(),
                      .cid = bhs.u16(20),
                      .cmd_sn = {bhs.u32(24)},
                      .exp_stat_sn = {bhs.u32(28)},
                      .total_ahs_words = bhs.total_ahs_words(),
                      .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const LoginRequest& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::login_request, true);
  bhs.flag(kFinalMask, pdu.transit);
  bhs.flag(kContinueMask, pdu.continues);
  bhs.flag(stages_of(pdu.current_stage, pdu.next_stage));
  bhs.u8(2, pdu.version_max);
  bhs.u8(3, pdu.version_min);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  std::ranges::copy(pdu.isid.bytes, &out[kIsidOffset]);
  bhs.u16(14, pdu.tsih);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.u16(20, pdu.cid);
  bhs.from_initiator(pdu.cmd_sn, pdu.exp_stat_sn);
}

}  // namespace lunsim::pdu
