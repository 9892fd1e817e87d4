#include "protocol/iscsi/pdu/any_pdu.hpp"

namespace lunsim::pdu {
namespace {

template <class Pdu>
Result<AnyPdu> any(const Result<Pdu>& result) {
  if (!result) return tl::unexpected(result.error());
  return AnyPdu(*result);
}

}  // namespace

Result<AnyPdu> decode(const PduView& pdu) {
  switch (opcode_of(pdu.bhs)) {
    case Opcode::nop_out:
      return any(decode_nop_out(pdu));
    case Opcode::scsi_command:
      return any(decode_scsi_command(pdu));
    case Opcode::task_management_request:
      return any(decode_task_management_request(pdu));
    case Opcode::login_request:
      return any(decode_login_request(pdu));
    case Opcode::text_request:
      return any(decode_text_request(pdu));
    case Opcode::data_out:
      return any(decode_data_out(pdu));
    case Opcode::logout_request:
      return any(decode_logout_request(pdu));
    case Opcode::snack_request:
      return any(decode_snack_request(pdu));
    case Opcode::nop_in:
      return any(decode_nop_in(pdu));
    case Opcode::scsi_response:
      return any(decode_scsi_response(pdu));
    case Opcode::task_management_response:
      return any(decode_task_management_response(pdu));
    case Opcode::login_response:
      return any(decode_login_response(pdu));
    case Opcode::text_response:
      return any(decode_text_response(pdu));
    case Opcode::data_in:
      return any(decode_data_in(pdu));
    case Opcode::logout_response:
      return any(decode_logout_response(pdu));
    case Opcode::r2t:
      return any(decode_r2t(pdu));
    case Opcode::async_message:
      return any(decode_async_message(pdu));
    case Opcode::reject:
      return any(decode_reject(pdu));
  }
  return violation("the opcode is not assigned", "RFC 7143 §11.2.1.2", 0, "Opcode");
}

void encode(const AnyPdu& pdu, BhsBytes& out) {
  std::visit([&](const auto& kind) { encode(kind, out); }, pdu);
}

}  // namespace lunsim::pdu
