// SCSI Command: its fields by the standard's names, strict decode and obedient encode.                            RFC 7143 §11.3
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.3.1
enum class TaskAttribute : std::uint8_t { untagged = 0, simple = 1, ordered = 2, head_of_queue = 3, aca = 4 };

// byte 1: F|R|W|..|ATTR(3); 20 EDTL; 24 CmdSN; 28 ExpStatSN; 32..47 CDB
struct ScsiCommand {
  bool immediate = false;
  bool final = true;       // F: no unsolicited Data-Out follows
  bool read = false;
  bool write = false;
  TaskAttribute attribute = TaskAttribute::simple;
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  std::uint32_t expected_data_transfer_length = 0;   // bytes
  CmdSn cmd_sn{};
  StatSn exp_stat_sn{};
  std::array<std::byte, 16> cdb{};   // longer CDBs go on in an AHS
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const ScsiCommand&, const ScsiCommand&) = default;
};

/// Refuses what §11.3 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<ScsiCommand> decode_scsi_command(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const ScsiCommand& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
