#include "initiator/host/refresh_portal_operation.hpp"

#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

// As it was registered, with its login options.
std::optional<Reply> RefreshPortalOperation::advance(HostState& host) {
  if (!discovery_) {
    const StatusCode code =
        check_instance(host.config(), request_.initiator_instance, request_.initiator_port);
    if (code != status_code::kSuccess) return Reply{code, {}};
    const StoredPortal* portal = host.find_portal(request_.portal);
    if (portal == nullptr) return Reply{status_code::kPortalNotFound, {}};
    discovery_.emplace(host, portal->request);
  }
  if (!discovery_->advance()) return std::nullopt;
  keep_targets(host, request_.portal, *discovery_);
  return Reply{discovery_->code(), {}};
}

}  // namespace lunsim::initiator
