// AddIScsiSendTargetPortal: stores a portal and asks it for its targets. The portal stays stored
// when it does not answer or refuses us (ASTP-R6, R7); only a request that makes no sense is not
// stored.
#pragma once

#include "initiator/host/discovery.hpp"
#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class AddSendTargetPortalOperation final : public Operation {
 public:
  explicit AddSendTargetPortalOperation(AddSendTargetPortal request)
      : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;

 private:
  StatusCode check(const HostState& host) const;

  AddSendTargetPortal request_;
  std::optional<Discovery> discovery_;
};

}  // namespace lunsim::initiator
