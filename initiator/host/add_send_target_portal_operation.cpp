#include "initiator/host/add_send_target_portal_operation.hpp"

#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

// Unlike a login, discovery takes any port number when no instance is named: it is optional here.
StatusCode AddSendTargetPortalOperation::check(const HostState& host) const {
  if (request_.portal.address.empty()) return status_code::kInvalidParameter;
  const StatusCode code =
      check_instance(host.config(), request_.initiator_instance, request_.initiator_port);
  if (code != status_code::kSuccess) return code;
  return check_options(host.config(), request_.options, request_.security_flags);
}

std::optional<Reply> AddSendTargetPortalOperation::advance(HostState& host) {
  if (!discovery_) {
    if (const StatusCode code = check(host); code != status_code::kSuccess) return Reply{code, {}};
    if (host.store_portal(request_) == nullptr) return Reply{status_code::kOutOfResources, {}};
    discovery_.emplace(host, request_);
  }
  if (!discovery_->advance()) return std::nullopt;
  keep_targets(host, request_.portal, *discovery_);
  return Reply{discovery_->code(), {}};
}

}  // namespace lunsim::initiator
