// SendScsi*: one command to a unit of a session, once. No retry, no recovery: what became of it is
// the answer (SRC-R26).
#pragma once

#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class SendScsiOperation final : public Operation {
 public:
  explicit SendScsiOperation(SendScsi request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;
  /// The command's name within its session, once it is under way.
  std::optional<CommandHandle> handle() const { return handle_; }

 private:
  StatusCode submit(HostState& host, SessionRecord& record);

  SendScsi request_;
  std::optional<CommandHandle> handle_;
};

}  // namespace lunsim::initiator
