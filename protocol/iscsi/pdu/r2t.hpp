// Ready To Transfer: its fields by the standard's names, strict decode and obedient encode.                       RFC 7143 §11.8
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// 20 TTT; 24 StatSN (next, not advanced); 28 ExpCmdSN; 32 MaxCmdSN; 36 R2TSN; 40 Buffer Offset;
// 44 Desired Data Transfer Length
struct R2t {
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  TargetTransferTag target_transfer_tag{};
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  R2tSn r2t_sn{};
  std::uint32_t buffer_offset = 0;
  std::uint32_t desired_data_transfer_length = 0;   // bytes, never 0
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const R2t&, const R2t&) = default;
};

/// Refuses what §11.8 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<R2t> decode_r2t(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const R2t& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
