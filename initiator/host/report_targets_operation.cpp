#include "initiator/host/report_targets_operation.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

std::optional<Reply> ReportTargetsOperation::advance(HostState& host) {
  if (request_.force_update && !is_begun_) {
    for (const auto& portal : host.portals()) portals_.push_back(portal->request);
  }
  is_begun_ = true;
  while (next_ < portals_.size()) {
    if (!discovery_) discovery_.emplace(host, portals_[next_]);
    if (!discovery_->advance()) return std::nullopt;
    keep_targets(host, portals_[next_].portal, *discovery_);
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
