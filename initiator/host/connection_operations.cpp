#include "initiator/host/connection_operations.hpp"

#include <algorithm>

#include "initiator/host/login_rules.hpp"
#include "initiator/host/outcome_codes.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;
using State = KeptSession::State;

constexpr std::uint64_t kValid = 0x01;  // ISCSI_SECURITY_FLAG_VALID
constexpr std::uint64_t kBothModes = 0x04 | 0x08, kBothPreferences = 0x20 | 0x40;

/// Main and aggressive mode, or transport and tunnel: one of each, never both (AIC-R10).
bool contradicts_itself(std::uint64_t security_flags) {
  return (security_flags & kValid) != 0 &&
         ((security_flags & kBothModes) == kBothModes ||
          (security_flags & kBothPreferences) == kBothPreferences);
}

bool is_up(const std::unique_ptr<JoinedConnection>& joined) {
  return joined->is_listed && joined->kept->state() == State::up;
}

/// Connections that the target has closed meanwhile are nobody's any more.
void forget_closed(SessionRecord& record) {
  std::erase_if(record.joined, [](const auto& joined) {
    return joined->is_listed && joined->kept->state() == State::over;
  });
}

}  // namespace

StatusCode AddConnectionOperation::check(HostState& host, const SessionRecord& record) const {
  if (contradicts_itself(request_.security_flags)) return kInvalidParameter;
  const bool is_a_port =
      request_.initiator_port == kAnyInitiatorPort || request_.initiator_port == 0;
  if (!is_a_port) return kInvalidPortNumber;
  const StatusCode code = check_options(host.config(), request_.options, request_.security_flags);
  if (code != kSuccess) return code;
  if (request_.portal && request_.portal->address.empty()) return kNoPortalSpecified;
  if (record.kept->state() != State::up) return kNoConnectionAvailable;
  const auto connections_max = record.kept->engine().login().session_parameters().max_connections;
  return record.joined.size() + 1 >= connections_max ? kTooManyConnections : kSuccess;
}

// Without a portal the session's own is taken: it is in the right portal group for certain.
std::optional<Reply> AddConnectionOperation::step_start(HostState& host, SessionRecord& record) {
  forget_closed(record);
  if (const StatusCode code = check(host, record); code != kSuccess) return Reply{code, {}};
  const runtime::Endpoint portal =
      request_.portal ? runtime::Endpoint{request_.portal->address, request_.portal->port}
                      : record.kept->nexus().peer;
  JoinedConnection* joined = host.make_connection(record);
  connection_ = joined->id;
  is_under_way_ = true;
  joined->kept = host.make_further_connection(
      record, request_.options ? request_.options : record.options, joined->cid, portal);
  joined->kept->start();
  return std::nullopt;
}

std::optional<Reply> AddConnectionOperation::advance(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record == nullptr) return Reply{is_under_way_ ? kTransportError : kInvalidSessionId, {}};
  if (!is_under_way_) {
    if (std::optional<Reply> reply = step_start(host, *record)) return reply;
  }
  JoinedConnection* joined = HostState::find_connection(*record, connection_);
  if (const std::optional<LoginFailed> failure = joined->kept->login_failure()) {
    HostState::forget_connection(*record, connection_);
    return Reply{code_of(*failure), {}};
  }
  if (joined->kept->state() == State::logging_in) return std::nullopt;
  joined->is_listed = true;
  return Reply{kSuccess, LoginReply{record->id, connection_}};
}

void AddConnectionOperation::abandon(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record != nullptr && is_under_way_) HostState::forget_connection(*record, connection_);
}

// RIC-R3 to R5.
StatusCode RemoveConnectionOperation::check(SessionRecord& record) const {
  forget_closed(record);
  if (request_.connection == record.connection_id) {
    const bool is_alone = std::none_of(record.joined.begin(), record.joined.end(), is_up);
    return is_alone ? kCantRemoveLastConnection : kCannotRemoveLeadingConnection;
  }
  const JoinedConnection* joined = HostState::find_connection(record, request_.connection);
  if (joined == nullptr || !joined->is_listed) return kInvalidConnectionId;
  return joined->kept->state() == State::logging_out ? kRemoveConnectionInProgress : kSuccess;
}

std::optional<Reply> RemoveConnectionOperation::advance(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record == nullptr) return Reply{is_under_way_ ? kSuccess : kInvalidSessionId, {}};
  if (!is_under_way_) {
    if (const StatusCode code = check(*record); code != kSuccess) return Reply{code, {}};
    is_under_way_ = true;
    HostState::find_connection(*record, request_.connection)->kept->log_out();
  }
  const JoinedConnection* joined = HostState::find_connection(*record, request_.connection);
  if (joined != nullptr && joined->kept->state() != State::over) return std::nullopt;
  HostState::forget_connection(*record, request_.connection);
  return Reply{kSuccess, {}};
}

void RemoveConnectionOperation::abandon(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record != nullptr && is_under_way_)
    HostState::forget_connection(*record, request_.connection);
}

}  // namespace lunsim::initiator
