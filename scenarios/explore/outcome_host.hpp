// A host that, at one point, returns one of the outcomes that the documentation of a call allows,
// without doing anything: the seam that no target can reach. A point is one outcome of one call.
// For "too small" the call is made, and its list has grown by one entry since the caller asked.
// What it makes of the call must be what the caller sees.
#pragma once

#include <map>
#include <optional>
#include <set>
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

  /// Left alone, unless strike_started() was called: then a point, too.
  initiator::OperationId start(initiator::Request request) override;
  bool poll(initiator::OperationId operation) override;
  initiator::Reply take(initiator::OperationId operation) override;
  initiator::Reply call(initiator::Request request) override;
  const Profile& profile() const override { return inner_.profile(); }

  /// The function that the caller is in; empty outside of a call.
  void set_function(std::string_view name) { function_ = name; }
  /// For callers outside of this process, whose calls are started and polled.
  void strike_started() { strikes_started_ = true; }
  /// What the call that is under way must return; empty if it was left alone.
  std::optional<initiator::StatusCode> take_due() { return std::exchange(due_, std::nullopt); }

 private:
  std::optional<initiator::StatusCode> pass(const initiator::Request& request);
  std::vector<initiator::StatusCode> points_of(const initiator::Request& request) const;
  initiator::Reply make(initiator::StatusCode code, const initiator::Request& request);

  initiator::Host& inner_;
  Strike& strike_;
  std::string function_;
  std::optional<initiator::StatusCode> due_;
  bool strikes_started_ = false;
  std::map<initiator::OperationId, initiator::Reply> made_;  // for started calls, not yet taken
  std::uint64_t next_made_ = 1;
  std::set<initiator::OperationId> grown_;  // whose lists will have grown
};

}  // namespace lunsim::explore
