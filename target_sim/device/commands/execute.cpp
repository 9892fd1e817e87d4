#include "target_sim/device/commands/execute.hpp"

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/command_table.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

namespace {

constexpr scsi::AdditionalSense kInvalidOperationCode{0x20, 0x00};
constexpr scsi::AdditionalSense kInitializingCommandRequired{0x04, 0x02};
constexpr std::uint8_t kNacaBit = 2;
constexpr std::uint8_t kServiceActionTopBit = 4;

/// True if there was one, which the task now tells.
bool tell_attention(CommandContext& context) {
  const auto slot = static_cast<std::size_t>(context.task.nexus);
  if (!context.unit->attentions().is_pending(slot)) return false;
  fail(context, scsi::SenseKey::unit_attention, *context.unit->attentions().take(slot));
  return true;
}

bool check_control(CommandContext& context, const CommandEntry& entry) {
  const auto at = static_cast<std::uint16_t>(entry.cdb_bytes - 1);
  const std::uint8_t control = bytes::load_u8(&context.task.cdb[at]);
  if (((control >> kNacaBit) & 1) == 0) return true;
  return fail_field(context, at, kNacaBit);
}

bool fail_access(CommandContext& context, std::uint8_t qualifier) {
  return fail(context, scsi::SenseKey::not_ready, {0x04, qualifier});
}

/// What the state of the port's group lets through.                                SPC-4 §5.16.2.4
bool check_port_access(CommandContext& context, const CommandTraits& traits) {
  const PortGroups& groups = context.inventory.device().port_groups;
  if (groups.is_empty() || traits.port_access == PortAccess::any) return true;
  const PortGroup* group = groups.group_of_port(context.inventory.port());
  if (group == nullptr) return true;
  switch (group->state) {
    case AccessState::active_optimized:
    case AccessState::active_non_optimized:
      return true;
    case AccessState::standby:
      return traits.port_access == PortAccess::standby || fail_access(context, 0x0B);
    case AccessState::unavailable:
      return fail_access(context, 0x0C);
    case AccessState::offline:
      return fail_access(context, 0x12);
    case AccessState::transitioning:
      return fail_access(context, 0x0A);
  }
  return true;
}

/// START STOP UNIT that only starts, and PREVENT ALLOW that only allows, are in nobody's way.
GuardedAccess guarded_access(const CommandContext& context, const CommandEntry& entry) {
  const auto byte4 = std::to_integer<unsigned>(context.task.cdb[4]);
  if (entry.operation_code == scsi::opcode::kStartStopUnit && (byte4 & 0xF1) == 1)
    return GuardedAccess::free;
  if (entry.operation_code == scsi::opcode::kPreventAllowMediumRemoval && (byte4 & 3) == 0)
    return GuardedAccess::free;
  return entry.traits.guarded;
}

/// RESERVATION CONFLICT has no sense data.                                              SAM-5
/// §5.3.1
bool check_reservation(CommandContext& context, const CommandEntry& entry) {
  const Reservations& reservations = context.unit->reservations();
  if (reservations.is_idle()) return true;
  const NexusName nexus = context.inventory.name_of(context.task.nexus);
  const bool old_conflict =
      !entry.traits.ignores_reserve && reservations.is_reserved_by_other(nexus);
  if (!old_conflict && reservations.allows(nexus, guarded_access(context, entry))) return true;
  context.task.status = scsi::Status::reservation_conflict;
  return false;
}

/// A service action that is not there counts as a command that is not; but PERSISTENT RESERVE is
/// there, with a field that says something else.                                SPC-4 §6.15.1,
/// §6.16.1
bool fail_unknown(CommandContext& context) {
  const std::uint8_t operation_code =
      context.cdb().empty() ? 0 : bytes::load_u8(context.cdb().data());
  if (operation_code == scsi::opcode::kPersistentReserveIn ||
      operation_code == scsi::opcode::kPersistentReserveOut)
    return fail_field(context, 1, kServiceActionTopBit);
  return fail(context, scsi::SenseKey::illegal_request, kInvalidOperationCode);
}

const CommandEntry* entry_of(const CommandContext& context) {
  const CommandEntry* entry = context.cdb().empty() ? nullptr : find_command(context.cdb());
  return entry != nullptr && entry->is_supported(context) ? entry : nullptr;
}

}  // namespace

bool prepare_command(CommandContext& context) {
  const CommandEntry* entry = entry_of(context);
  if (context.unit == nullptr && (entry == nullptr || !entry->traits.works_without_unit)) {
    return fail_no_unit(context);
  }
  const bool tells = entry == nullptr || !entry->traits.ignores_attention;
  if (tells && tell_attention(context)) return false;
  if (entry == nullptr) return fail_unknown(context);
  if (context.cdb().size() < entry->cdb_bytes) return fail_field(context, 0);
  if (!check_control(context, *entry)) return false;
  if (context.unit != nullptr) {
    if (!check_port_access(context, entry->traits)) return false;
    if (!check_reservation(context, *entry)) return false;
    if (entry->traits.needs_medium && context.unit->is_stopped()) {
      return fail(context, scsi::SenseKey::not_ready, kInitializingCommandRequired);
    }
  }
  return entry->check(context);
}

void run_command(CommandContext& context) {
  const CommandEntry* entry = entry_of(context);
  if (entry == nullptr || context.cdb().size() < entry->cdb_bytes) {
    fail(context, scsi::SenseKey::illegal_request, kInvalidOperationCode);
    return;
  }
  if (context.unit == nullptr && !entry->traits.works_without_unit) {
    fail_no_unit(context);
    return;
  }
  entry->run(context);
}

}  // namespace lunsim::target_sim
