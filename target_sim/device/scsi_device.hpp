// What the target ports of one SCSI device have in common, whichever target shows a unit: the
// nexuses and the target port groups. Not the units: they are shown by inventories, the same one by
// several if need be.                                                         SAM-5 §4.6, §4.7
#pragma once

#include <cstdint>

#include "target_sim/device/nexus_table.hpp"
#include "target_sim/device/port_groups.hpp"

namespace lunsim::target_sim {

struct ScsiDevice {
  NexusTable nexuses;
  PortGroups port_groups;
  std::uint16_t ports = 0;  // relative target port identifiers are from 1 to this

  std::uint16_t add_port() { return ++ports; }
};

}  // namespace lunsim::target_sim
