#include "initiator/smb_client/outcome.hpp"

#include "protocol/rpc/pdu.hpp"

namespace lunsim::smb_client {

using smb::NtStatus;

namespace {

std::uint32_t code_of(NtStatus status) {
  switch (status) {
    case NtStatus::access_denied:
      return 5;
    case NtStatus::insufficient_resources:
      return 8;
    case NtStatus::not_supported:
      return 50;
    case NtStatus::network_name_deleted:
    case NtStatus::user_session_deleted:
      return 64;
    case NtStatus::bad_network_name:
      return 67;
    case NtStatus::invalid_parameter:
      return 87;
    case NtStatus::object_name_not_found:
      return 2;
    case NtStatus::pipe_busy:
      return 231;
    case NtStatus::file_closed:  // the pipe, by NetFileClose
    case NtStatus::pipe_disconnected:
      return 233;
    case NtStatus::no_such_user:
      return 1317;
    case NtStatus::wrong_password:
      return 1323;
    case NtStatus::logon_failure:
      return 1326;
    case NtStatus::account_restriction:
      return 1327;
    case NtStatus::invalid_logon_hours:
      return 1328;
    case NtStatus::invalid_workstation:
      return 1329;
    case NtStatus::password_expired:
      return 1330;
    case NtStatus::account_disabled:
      return 1331;
    case NtStatus::logon_type_not_granted:
      return 1385;
    case NtStatus::account_expired:
      return 1793;
    case NtStatus::password_must_change:
      return 1907;
    case NtStatus::account_locked_out:
      return 1909;
    default:
      return 59;
  }
}

std::uint32_t code_of_fault(std::uint32_t status) {
  switch (status) {
    case rpc::kFaultUnknownInterface:
      return 1717;
    case rpc::kFaultInvalidTag:
      return 1733;
    case rpc::kFaultOpRange:
      return 1745;
    case rpc::kFaultProtocol:
      return 1728;
    default:
      return status < 0x1'0000 ? status : 1726;  // RPC_S_CALL_FAILED
  }
}

}  // namespace

std::uint32_t win32_code(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::answered:
      return 0;
    case Outcome::Kind::faulted:
      return code_of_fault(outcome.fault_status);
    case Outcome::Kind::refused:
      return code_of(outcome.nt_status);
    case Outcome::Kind::unopened:
      return 53;
    case Outcome::Kind::broken:
      return 64;
    case Outcome::Kind::violated:
      return 59;
    case Outcome::Kind::unanswered:
      return 121;
    case Outcome::Kind::coded:
      return outcome.code;
  }
  return 59;
}

}  // namespace lunsim::smb_client
