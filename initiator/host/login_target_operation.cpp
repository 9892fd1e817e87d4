#include "initiator/host/login_target_operation.hpp"

#include <algorithm>

#include "initiator/host/login_rules.hpp"
#include "initiator/host/outcome_codes.hpp"
#include "initiator/host/status_code.hpp"
#include "initiator/host/unit_update.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

constexpr std::uint32_t kMultipathEnabled = 0x02;  // ISCSI_LOGIN_FLAG_MULTIPATH_ENABLED

constexpr std::uint32_t kOsTargetMax = 255;  // SCSI_ADDRESS has a byte for it

bool allows_multipath(const LoginTarget& request) {
  return request.options && (request.options->login_flags & kMultipathEnabled) != 0;
}

}  // namespace

std::optional<Reply> LoginTargetOperation::advance(HostState& host) {
  if (step_ == Step::checking) {
    if (std::optional<Reply> reply = step_check(host)) return reply;
  }
  SessionRecord* record = host.find_record(session_);
  if (record == nullptr) return Reply{kTransportError, {}};  // logged out by another call meanwhile
  if (step_ == Step::logging_in) {
    if (std::optional<Reply> reply = step_log_in(host, *record)) return reply;
  }
  return step_ == Step::scanning ? step_scan(host, *record) : std::nullopt;
}

// From what is wrong with the arguments to what is wrong with the world.
StatusCode LoginTargetOperation::check(HostState& host) {
  if (!is_iscsi_name(request_.target_name)) return kInvalidIscsiName;
  StatusCode code =
      check_initiator(host.config(), request_.initiator_instance, request_.initiator_port);
  if (code != kSuccess) return code;
  code = check_options(host.config(), request_.options, request_.security_flags);
  if (code != kSuccess) return code;
  const std::optional<DiscoveredTarget> target = host.find_target(request_.target_name);
  if (!target) return kTargetNotFound;
  request_.target_name = target->name;
  candidates_ = target->addresses;
  if (request_.portal) {
    std::erase_if(candidates_, [&](const auto& endpoint) {
      return !is_same_portal(*request_.portal, endpoint);
    });
    if (candidates_.empty()) return kPortalNotFound;
  }
  return candidates_.empty() ? kNoPortalSpecified : kSuccess;
}

/// One bus, and a target number that no session has.
StatusCode LoginTargetOperation::check_mapping(const HostState& host) const {
  if (!request_.mapping || request_.informational) return kSuccess;
  if (request_.mapping->os_bus != 0 || request_.mapping->os_target > kOsTargetMax)
    return kTargetMappingOutOfRange;
  return host.sessions().is_os_target_used(request_.mapping->os_target) ? kTargetMappingExists
                                                                        : kSuccess;
}

/// What a static target was added with holds where the caller says nothing.
void LoginTargetOperation::take_defaults(const HostState& host) {
  const AddStaticTarget* fixed = host.find_static_target(request_.target_name);
  if (fixed == nullptr) return;
  if (!request_.options) request_.options = fixed->options;
  if (!request_.mapping) request_.mapping = fixed->mapping;
}

std::optional<Reply> LoginTargetOperation::step_check(HostState& host) {
  if (const StatusCode code = check(host); code != kSuccess) return Reply{code, {}};
  if (request_.persistent) {
    if (!host.store_login(request_)) return Reply{kCouldNotSavePersistentLoginData, {}};
    return Reply{kSuccess, LoginReply{}};
  }
  if (host.sessions().has_session_to(request_.target_name) && !allows_multipath(request_))
    return Reply{kTargetAlreadyLoggedIn, {}};
  take_defaults(host);
  if (const StatusCode code = check_mapping(host); code != kSuccess) return Reply{code, {}};
  std::optional<std::uint32_t> os_target;
  if (request_.mapping && !request_.informational) os_target = request_.mapping->os_target;
  SessionRecord* record = host.make_record(request_.target_name, request_.informational, os_target);
  if (record == nullptr) return Reply{kTooManySessions, {}};
  session_ = record->id;
  record->options = request_.options;
  if (request_.mapping) record->wanted_units = request_.mapping->luns;
  step_ = Step::logging_in;  // from here on abandon() knows that there is a record
  start_session(host, *record);
  return std::nullopt;
}

void LoginTargetOperation::start_session(HostState& host, SessionRecord& record) {
  record.kept = host.make_session(request_.options, request_.target_name, record.isid,
                                  candidates_[candidate_], host.config().reconnect);
  record.kept->start();
}

std::optional<Reply> LoginTargetOperation::step_log_in(HostState& host, SessionRecord& record) {
  if (const std::optional<LoginFailed> failure = record.kept->login_failure()) {
    const bool may_try_another = failure->why == LoginFailed::Why::connect;
    if (!may_try_another || ++candidate_ == candidates_.size())
      return fail(host, code_of(*failure));
    start_session(host, record);
    return std::nullopt;
  }
  if (record.kept->state() == KeptSession::State::logging_in) return std::nullopt;
  record.is_listed = true;
  if (record.informational) return succeed(record);
  step_ = Step::scanning;
  return std::nullopt;
}

std::optional<Reply> LoginTargetOperation::step_scan(HostState& host, SessionRecord& record) {
  if (!scan_.advance(*record.kept)) return std::nullopt;
  host.sessions().set_units(record, mapped(scan_.take_units(), record.wanted_units));
  return succeed(record);
}

Reply LoginTargetOperation::fail(HostState& host, StatusCode code) {
  host.forget_session(session_);
  return Reply{code, {}};
}

Reply LoginTargetOperation::succeed(const SessionRecord& record) const {
  return Reply{kSuccess, LoginReply{record.id, record.connection_id}};
}

void LoginTargetOperation::abandon(HostState& host) {
  if (step_ != Step::checking) host.forget_session(session_);
}

}  // namespace lunsim::initiator
