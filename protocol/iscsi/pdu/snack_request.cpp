#include "protocol/iscsi/pdu/snack_request.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kTypeMask = 0x0F;

Refusal judge_tags(SnackType type, const BhsReader& bhs) {
  const bool names_a_task = type == SnackType::data_or_r2t || type == SnackType::r_data;
  if (names_a_task == (bhs.u32(16) == kReservedTag)) {
    return refuse(names_a_task ? "this type refers to a task" : "this type refers to no task",
                  "RFC 7143 §11.16.4", 16, "Initiator Task Tag");
  }
  constexpr std::string_view kSection = "RFC 7143 §11.16.5";
  const std::uint32_t tag = bhs.u32(20);
  if ((type == SnackType::data_or_r2t || type == SnackType::status) && tag != kReservedTag) {
    return refuse("this type has no transfer tag", kSection, 20, "Target Transfer Tag");
  }
  if (type == SnackType::r_data && (tag == 0 || tag == kReservedTag)) {
    return refuse("0 and FFFFFFFFh are not SNACK Tags", kSection, 20, "SNACK Tag");
  }
  return {};
}

Refusal judge_run(SnackType type, const BhsReader& bhs) {
  if (type == SnackType::r_data && bhs.u32(40) != 0) {
    return refuse("an R-Data SNACK begins at 0", "RFC 7143 §11.16.6", 40, "BegRun");
  }
  if ((type == SnackType::r_data || type == SnackType::data_ack) && bhs.u32(44) != 0) {
    return refuse("this type has no run length", "RFC 7143 §11.16.7", 44, "RunLength");
  }
  return {};
}

Refusal judge_snack_request(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::snack_request)) return refusal;
  if (auto refusal = refuse_lengths(bhs, "RFC 7143 §11.16")) return refusal;
  const auto type = static_cast<SnackType>(bhs.u8(1) & kTypeMask);
  if (type > SnackType::r_data) {
    return refuse("the SNACK type is reserved", "RFC 7143 §11.16.1", 1, "Type");
  }
  if (auto refusal = judge_tags(type, bhs)) return refusal;
  return judge_run(type, bhs);
}

}  // namespace

std::string_view name_of(SnackType type) {
  switch (type) {
    case SnackType::data_or_r2t:
      return "Data/R2T SNACK";
    case SnackType::status:
      return "Status SNACK";
    case SnackType::data_ack:
      return "DataACK";
    case SnackType::r_data:
      return "R-Data SNACK";
  }
  return "reserved";
}

Result<SnackRequest> decode_snack_request(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_snack_request(pdu, bhs)) return tl::unexpected(*refusal);
  return SnackRequest{.type = static_cast<SnackType>(bhs.u8(1) & kTypeMask),
                      .lun = bhs.lun(),
                      .initiator_task_tag = bhs.initiator_task_tag(),
                      .target_transfer_tag = bhs.target_transfer_tag(),
                      .exp_stat_sn = {bhs.u32(28)},
                      .beg_run = bhs.u32(40),
                      .run_length = bhs.u32(44),
                      .total_ahs_words = bhs.total_ahs_words(),
                      .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const SnackRequest& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::snack_request);
  bhs.flag(kFinalMask);
  bhs.flag(static_cast<std::uint8_t>(pdu.type) & kTypeMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.target_transfer_tag(pdu.target_transfer_tag);
  bhs.u32(28, pdu.exp_stat_sn.value);
  bhs.u32(40, pdu.beg_run);
  bhs.u32(44, pdu.run_length);
}

}  // namespace lunsim::pdu
