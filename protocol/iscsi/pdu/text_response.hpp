// Text Response: its fields by the standard's names, strict decode and obedient encode.                           RFC 7143 §11.11
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// byte 1: F|C; 8 LUN; 20 TTT; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN
struct TextResponse {
  bool final = true;
  bool continues = false;   // C
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const TextResponse&, const TextResponse&) = default;
};

/// Refuses what §11.11 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<TextResponse> decode_text_response(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const TextResponse& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
