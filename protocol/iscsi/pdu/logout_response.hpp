// Logout Response: its fields by the standard's names, strict decode and obedient encode.                         RFC 7143 §11.15
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.15.1
enum class LogoutOutcome : std::uint8_t { closed = 0, cid_not_found = 1, recovery_not_supported = 2, cleanup_failed = 3 };
std::string_view name_of(LogoutOutcome outcome);

// byte 2: Response; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN; 40 Time2Wait; 42 Time2Retain
struct LogoutResponse {
  LogoutOutcome response = LogoutOutcome::closed;
  InitiatorTaskTag initiator_task_tag{};
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  std::uint16_t time2wait = 0;     // seconds
  std::uint16_t time2retain = 0;   // seconds
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const LogoutResponse&, const LogoutResponse&) = default;
};

/// Refuses what §11.15 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<LogoutResponse> decode_logout_response(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const LogoutResponse& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
