// One portal asked for its targets: a discovery session, SendTargets=All, logout. A part of
// operations, not one.                                                       RFC 7143 Appendix C
#pragma once

#include <memory>
#include <vector>

#include "initiator/host/host_state.hpp"

namespace lunsim::initiator {

class Discovery {
 public:
  Discovery(HostState& host, const AddSendTargetPortal& portal);
  /// True when it has ended.
  bool advance();
  /// Of the end: 0, or why not.
  StatusCode code() const { return code_; }
  /// What came, even if not all of it did; empty when there was no answer.
  const std::optional<std::vector<DiscoveredTarget>>& targets() const { return targets_; }

 private:
  enum class Step : std::uint8_t { logging_in, asking, leaving, ended };
  void step_log_in();
  void step_ask();
  void end(StatusCode code);

  runtime::Endpoint portal_;
  std::unique_ptr<KeptSession> session_;
  Step step_ = Step::logging_in;
  StatusCode code_ = 0;
  std::optional<std::vector<DiscoveredTarget>> targets_;
};

/// What a discovery brought becomes what the portal told; nothing if the portal was removed
/// meanwhile.
void keep_targets(HostState& host, const Portal& portal, const Discovery& discovery);

/// Records as they were sent, as targets with addresses: what is no name or no address is left out.
/// A target without an address is at the portal that told of it. RFC 7143 Appendix C
std::vector<DiscoveredTarget> targets_of(const std::vector<TargetFound>& records,
                                         const runtime::Endpoint& portal);

}  // namespace lunsim::initiator
