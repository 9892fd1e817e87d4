#include "tools/lunsim/ram_target.hpp"

#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::tools {

std::unique_ptr<target_sim::Device> make_ram_disk(std::uint64_t bytes) {
  auto disks = std::make_unique<target_sim::DiskInventory>("iqn.t:disk");
  target_sim::UnitConfig unit;
  unit.capacity_bytes = bytes;
  disks->add_unit(unit);
  return disks;
}

}  // namespace lunsim::tools
