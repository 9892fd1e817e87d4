// SCSI Data-Out: its fields by the standard's names, strict decode and obedient encode.                           RFC 7143 §11.7
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

// byte 1: F; 20 TTT; 28 ExpStatSN; 36 DataSN; 40 Buffer Offset
struct DataOut {
  bool final = false;
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
  StatSn exp_stat_sn{};
  DataSn data_sn{};
  std::uint32_t buffer_offset = 0;   // bytes
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const DataOut&, const DataOut&) = default;
};

/// Refuses what §11.7 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<DataOut> decode_data_out(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const DataOut& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
