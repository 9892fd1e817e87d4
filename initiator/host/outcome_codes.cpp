#include "initiator/host/outcome_codes.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

StatusCode code_of(login::LoginStatus status) {
  using namespace status_code;
  switch (status.code) {
    case 0x0101:
      return kTargetMovedTemporarily;
    case 0x0102:
      return kTargetMovedPermanently;
    case 0x0201:
      return kAuthenticationFailure;
    case 0x0202:
      return kAuthorizationFailure;
    case 0x0203:
      return kNotFound;
    case 0x0204:
      return kTargetRemoved;
    case 0x0205:
      return kUnsupportedVersion;
    case 0x0206:
      return kTooManyConnections;
    case 0x0207:
      return kMissingParameter;
    case 0x0208:
      return kCantIncludeInSession;
    case 0x0209:
      return kSessionTypeNotSupported;
    case 0x0301:
      return kServiceUnavailable;
    case 0x0302:
      return kOutOfResources;
    default:
      break;
  }
  if (status.status_class() == 2) return kInitiatorError;
  if (status.status_class() == 3) return kTargetError;
  return kLoginFailed;
}

StatusCode code_of(const LoginFailed& failure) {
  using Why = LoginFailed::Why;
  switch (failure.why) {
    case Why::connect:
      return status_code::kConnectionFailed;
    case Why::refused_by_target:
      return code_of(failure.status);
    case Why::redirected_too_often:
      return code_of(failure.status);
    case Why::authentication:
      return status_code::kAuthenticationFailure;
    // TCP came up, but the login phase did not come to its end.
    case Why::peer_violation:
    case Why::timed_out:
    case Why::connection_lost:
      return status_code::kLoginFailed;
  }
  return status_code::kLoginFailed;
}

StatusCode code_of(CommandOutcome outcome, bool is_up) {
  switch (outcome) {
    case CommandOutcome::completed:
      return status_code::kSuccess;
    case CommandOutcome::target_failure:
    case CommandOutcome::rejected:
      return status_code::kTargetError;
    case CommandOutcome::timed_out:
      return status_code::kSemTimeout;
    case CommandOutcome::aborted:
      return status_code::kNonSpecificError;
    case CommandOutcome::connection_lost:
    case CommandOutcome::protocol_error:
      return status_code::kTransportError;
    case CommandOutcome::refused:
      return is_up ? status_code::kSessionBusy : status_code::kNoConnectionAvailable;
  }
  return status_code::kNonSpecificError;
}

}  // namespace lunsim::initiator
