// Login Request: its fields by the standard's names, strict decode and obedient encode.                           RFC 7143 §11.12
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.12.3. Value 2 is reserved.
enum class Stage : std::uint8_t {
  security_negotiation = 0,
  login_operational_negotiation = 1,
  full_feature_phase = 3,
};
std::string_view name_of(Stage stage);

/// Initiator session identifier: six bytes, two of them a type and four a naming authority's.     §11.12.5
struct Isid {
  std::array<std::byte, 6> bytes{};
  friend bool operator==(const Isid&, const Isid&) = default;
  friend auto operator<=>(const Isid&, const Isid&) = default;
};

// byte 0: .|1|03h; 1: T|C|..|CSG(2)|NSG(2); 2 Version-max; 3 Version-min; 8 ISID(6); 14 TSIH; 16 ITT;
// 20 CID; 24 CmdSN; 28 ExpStatSN
struct LoginRequest {
  bool transit = false;     // T
  bool continues = false;   // C
  Stage current_stage = Stage::security_negotiation;   // CSG
  Stage next_stage = Stage::security_negotiation;      // NSG, valid with T
  std::uint8_t version_max = 0;
  std::uint8_t version_min = 0;
  Isid isid{};
  std::uint16_t tsih = 0;
  InitiatorTaskTag initiator_task_tag{};
  std::uint16_t cid = 0;
  CmdSn cmd_sn{};
  StatSn exp_stat_sn{};
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const LoginRequest&, const LoginRequest&) = default;
};

/// Refuses what §11.12 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<LoginRequest> decode_login_request(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const LoginRequest& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
