// LoginIScsiTarget: the rules that need no wire (LIT-R3 to R21), then a session over the first
// portal of the target that can be reached, then the LUN scan unless the session is informational.
// A persistent login is stored and not acted upon (LIT-R15).
#pragma once

#include "initiator/host/lun_scan.hpp"
#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class LoginTargetOperation final : public Operation {
 public:
  explicit LoginTargetOperation(LoginTarget request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;

 private:
  enum class Step : std::uint8_t { checking, logging_in, scanning };
  std::optional<Reply> step_check(HostState& host);
  std::optional<Reply> step_log_in(HostState& host, SessionRecord& record);
  std::optional<Reply> step_scan(HostState& host, SessionRecord& record);
  StatusCode check(HostState& host);
  StatusCode check_mapping(const HostState& host) const;
  void take_defaults(const HostState& host);
  void start_session(HostState& host, SessionRecord& record);
  Reply fail(HostState& host, StatusCode code);
  Reply succeed(const SessionRecord& record) const;

  LoginTarget request_;
  Step step_ = Step::checking;
  std::vector<runtime::Endpoint> candidates_;  // portals to try, in order
  std::size_t candidate_ = 0;
  UniqueId session_;
  LunScan scan_;
};

}  // namespace lunsim::initiator
