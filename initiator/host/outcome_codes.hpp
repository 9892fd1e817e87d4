// How a session's failures are called by the API: each outcome that the wire can have, as one
// status code. The tables are our reading where the documentation only says "the appropriate Win32
// or iSCSI error code".
#pragma once

#include "initiator/host/host.hpp"
#include "initiator/session/initiator_session.hpp"

namespace lunsim::initiator {

/// A login status of class 1, 2 or 3.  RFC 7143 §11.13.5
StatusCode code_of(login::LoginStatus status);
StatusCode code_of(const LoginFailed& failure);
/// A command that got no SCSI status; `is_up`: the session still has its connection.
StatusCode code_of(CommandOutcome outcome, bool is_up);

}  // namespace lunsim::initiator
