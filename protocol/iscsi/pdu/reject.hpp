// Reject: its fields by the standard's names, strict decode and obedient encode.                                  RFC 7143 §11.17
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.17.1
enum class RejectReason : std::uint8_t {
  data_digest_error = 0x02,
  snack_reject = 0x03,
  protocol_error = 0x04,
  command_not_supported = 0x05,
  immediate_command_reject = 0x06,
  task_in_progress = 0x07,
  invalid_data_ack = 0x08,
  invalid_pdu_field = 0x09,
  out_of_resources = 0x0A,
  negotiation_reset = 0x0B,
  waiting_for_logout = 0x0C,
};
std::string_view name_of(RejectReason reason);

// byte 2: Reason; 16 FFFFFFFFh; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN; 36 DataSN/R2TSN;
// data segment: the header of the rejected PDU, 48 bytes or more
struct Reject {
  RejectReason reason = RejectReason::protocol_error;
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  std::uint32_t data_sn = 0;   // DataSN or R2TSN
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const Reject&, const Reject&) = default;
};

/// Refuses what §11.17 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<Reject> decode_reject(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const Reject& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
