#include "initiator/host/logout_target_operation.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

std::optional<Reply> LogoutTargetOperation::advance(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record == nullptr) return Reply{status_code::kInvalidSessionId, {}};
  if (!is_under_way_) {
    if (record->kept->state() == KeptSession::State::logging_out)
      return Reply{status_code::kSessionBusy, {}};
    is_under_way_ = true;
    record->kept->log_out();
  }
  if (record->kept->state() != KeptSession::State::over) return std::nullopt;
  host.forget_session(request_.session);
  return Reply{status_code::kSuccess, {}};
}

void LogoutTargetOperation::abandon(HostState& host) {
  if (is_under_way_) host.forget_session(request_.session);
}

}  // namespace lunsim::initiator
