#include "protocol/iscsi/pdu/scsi_command.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

#include <algorithm>

#include "protocol/iscsi/pdu/ahs.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kReadMask = 0x40;
constexpr std::uint8_t kWriteMask = 0x20;
constexpr std::uint8_t kAttributeMask = 0x07;
constexpr std::size_t kCommandCdbOffset = 32;

// Data with W=0 is not judged here: it is unexpected unsolicited data, which ends the command with
// CHECK CONDITION (§11.4.7.2) and not with a Reject.
Refusal judge_flags(const BhsReader& bhs) {
  constexpr std::string_view kSection = "RFC 7143 §11.3.1";
  const std::uint32_t expected = bhs.u32(20);
  const bool is_final = bhs.flag(kFinalMask);
  const bool writes = bhs.flag(kWriteMask);
  if ((bhs.u8(1) & kAttributeMask) > static_cast<std::uint8_t>(TaskAttribute::aca)) {
    return refuse("the task attribute is reserved", kSection, 1, "ATTR");
  }
  if (!writes && !is_final) return refuse("W and F are both 0", kSection, 1, "F");
  if (!writes && !bhs.flag(kReadMask) && expected != 0) {
    return refuse("R and W are both 0 and data is expected", kSection, 20,
                  "Expected Data Transfer Length");
  }
  if (!is_final && bhs.data_segment_bytes() == expected) {
    return refuse("F is 0 and the data is complete", "RFC 7143 §11.3.4", 1, "F");
  }
  return {};
}

Refusal judge_ahs(const PduView& pdu, const BhsReader& bhs) {
  const bool is_bidirectional = bhs.flag(kReadMask) && bhs.flag(kWriteMask);
  if (pdu.ahs.empty() && !is_bidirectional) return {};
  const auto ahs = decode_command_ahs(pdu.ahs);
  if (!ahs) return ahs.error();
  if (is_bidirectional && !ahs->bidirectional_read_length) {
    return refuse("a bidirectional command states its read length in an AHS", "RFC 7143 §11.3.4", 4,
                  "TotalAHSLength");
  }
  const bool moves_nothing = !bhs.flag(kReadMask) && !bhs.flag(kWriteMask);
  if (moves_nothing && ahs->bidirectional_read_length.value_or(0) != 0) {
    return refuse("R and W are both 0 and data is expected", "RFC 7143 §11.3.1", 1, "R");
  }
  return {};
}

Refusal judge_scsi_command(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_header(pdu, Opcode::scsi_command)) return refusal;
  if (auto refusal = refuse_reserved_task_tag(bhs)) return refusal;
  if (auto refusal = judge_flags(bhs)) return refusal;
  return judge_ahs(pdu, bhs);
}

}  // namespace

Result<ScsiCommand> decode_scsi_command(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_scsi_command(pdu, bhs)) return tl::unexpected(*refusal);
  ScsiCommand command{.immediate = bhs.immediate(),
                      .final = bhs.flag(kFinalMask),
                      .read = bhs.flag(kReadMask),
                      .write = bhs.flag(kWriteMask),
                      .attribute = static_cast<TaskAttribute>(bhs.u8(1) & kAttributeMask),
                      .lun = bhs.lun(),
                      .initiator_task_tag = bhs.initiator_task_tag(),
                      .expected_data_transfer_length = bhs.u32(20),
                      .cmd_sn = {bhs.u32(24)},
                      .exp_stat_sn = {bhs.u32(28)},
                      .total_ahs_words = bhs.total_ahs_words(),
                      .data_segment_bytes = bhs.data_segment_bytes()};
  std::ranges::copy(pdu.bhs.subspan<kCommandCdbOffset>(), command.cdb.begin());
  return command;
}

void encode(const ScsiCommand& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::scsi_command, pdu.immediate);
  bhs.flag(kFinalMask, pdu.final);
  bhs.flag(kReadMask, pdu.read);
  bhs.flag(kWriteMask, pdu.write);
  bhs.flag(static_cast<std::uint8_t>(pdu.attribute) & kAttributeMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(pdu.initiator_task_tag);
  bhs.u32(20, pdu.expected_data_transfer_length);
  bhs.from_initiator(pdu.cmd_sn, pdu.exp_stat_sn);
  std::ranges::copy(pdu.cdb, &out[kCommandCdbOffset]);
}

}  // namespace lunsim::pdu
