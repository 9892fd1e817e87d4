#include "initiator/host/report_targets_operation.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

std::optional<Reply> ReportTargetsOperation::advance(HostState& host) {
  while (request_.force_update && next_ < host.portals().size()) {
    StoredPortal& portal = *host.portals()[next_];
    if (!discovery_) discovery_.emplace(host, portal.request);
    if (!discovery_->advance()) return std::nullopt;
    if (discovery_->targets()) portal.targets = *discovery_->targets();
    if (discovery_->code() != status_code::kSuccess) {
      if (++failures_ == 1) first_failure_ = discovery_->code();
    }
    discovery_.reset();
    ++next_;
  }
  return finish(host);
}

Reply ReportTargetsOperation::finish(const HostState& host) const {
  if (failures_ > 0 && failures_ == next_) return Reply{first_failure_, {}};
  return Reply{failures_ == 0 ? status_code::kSuccess : status_code::kOperationNotAllSuccess,
               host.target_names()};
}

}  // namespace lunsim::initiator
