// LogoutIScsiTarget: closes a session by a Logout, and forgets it whether or not the target
// answered (LOT-R1, R4, R5).
#pragma once

#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class LogoutTargetOperation final : public Operation {
 public:
  explicit LogoutTargetOperation(LogoutTarget request) : request_(request) {}
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;

 private:
  LogoutTarget request_;
  bool is_under_way_ = false;
};

}  // namespace lunsim::initiator
