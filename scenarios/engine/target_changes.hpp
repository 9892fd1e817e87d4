// What changes of a running target do: to units and port groups (change_units) and to the program
// that serves them (change_service). Stateless; target_side.hpp owns what is changed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/model.hpp"
#include "scenarios/engine/target_service.hpp"
#include "target_sim/device/disk_inventory.hpp"
#include "target_sim/faults/faulty_device.hpp"

namespace lunsim::scenarios {

struct TargetParts {
  const Scenario& scenario;
  const std::shared_ptr<target_sim::ScsiDevice>& device;
  const std::vector<std::unique_ptr<target_sim::DiskInventory>>& inventories;
  const std::vector<std::unique_ptr<target_sim::FaultyDevice>>& faulty;
  const std::vector<Address>& listed;             // portals in the scenario's addresses
  const std::vector<runtime::Endpoint>& portals;  // where they are
  TargetService& service;
};

/// Empty if it was done, else why not. `node` is the target that the change names.
std::string change_units(const TargetParts& parts, std::size_t node, const DeviceChange& change);
void change_service(const TargetParts& parts, std::size_t node, const DeviceChange& change,
                    runtime::TimePoint now);

}  // namespace lunsim::scenarios
