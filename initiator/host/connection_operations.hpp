// AddIScsiConnection and RemoveIScsiConnection: a login that joins a session by its TSIH, over TCP
// like the first one, and its logout. Commands stay on the leading connection.    RFC 7143 §6.3.4
#pragma once

#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class AddConnectionOperation final : public Operation {
 public:
  explicit AddConnectionOperation(AddConnection request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;

 private:
  StatusCode check(HostState& host, const SessionRecord& record) const;
  std::optional<Reply> step_start(HostState& host, SessionRecord& record);

  AddConnection request_;
  bool is_under_way_ = false;
  UniqueId connection_;
};

class RemoveConnectionOperation final : public Operation {
 public:
  explicit RemoveConnectionOperation(RemoveConnection request) : request_(request) {}
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;

 private:
  StatusCode check(SessionRecord& record) const;

  RemoveConnection request_;
  bool is_under_way_ = false;
};

}  // namespace lunsim::initiator
