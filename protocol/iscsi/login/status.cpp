#include "protocol/iscsi/login/login.hpp"

namespace lunsim::login {

std::string_view describe(LoginStatus status) {
  switch (status.code) {
    case kSuccess.code:
      return "Success";
    case kTargetMovedTemporarily.code:
      return "Target moved temporarily";
    case kTargetMovedPermanently.code:
      return "Target moved permanently";
    case kInitiatorError.code:
      return "Initiator error";
    case kAuthenticationFailure.code:
      return "Authentication failure";
    case kAuthorizationFailure.code:
      return "Authorization failure";
    case kNotFound.code:
      return "Target not found";
    case kTargetRemoved.code:
      return "Target removed";
    case kUnsupportedVersion.code:
      return "Unsupported version";
    case kTooManyConnections.code:
      return "Too many connections";
    case kMissingParameter.code:
      return "Missing parameter";
    case kCannotIncludeInSession.code:
      return "Cannot include in session";
    case kSessionTypeNotSupported.code:
      return "Session type not supported";
    case kSessionDoesNotExist.code:
      return "Session does not exist";
    case kInvalidDuringLogin.code:
      return "Invalid request during login";
    case kTargetError.code:
      return "Target error";
    case kServiceUnavailable.code:
      return "Service unavailable";
    case kOutOfResources.code:
      return "Out of resources";
    default:
      return "unknown login status";
  }
}

}  // namespace lunsim::login
