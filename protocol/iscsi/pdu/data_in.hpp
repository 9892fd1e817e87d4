// SCSI Data-In: its fields by the standard's names, strict decode and obedient encode.                            RFC 7143 §11.7
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// byte 1: F|A|...|O|U|S; 3 Status; 20 TTT; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN; 36 DataSN;
// 40 Buffer Offset; 44 Residual Count
struct DataIn {
  bool final = false;
  bool acknowledge = false;   // A
  bool overflow = false;      // O, only with S
  bool underflow = false;     // U, only with S
  bool has_status = false;    // S: status, StatSN and residual are valid
  std::uint8_t status = 0;
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  DataSn data_sn{};
  std::uint32_t buffer_offset = 0;
  std::uint32_t residual_count = 0;
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const DataIn&, const DataIn&) = default;
};

/// Refuses what §11.7 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<DataIn> decode_data_in(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const DataIn& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
