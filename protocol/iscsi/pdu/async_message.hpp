// Asynchronous Message: its fields by the standard's names, strict decode and obedient encode.                    RFC 7143 §11.9
// Bytes of the data segment and of AHSs stay where they are: see PduView.
#pragma once

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.9.1
enum class AsyncEvent : std::uint8_t {
  scsi_event = 0,
  logout_request = 1,
  connection_drop = 2,
  session_drop = 3,
  negotiation_request = 4,
  task_termination = 5,
  vendor_specific = 255,
};
std::string_view name_of(AsyncEvent event);

// 8 LUN; 16 FFFFFFFFh; 24 StatSN; 28 ExpCmdSN; 32 MaxCmdSN; 36 AsyncEvent; 37 AsyncVCode;
// 38 Parameter1; 40 Parameter2; 42 Parameter3
struct AsyncMessage {
  LunField lun{};
  StatSn stat_sn{};
  CmdSn exp_cmd_sn{};
  CmdSn max_cmd_sn{};
  AsyncEvent async_event = AsyncEvent::scsi_event;
  std::uint8_t async_vcode = 0;
  std::uint16_t parameter1 = 0;
  std::uint16_t parameter2 = 0;
  std::uint16_t parameter3 = 0;
  std::uint8_t total_ahs_words = 0;
  std::uint32_t data_segment_bytes = 0;

  friend bool operator==(const AsyncMessage&, const AsyncMessage&) = default;
};

/// Refuses what §11.9 refuses, with the place; reserved fields are ignored, as a receiver must.
Result<AsyncMessage> decode_async_message(const PduView& pdu);
/// Writes all 48 bytes, exactly as given: nothing is checked or corrected.
void encode(const AsyncMessage& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
