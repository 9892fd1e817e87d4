#include "target_sim/device/commands/execute.hpp"

#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/command_table.hpp"
#include "target_sim/device/unit_attention.hpp"

namespace lunsim::target_sim {

namespace {

constexpr scsi::AdditionalSense kInvalidOperationCode{0x20, 0x00};
constexpr scsi::AdditionalSense kInitializingCommandRequired{0x04, 0x02};
constexpr std::uint8_t kNacaBit = 2;

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

}  // namespace

bool prepare_command(CommandContext& context) {
  const std::span<const std::byte> cdb = context.cdb();
  const CommandEntry* entry = cdb.empty() ? nullptr : find_command(cdb);
  if (context.unit == nullptr && (entry == nullptr || !entry->traits.works_without_unit)) {
    return fail_no_unit(context);
  }
  const bool tells = entry == nullptr || !entry->traits.ignores_attention;
  if (tells && tell_attention(context)) return false;
  if (entry == nullptr)
    return fail(context, scsi::SenseKey::illegal_request, kInvalidOperationCode);
  if (cdb.size() < entry->cdb_bytes) return fail_field(context, 0);
  if (!check_control(context, *entry)) return false;
  if (entry->traits.needs_medium && context.unit->is_stopped()) {
    return fail(context, scsi::SenseKey::not_ready, kInitializingCommandRequired);
  }
  return entry->check(context);
}

void run_command(CommandContext& context) {
  const std::span<const std::byte> cdb = context.cdb();
  const CommandEntry* entry = cdb.empty() ? nullptr : find_command(cdb);
  if (entry == nullptr || cdb.size() < entry->cdb_bytes) {
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
