// Login Response: its fields by the standard's names, strict decode and obedient encode.                          RFC 7143 §11.13
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/login_request.hpp"

namespace lunsim::pdu {

// byte 1: T|C|..|CSG|NSG; 2 Version-max; 3 Version-active; 8 ISID; 14 TSIH; 16 ITT; 24 StatSN; 28 ExpCmdSN;
// 32 MaxCmdSN; 36 Status-Class; 37 Status-Detail
struct LoginResponse {
  bool transit = false;
  bool continues = false;
  Stage current_stage = Stage::security_negotiation;
  Stage next_stage = Stage::security_negotiation;
  std::uint8_t version_max = 0;
  std::uint8_t version_active = 0;
  Isid isid{};
  std::uint16_t tsih = 0;
  InitiatorTaskTag initiator_task_tag{};
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  std::uint8_t status_class = 0;
  std::uint8_t status_detail = 0;
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const LoginResponse&, const LoginResponse&) = default;
};

/// Refuses what §11.13 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<LoginResponse> decode_login_response(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const LoginResponse& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
