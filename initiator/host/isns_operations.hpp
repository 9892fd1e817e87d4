// AddISNSServer and RefreshISNSServer: the server is kept, and sought at its TCP port. iSNS itself
// is not spoken, so no target is ever found that way, and a refresh of a server that is there is
// answered "not supported".                                                  RFC 4171 §2.8
#pragma once

#include <memory>

#include "initiator/host/operation.hpp"
#include "initiator/host/server_probe.hpp"

namespace lunsim::initiator {

class AddIsnsServerOperation final : public Operation {
 public:
  explicit AddIsnsServerOperation(AddIsnsServer request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;

 private:
  StatusCode store(HostState& host) const;

  AddIsnsServer request_;
  std::unique_ptr<ServerProbe> probe_;
};

class RefreshIsnsServerOperation final : public Operation {
 public:
  explicit RefreshIsnsServerOperation(RefreshIsnsServer request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;

 private:
  RefreshIsnsServer request_;
  bool is_begun_ = false;
  std::vector<std::string> servers_;  // to be sought; the first is under way
  std::unique_ptr<ServerProbe> probe_;
  StatusCode code_ = 0;
};

}  // namespace lunsim::initiator
