// A host that, at one point, returns one of the outcomes that the documentation of a call allows,
// without doing anything: the seam that no target can reach. A point is one outcome of one call.
// What it makes of the call must be what the caller sees.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "initiator/host/host.hpp"
#include "scenarios/explore/strike.hpp"

namespace lunsim::explore {

class OutcomeHost final : public initiator::Host {
 public:
  /// Both outlive it.
  OutcomeHost(initiator::Host& inner, Strike& strike) : inner_(inner), strike_(strike) {}

  initiator::OperationId start(initiator::Request request) override {
    return inner_.start(std::move(request));
  }
  bool poll(initiator::OperationId operation) override { return inner_.poll(operation); }
  initiator::Reply take(initiator::OperationId operation) override {
    return inner_.take(operation);
  }
  initiator::Reply call(initiator::Request request) override;
  const Profile& profile() const override { return inner_.profile(); }

  /// The function that the caller is in; empty outside of a call.
  void set_function(std::string_view name) { function_ = name; }
  /// What the call that is under way must return; empty if it was left alone.
  std::optional<initiator::StatusCode> take_due() { return std::exchange(due_, std::nullopt); }

 private:
  initiator::Reply make(initiator::StatusCode code, const initiator::Request& request);

  initiator::Host& inner_;
  Strike& strike_;
  std::string function_;
  std::optional<initiator::StatusCode> due_;
};

}  // namespace lunsim::explore
