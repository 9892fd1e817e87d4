// ReportIScsiTargets: the names that are known, after asking all portals anew if ForceUpdate says
// so (LT-R5, R6, R10). A portal that does not answer keeps what it told before.
#pragma once

#include "initiator/host/discovery.hpp"
#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class ReportTargetsOperation final : public Operation {
 public:
  explicit ReportTargetsOperation(ReportTargets request) : request_(request) {}
  std::optional<Reply> advance(HostState& host) override;

 private:
  Reply finish(const HostState& host) const;

  ReportTargets request_;
  bool is_begun_ = false;
  std::vector<AddSendTargetPortal> portals_;  // to be asked
  std::size_t next_ = 0;                      // of these
  std::size_t failures_ = 0;
  StatusCode first_failure_ = 0;
  std::optional<Discovery> discovery_;
};

}  // namespace lunsim::initiator
