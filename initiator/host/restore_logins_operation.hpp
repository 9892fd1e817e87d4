// What a service does when it starts: asks its portals for their targets, then makes its persistent
// logins, one after the other. One that fails is left out; the reply says how the first failure was
// called.
#pragma once

#include "initiator/host/login_target_operation.hpp"
#include "initiator/host/report_targets_operation.hpp"

namespace lunsim::initiator {

class RestoreLoginsOperation final : public Operation {
 public:
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;

 private:
  std::optional<ReportTargetsOperation> discovery_;
  bool has_discovered_ = false;
  std::vector<LoginTarget> logins_;  // still to be made
  std::optional<LoginTargetOperation> login_;
  StatusCode code_ = 0;
};

}  // namespace lunsim::initiator
