// Plays the steps of one scenario in a world that stands: calls through the C entry points, reads
// and writes through the host, changes at the targets; a verdict for each case. Builds no world
// (runner.hpp) and knows which one it is in only by the addresses.
#pragma once

#include <functional>
#include <string>

#include "runtime/ports/world.hpp"
#include "scenarios/engine/case_clock.hpp"
#include "scenarios/engine/case_filter.hpp"
#include "scenarios/engine/host_side.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/probe.hpp"
#include "scenarios/engine/report.hpp"
#include "scenarios/engine/server_side.hpp"
#include "scenarios/engine/target_side.hpp"
#include "scenarios/engine/wire_log.hpp"

namespace lunsim::scenarios {

class LuaRoom;

struct Stage {
  const Scenario& scenario;
  runtime::World& world;
  HostSide& hosts;  // one of them is the current host of this thread
  TargetSide& targets;
  ServerSide& servers;
  const WireLog* wire;         // null if no step of the story asks for it
  CaseFilter filter;           // cases that it does not take are neither reported nor judged
  CaseClock* clock = nullptr;  // knows when each case ended, and when one takes too long
  LuaRoom* lua = nullptr;      // for a scenario with scripts
  Probe* probe = nullptr;      // looks on, if anybody does
};

/// Adds the cases to `report`; faults that should have fired and did not are cases as well. Under a
/// filter for cases nothing runs behind the last step that it reaches.
void play(const Stage& stage, ScenarioReport& report);

}  // namespace lunsim::scenarios
