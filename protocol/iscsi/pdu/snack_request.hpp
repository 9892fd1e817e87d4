// SNACK Request: its fields by the standard's names, strict decode and obedient encode.                           RFC 7143 §11.16
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.16.1
enum class SnackType : std::uint8_t { data_or_r2t = 0, status = 1, data_ack = 2, r_data = 3 };
std::string_view name_of(SnackType type);

// byte 1: 1|...|Type(4); 8 LUN; 20 TTT or SNACK Tag; 28 ExpStatSN; 40 BegRun; 44 RunLength
struct SnackRequest {
  SnackType type = SnackType::data_or_r2t;
  LunField lun{};
  InitiatorTaskTag initiator_task_tag{};
  TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
  StatSn exp_stat_sn{};
  std::uint32_t beg_run = 0;
  std::uint32_t run_length = 0;
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const SnackRequest&, const SnackRequest&) = default;
};

/// Refuses what §11.16 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<SnackRequest> decode_snack_request(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const SnackRequest& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
