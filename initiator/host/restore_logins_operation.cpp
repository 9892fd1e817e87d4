#include "initiator/host/restore_logins_operation.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

std::optional<Reply> RestoreLoginsOperation::advance(HostState& host) {
  if (!has_discovered_) {
    if (!discovery_) discovery_.emplace(ReportTargets{true});
    if (!discovery_->advance(host)) return std::nullopt;
    has_discovered_ = true;
    logins_ = host.stored_logins();
  }
  while (login_ || !logins_.empty()) {
    if (!login_) {
      LoginTarget request = std::move(logins_.front());
      logins_.erase(logins_.begin());
      request.persistent = false;
      login_.emplace(std::move(request));
    }
    const std::optional<Reply> reply = login_->advance(host);
    if (!reply) return std::nullopt;
    if (code_ == status_code::kSuccess) code_ = reply->code;
    login_.reset();
  }
  return Reply{code_, {}};
}

void RestoreLoginsOperation::abandon(HostState& host) {
  if (login_) login_->abandon(host);
}

}  // namespace lunsim::initiator
