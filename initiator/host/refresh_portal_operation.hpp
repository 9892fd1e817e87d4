// RefreshIScsiSendTargetPortal: one registered portal asked for its targets anew (RSTP-R1 to R6).
#pragma once

#include "initiator/host/discovery.hpp"
#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class RefreshPortalOperation final : public Operation {
 public:
  explicit RefreshPortalOperation(RefreshSendTargetPortal request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;

 private:
  RefreshSendTargetPortal request_;
  std::optional<Discovery> discovery_;
};

}  // namespace lunsim::initiator
