// How a call over SMB ended: with a stub, or at which step and why not. What a Windows caller would
// see of it is said by win32_code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/smb/message/nt_status.hpp"
#include "runtime/ports/engine.hpp"

namespace lunsim::smb_client {

enum class Step : std::uint8_t {
  connect,
  negotiate,
  session_setup,
  tree_connect,
  validate_negotiate,
  create,
  bind,
  call,
};
std::string_view describe(Step step);

struct Outcome {
  enum class Kind : std::uint8_t {
    answered,    // stub
    faulted,     // an RPC fault: fault_status
    refused,     // an NTSTATUS: nt_status
    unopened,    // no connection: close_reason
    broken,      // the connection ended: close_reason
    violated,    // the server did what it must not: error
    unanswered,  // no answer in time
    coded,       // whoever asked for us says only the code: code
  };
  Kind kind = Kind::answered;
  Step step = Step::call;
  std::vector<std::byte> stub;
  std::uint32_t fault_status = 0;
  smb::NtStatus nt_status{};
  runtime::CloseReason close_reason{};
  ProtocolError error;
  std::uint32_t code = 0;
};
/// "SESSION_SETUP: STATUS_LOGON_FAILURE"; "answered".
std::string describe(const Outcome& outcome);
/// What NetXxx functions return for an outcome that is not `answered`. MS-ERREF §2.2
/// Returns  53 if there is no way to the server, 64 if it hung up, 121 if it did not answer, 59 if
/// it broke the protocol
std::uint32_t win32_code(const Outcome& outcome);

}  // namespace lunsim::smb_client
