// RESERVE(6) and RELEASE(6), as initiators still send them: for the whole unit, no extents and no
// third parties. SPC-2 §7.21, §7.23
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

void run_reserve(CommandContext& context) {
  const NexusName nexus = context.inventory.name_of(context.task.nexus);
  if (context.unit->reservations().reserve_old(nexus)) return;
  context.task.status = scsi::Status::reservation_conflict;
}

/// A nexus that holds nothing releases nothing, and that is good.
void run_release(CommandContext& context) {
  context.unit->reservations().release_old(context.inventory.name_of(context.task.nexus));
}

}  // namespace lunsim::target_sim
