#include "scenarios/explore/call_outcomes.hpp"

#include <algorithm>
#include <array>

#include "initiator/host/status_code.hpp"

namespace lunsim::explore {
namespace {

using namespace initiator::status_code;
using Code = initiator::StatusCode;

constexpr Code kAccessDenied = 5, kNotEnoughMemory = 8, kNoAccess = 998;
constexpr Code kDeviceBusyOnSession = 0xEFFF0040, kServiceDidNotRespond = 0xEFFF0039;
constexpr Code kTargetMappingUnavailable = 0xEFFF0020;

// What any call can meet.
#define LUNSIM_ANY_CALL \
  kAccessDenied, kNotEnoughMemory, kNonSpecificError, kServiceNotRunning, kServiceDidNotRespond

// One SCSI command through a session.
constexpr std::array kScsi{kSuccess,          kInsufficientBuffer,    kScsiRequestFailed,
                           kInvalidSessionId, kNoConnectionAvailable, kSessionBusy,
                           kTransportError,   kTargetError,           kSemTimeout,
                           LUNSIM_ANY_CALL};
constexpr std::array kLists{kSuccess, kInsufficientBuffer, LUNSIM_ANY_CALL};
// What a login at the wire can end in, by its status class and detail (RFC 7143 §11.13.5) and
// iscsierr.h: of a normal session, and of the discovery session behind a new portal.
#define LUNSIM_LOGIN_AT_THE_WIRE                                                                \
  kConnectionFailed, kLoginFailed, kAuthenticationFailure, kAuthorizationFailure,               \
      kInvalidTargetChapSecret, kInvalidInitiatorChapSecret, kTargetMovedTemporarily,           \
      kTargetMovedPermanently, kInitiatorError, kNotFound, kTargetRemoved, kUnsupportedVersion, \
      kTooManyConnections, kMissingParameter, kCantIncludeInSession, kSessionTypeNotSupported,  \
      kTargetError, kServiceUnavailable, kOutOfResources, kTransportError
// It may ask the portals anew, and that takes a login too.
constexpr std::array kTargets{kSuccess,
                              kInsufficientBuffer,
                              kOperationNotAllSuccess,
                              kInvalidSendTargetsText,
                              LUNSIM_LOGIN_AT_THE_WIRE,
                              LUNSIM_ANY_CALL};
constexpr std::array kAddPortal{kSuccess, kInvalidSendTargetsText, LUNSIM_LOGIN_AT_THE_WIRE,
                                LUNSIM_ANY_CALL};
constexpr std::array kLogin{
    kSuccess,         kTargetNotFound,           kNoPortalSpecified,       kTargetAlreadyLoggedIn,
    kTooManySessions, kTargetMappingUnavailable, LUNSIM_LOGIN_AT_THE_WIRE, LUNSIM_ANY_CALL};
#undef LUNSIM_LOGIN_AT_THE_WIRE
constexpr std::array kLogout{kSuccess, kInvalidSessionId, kDeviceBusyOnSession, kSessionBusy,
                             LUNSIM_ANY_CALL};
#undef LUNSIM_ANY_CALL

struct Row {
  std::string_view function;
  std::span<const Code> outcomes;
};
constexpr Row kRows[] = {
    {"GetIScsiSessionList", kLists},  {"ReportActiveIScsiTargetMappings", kLists},
    {"ReportIScsiTargets", kTargets}, {"AddIScsiSendTargetPortal", kAddPortal},
    {"LoginIScsiTarget", kLogin},     {"LogoutIScsiTarget", kLogout},
    {"SendScsiInquiry", kScsi},       {"SendScsiReadCapacity", kScsi},
    {"SendScsiReportLuns", kScsi},
};

}  // namespace

std::span<const Code> outcomes_of(std::string_view function) {
  for (const Row& row : kRows)
    if (row.function == function) return row.outcomes;
  return other_outcomes_of(function);
}

std::span<const Code> codes_of_a_callers_mistake(std::string_view function) {
  static constexpr std::array kAny{kInvalidParameter, kNoAccess};
  static constexpr std::array kOfLogin{kInvalidParameter, kNoAccess, kInvalidPortNumber,
                                       kPortalNotFound, kLoginUserInfoBad};
  if (function == "LoginIScsiTarget") return kOfLogin;
  return kAny;
}

bool is_documented(std::string_view function, Code code) {
  const auto has = [code](std::span<const Code> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  const auto outcomes = outcomes_of(function);
  return has(outcomes) || (!outcomes.empty() && has(codes_of_a_callers_mistake(function)));
}

}  // namespace lunsim::explore
