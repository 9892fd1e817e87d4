// Text Request: its fields by the standard's names, strict decode and obedient encode.                            RFC 7143 §11.10
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// byte 1: F|C; 8 LUN; 20 TTT; 24 CmdSN; 28 ExpStatSN
struct TextRequest {
  bool immediate = false;
  bool final = true;
  bool continues = false;   // C
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
  CmdSn cmd_sn{};
  StatSn exp_stat_sn{};
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const TextRequest&, const TextRequest&) = default;
};

/// Refuses what §11.10 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<TextRequest> decode_text_request(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const TextRequest& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
