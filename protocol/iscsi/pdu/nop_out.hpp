// NOP-Out: its fields by the standard's names, strict decode and obedient encode.                                 RFC 7143 §11.18
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// 8 LUN; 16 ITT (FFFFFFFFh: no answer wanted); 20 TTT (echo of a NOP-In's); 24 CmdSN; 28 ExpStatSN
struct NopOut {
  bool immediate = true;
  LunField lun{};
  InitiatorTaskTag initiator_task_tag = kReservedInitiatorTaskTag;
  TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
  CmdSn cmd_sn{};
  StatSn exp_stat_sn{};
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const NopOut&, const NopOut&) = default;
};

/// Refuses what §11.18 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<NopOut> decode_nop_out(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const NopOut& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
