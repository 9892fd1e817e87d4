#include "protocol/iscsi/pdu/async_message.hpp"

#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::uint8_t kFirstVendorSpecificEvent = 248;

Refusal judge_async_message(const PduView& pdu, const BhsReader& bhs) {
  if (auto refusal = refuse_response_header(pdu, Opcode::async_message)) return refusal;
  const std::uint8_t event = bhs.u8(36);
  if (event > static_cast<std::uint8_t>(AsyncEvent::task_termination) &&
      event < kFirstVendorSpecificEvent) {
    return refuse("the event code is reserved", "RFC 7143 §11.9.1", 36, "AsyncEvent");
  }
  return {};
}

}  // namespace

std::string_view name_of(AsyncEvent event) {
  switch (event) {
    case AsyncEvent::scsi_event:
      return "SCSI event";
    case AsyncEvent::logout_request:
      return "logout request";
    case AsyncEvent::connection_drop:
      return "connection drop notification";
    case AsyncEvent::session_drop:
      return "session drop notification";
    case AsyncEvent::negotiation_request:
      return "negotiation request";
    case AsyncEvent::task_termination:
      return "task termination";
    case AsyncEvent::vendor_specific:
      break;
  }
  return static_cast<std::uint8_t>(event) >= kFirstVendorSpecificEvent ? "vendor specific"
                                                                       : "reserved";
}

Result<AsyncMessage> decode_async_message(const PduView& pdu) {
  const BhsReader bhs(pdu.bhs);
  if (const auto refusal = judge_async_message(pdu, bhs)) return tl::unexpected(*refusal);
  return AsyncMessage{.lun = bhs.lun(),
                      .stat_sn = {bhs.u32(24)},
                      .exp_cmd_sn = {bhs.u32(28)},
                      .max_cmd_sn = {bhs.u32(32)},
                      .async_event = static_cast<AsyncEvent>(bhs.u8(36)),
                      .async_vcode = bhs.u8(37),
                      .parameter1 = bhs.u16(38),
                      .parameter2 = bhs.u16(40),
                      .parameter3 = bhs.u16(42),
                      .total_ahs_words = bhs.total_ahs_words(),
                      .data_segment_bytes = bhs.data_segment_bytes()};
}

void encode(const AsyncMessage& pdu, BhsBytes& out) {
  BhsWriter bhs(out, Opcode::async_message);
  bhs.flag(kFinalMask);
  bhs.lengths(pdu.total_ahs_words, pdu.data_segment_bytes);
  bhs.lun(pdu.lun);
  bhs.initiator_task_tag(kReservedInitiatorTaskTag);
  bhs.from_target(pdu.stat_sn, pdu.exp_cmd_sn, pdu.max_cmd_sn);
  bhs.u8(36, static_cast<std::uint8_t>(pdu.async_event));
  bhs.u8(37, pdu.async_vcode);
  bhs.u16(38, pdu.parameter1);
  bhs.u16(40, pdu.parameter2);
  bhs.u16(42, pdu.parameter3);
}

}  // namespace lunsim::pdu
