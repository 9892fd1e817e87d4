// Logout Request: its fields by the standard's names, strict decode and obedient encode.                          RFC 7143 §11.14
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.14.1
enum class LogoutReason : std::uint8_t { close_session = 0, close_connection = 1, remove_for_recovery = 2 };
std::string_view name_of(LogoutReason reason);

// byte 1: 1|Reason Code(7); 20 CID; 24 CmdSN; 28 ExpStatSN
struct LogoutRequest {
  bool immediate = false;
  LogoutReason reason = LogoutReason::close_session;
  InitiatorTaskTag initiator_task_tag{};
  std::uint16_t cid = 0;
  CmdSn cmd_sn{};
  StatSn exp_stat_sn{};
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const LogoutRequest&, const LogoutRequest&) = default;
};

/// Refuses what §11.14 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<LogoutRequest> decode_logout_request(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const LogoutRequest& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
