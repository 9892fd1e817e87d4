// Where somebody who explores a scenario looks in while it is played: a tap on the targets'
// side of the wire, the steps and calls as they come, and the world at the end while it stands.
// Every function may be left out; none of them judges a step.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/iscsi/pdu/tap.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/engine/api_table.hpp"

namespace lunsim::scenarios {

class HostSide;
class TargetSide;

class Probe {
 public:
  virtual ~Probe() = default;
  /// The tap of the targets, given their own (null if they have no faults on the wire).
  virtual pdu::Tap* target_tap(pdu::Tap* own) { return own; }
  /// The targets stand; they outlive the steps.
  virtual void begun(TargetSide&) {}
  /// `number` counts from 1.
  virtual void before_step(std::size_t number) { (void)number; }
  virtual void before_call(const Function&) {}
  virtual void after_call(const Function&, std::uint32_t returned) { (void)returned; }
  /// All steps have been played. Hosts and targets may be used and changed.
  virtual void after_steps(runtime::World&, TargetSide&, HostSide&) {}
};

}  // namespace lunsim::scenarios
