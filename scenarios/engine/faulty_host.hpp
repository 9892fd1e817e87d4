// The fourth seam: a host whose calls return what they should not, late, never, or with other lists
// than the last time. A decorator; what it decorates knows nothing of it. Counts are the plan's,
// which all hosts of a scenario share.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "initiator/host/host.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/engine/host_fault.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::scenarios {

class FaultyHost final : public initiator::Host {
 public:
  /// `faults` are those of the scenario, in the order of the rules of `plan`. All outlive it.
  FaultyHost(std::string id, initiator::Host& inner, std::span<const HostFaultModel> faults,
             target_sim::FaultPlan& plan, const runtime::World& world)
      : id_(std::move(id)), inner_(inner), faults_(faults), plan_(plan), world_(world) {}

  initiator::OperationId start(initiator::Request request) override;
  bool poll(initiator::OperationId operation) override;
  initiator::Reply take(initiator::OperationId operation) override;
  /// Turns no world: for hosts that end at once.
  initiator::Reply call(initiator::Request request) override {
    return take(start(std::move(request)));
  }
  const Profile& profile() const override { return inner_.profile(); }

  /// A stopped service answers every call with ISDSC_SERVICE_NOT_RUNNING, those under way too; the
  /// sessions stay.
  void set_service(bool runs) { service_runs_ = runs; }
  /// The fault that keeps this operation from ever ending; "" if it will end.
  std::string_view hung_by(initiator::OperationId operation) const;
  /// When a delayed call may go on; the first of them that is after now.
  std::optional<runtime::TimePoint> poll_timeout() const;

 private:
  struct Running {
    std::optional<initiator::OperationId> inner;  // empty: never asked for
    const HostFaultModel* fault = nullptr;        // null: as it is
    runtime::TimePoint not_before;
    bool found_stopped = false;
  };
  const HostFaultModel* strike(const initiator::Request& request);

  const std::string id_;
  initiator::Host& inner_;
  const std::span<const HostFaultModel> faults_;
  target_sim::FaultPlan& plan_;
  const runtime::World& world_;
  bool service_runs_ = true;
  std::map<initiator::OperationId, Running> running_;
  std::uint64_t next_ = 1;
};

}  // namespace lunsim::scenarios
