// The fake SMB servers of a scenario, standing in a world: an engine each behind its faults, and
// the handles that steps turn. Also what `lunsim serve` runs beside the targets. Knows no host and
// no step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/ports/world.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/report.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::smb_server {
class MessageTap;
}

namespace lunsim::scenarios {

/// Stands between a server and its faults' own tap (null: there are none), which it may call. For
/// mutants; null leaves things as they are.
using DecorateTap =
    std::function<std::unique_ptr<smb_server::MessageTap>(smb_server::MessageTap* own)>;

class ServerSide {
 public:
  /// Attaches the servers to `world`, which outlives it, as `scenario` does. `listen`: where to
  /// listen instead of at their own addresses, one for each server; the last one serves for those
  /// that are left. Throws std::system_error if a port is taken.
  ServerSide(const Scenario& scenario, runtime::World& world, std::uint64_t seed,
             std::vector<runtime::Endpoint> listen = {}, const DecorateTap& decorate = {});
  ~ServerSide();
  ServerSide(const ServerSide&) = delete;
  ServerSide& operator=(const ServerSide&) = delete;

  /// Where the servers really are, in the file's order.
  const std::vector<runtime::Endpoint>& endpoints() const { return endpoints_; }
  target_sim::FaultPlan& faults() { return plan_; }
  /// What faults that wait for a variable or a file ask; outlives the servers.
  void set_conditions(const target_sim::FaultConditions& conditions) {
    plan_.set_conditions(&conditions);
  }
  void change(const ServerChangeStep& step);
  std::vector<FaultReport> fault_reports() const;

 private:
  struct Standing;
  runtime::World& world_;
  target_sim::FaultPlan plan_;
  std::vector<std::unique_ptr<Standing>> servers_;
  std::vector<runtime::Endpoint> endpoints_;
};

}  // namespace lunsim::scenarios
