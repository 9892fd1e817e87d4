// SCSI Response: its fields by the standard's names, strict decode and obedient encode.                           RFC 7143 §11.4
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// byte 1: 1|..|o|u|O|U|.; 2 Response; 3 Status; 20 SNACK Tag; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN;
// 36 ExpDataSN; 40 Bidirectional Read Residual Count; 44 Residual Count
struct ScsiResponse {
  bool bidirectional_overflow = false;    // o
  bool bidirectional_underflow = false;   // u
  bool overflow = false;                  // O
  bool underflow = false;                 // U
  std::uint8_t response = 0;              // 00h command completed at target, 01h target failure
  std::uint8_t status = 0;                // SCSI status
  InitiatorTaskTag initiator_task_tag{};
  std::uint32_t snack_tag = 0;
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  std::uint32_t exp_data_sn = 0;
  std::uint32_t bidirectional_read_residual_count = 0;
  std::uint32_t residual_count = 0;
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const ScsiResponse&, const ScsiResponse&) = default;
};

/// Refuses what §11.4 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<ScsiResponse> decode_scsi_response(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const ScsiResponse& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
