// The codes that a host answers with, by name: constants for those that the host itself chooses,
// and all known codes as text for reports and scenarios. The C headers (initiator/api/include)
// declare the same numbers for programs.
#pragma once

#include <optional>
#include <string_view>

#include "initiator/host/host.hpp"

namespace lunsim::initiator {

namespace status_code {
inline constexpr StatusCode kSuccess = 0;
inline constexpr StatusCode kAccessDenied = 5;
inline constexpr StatusCode kNotEnoughMemory = 8;
inline constexpr StatusCode kInvalidParameter = 87;
inline constexpr StatusCode kCallNotImplemented = 120;
inline constexpr StatusCode kSemTimeout = 121;
inline constexpr StatusCode kInsufficientBuffer = 122;
inline constexpr StatusCode kRevisionMismatch = 1306;
inline constexpr StatusCode kNoSystemResources = 1450;
inline constexpr StatusCode kNonSpecificError = 0xEFFF0001;
inline constexpr StatusCode kLoginFailed = 0xEFFF0002;
inline constexpr StatusCode kConnectionFailed = 0xEFFF0003;
inline constexpr StatusCode kTargetMovedTemporarily = 0xEFFF0006;
inline constexpr StatusCode kTargetMovedPermanently = 0xEFFF0007;
inline constexpr StatusCode kInitiatorError = 0xEFFF0008;
inline constexpr StatusCode kAuthenticationFailure = 0xEFFF0009;
inline constexpr StatusCode kAuthorizationFailure = 0xEFFF000A;
inline constexpr StatusCode kNotFound = 0xEFFF000B;
inline constexpr StatusCode kTargetRemoved = 0xEFFF000C;
inline constexpr StatusCode kUnsupportedVersion = 0xEFFF000D;
inline constexpr StatusCode kTooManyConnections = 0xEFFF000E;
inline constexpr StatusCode kMissingParameter = 0xEFFF000F;
inline constexpr StatusCode kCantIncludeInSession = 0xEFFF0010;
inline constexpr StatusCode kSessionTypeNotSupported = 0xEFFF0011;
inline constexpr StatusCode kTargetError = 0xEFFF0012;
inline constexpr StatusCode kServiceUnavailable = 0xEFFF0013;
inline constexpr StatusCode kOutOfResources = 0xEFFF0014;
inline constexpr StatusCode kInitiatorInstanceNotFound = 0xEFFF0017;
inline constexpr StatusCode kTargetMappingUnavailable = 0xEFFF0020;
inline constexpr StatusCode kTargetMappingOutOfRange = 0xEFFF0026;
inline constexpr StatusCode kTargetMappingExists = 0xEFFF002B;
inline constexpr StatusCode kInvalidSendTargetsText = 0xEFFF001B;
inline constexpr StatusCode kInvalidSessionId = 0xEFFF001C;
inline constexpr StatusCode kScsiRequestFailed = 0xEFFF001D;
inline constexpr StatusCode kTooManySessions = 0xEFFF001E;
inline constexpr StatusCode kSessionBusy = 0xEFFF001F;
inline constexpr StatusCode kTransportError = 0xEFFF0024;
inline constexpr StatusCode kTargetNotFound = 0xEFFF0029;
inline constexpr StatusCode kLoginUserInfoBad = 0xEFFF002A;
inline constexpr StatusCode kInvalidPortNumber = 0xEFFF002D;
inline constexpr StatusCode kOperationNotAllSuccess = 0xAFFF002E;
inline constexpr StatusCode kRequestNotSupported = 0xEFFF0037;
inline constexpr StatusCode kIkeIdPayloadTypeNotSupported = 0xEFFF0030;
inline constexpr StatusCode kIkeIdPayloadIncorrectSize = 0xEFFF0031;
inline constexpr StatusCode kNoAuthInfoAvailable = 0xEFFF0034;
inline constexpr StatusCode kIsnsServerNotFound = 0xEFFF003A;
inline constexpr StatusCode kNoPortalSpecified = 0xEFFF003C;
inline constexpr StatusCode kServiceDidNotRespond = 0xEFFF0039;
inline constexpr StatusCode kCantRemoveLastConnection = 0xEFFF003D;
inline constexpr StatusCode kServiceNotRunning = 0xEFFF003E;
inline constexpr StatusCode kTargetAlreadyLoggedIn = 0xEFFF003F;
inline constexpr StatusCode kCouldNotSavePersistentLoginData = 0xEFFF0041;
inline constexpr StatusCode kPortalNotFound = 0xEFFF0043;
inline constexpr StatusCode kDiscoveryMechanismNotFound = 0xEFFF0045;
inline constexpr StatusCode kIpsecNotSupportedOnOs = 0xEFFF0046;
inline constexpr StatusCode kShortChapSecret = 0xAFFF0048;
inline constexpr StatusCode kInvalidTargetChapSecret = 0xEFFF004B;
inline constexpr StatusCode kInvalidInitiatorChapSecret = 0xEFFF004C;
inline constexpr StatusCode kInvalidChapUserName = 0xEFFF004D;
inline constexpr StatusCode kInvalidLogonAuthType = 0xEFFF004E;
inline constexpr StatusCode kInvalidIscsiName = 0xEFFF0051;
inline constexpr StatusCode kDeviceAlreadyPersistentlyBound = 0xEFFF005C;
inline constexpr StatusCode kDeviceNotFound = 0xEFFF005D;
inline constexpr StatusCode kDeviceNotIscsiOrPersistent = 0xEFFF005E;
inline constexpr StatusCode kNoConnectionAvailable = 0xEFFF0060;
inline constexpr StatusCode kRemoveConnectionInProgress = 0xEFFF0062;
inline constexpr StatusCode kInvalidConnectionId = 0xEFFF0063;
inline constexpr StatusCode kCannotRemoveLeadingConnection = 0xEFFF0064;
inline constexpr StatusCode kTimedOut = 10060;           // WSAETIMEDOUT
inline constexpr StatusCode kConnectionRefused = 10061;  // WSAECONNREFUSED
inline constexpr StatusCode kHostUnreachable = 10065;    // WSAEHOSTUNREACH
}  // namespace status_code

/// "ISDSC_CONNECTION_FAILED", "ERROR_INSUFFICIENT_BUFFER"; "unknown status code" for others.
std::string_view name_of(StatusCode code);
/// The number of a symbol, spelled exactly as the headers spell it.
std::optional<StatusCode> status_code_named(std::string_view name);

}  // namespace lunsim::initiator
