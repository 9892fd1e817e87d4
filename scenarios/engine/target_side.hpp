// The targets of a scenario, standing in a world: one target engine for all of them, their devices
// behind the faults, and the handles that steps turn. Also what `lunsim serve` runs. Knows no host
// and no step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/ports/world.hpp"
#include "protocol/iscsi/pdu/tap.hpp"
#include "scenarios/engine/address_map.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/report.hpp"
#include "target_sim/device/disk_inventory.hpp"
#include "target_sim/faults/fault_plan.hpp"
#include "target_sim/session/target_server.hpp"

namespace lunsim::scenarios {

class LuaRoom;

struct TargetSideOptions {
  /// Listen here instead of at the portals' own addresses: one for each portal, in the file's
  /// order; the last one serves for those that are left (with port 0 each gets a port of its own).
  std::vector<runtime::Endpoint> listen;
  /// Tell initiators (SendTargets, redirections) where the portals really are, for `serve`. Worlds
  /// that run scenarios let engines go on speaking of the scenario's addresses.
  bool tells_real_addresses = false;
  /// Where the scripts of faults run; without it, in a box of their own.
  LuaRoom* lua = nullptr;
  /// Takes the place of the faults' own tap (null: no fault strikes the wire) and may call it.
  std::function<pdu::Tap*(pdu::Tap* own)> tap = {};
  /// Whether a file exists, for faults that ask; empty: a variable of that name stands for it.
  std::function<bool(std::string_view path)> file_exists = {};
};

class TargetSide {
 public:
  /// Builds the devices and attaches the server to `world`, which outlives it, as `scenario` does.
  /// Throws std::system_error if a port is taken, std::runtime_error if a unit cannot be.
  TargetSide(const Scenario& scenario, runtime::World& world, std::uint64_t seed,
             TargetSideOptions options = {});
  ~TargetSide();
  TargetSide(const TargetSide&) = delete;
  TargetSide& operator=(const TargetSide&) = delete;

  /// Where the portals really are, in the file's order (targets, then their portals; each address
  /// once).
  const std::vector<runtime::Endpoint>& portals() const;
  const AddressMap& addresses() const;
  target_sim::FaultPlan& faults();
  target_sim::TargetServer& server();
  const target_sim::TargetServer& server() const;
  /// The units of a target of the file, beneath its faults.
  target_sim::DiskInventory& inventory(std::size_t target);
  /// The server, as the world knows it: for World::wake after commands of one's own.
  runtime::Engine& engine();

  /// For faults that wait for a variable's value.
  void set_variable(const std::string& name, std::uint64_t value);
  const target_sim::FaultConditions& conditions() const;
  /// Does what a `change:` step says. Empty if it was done, else why not.
  std::string change(const ChangeStep& step);
  std::vector<FaultReport> fault_reports() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lunsim::scenarios
