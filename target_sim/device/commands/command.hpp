// What a command is to this folder: an entry of the table, and the context in which its functions
// work.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "target_sim/device/logical_unit.hpp"
#include "target_sim/device/task.hpp"

namespace lunsim::target_sim {

class DiskInventory;

struct CommandContext {
  DiskInventory& inventory;
  LogicalUnit* unit = nullptr;  // null: nobody is at the task's LUN
  Task& task;

  std::span<const std::byte> cdb() const {
    return std::span(task.cdb).first(std::min<std::size_t>(task.cdb_bytes, task.cdb.size()));
  }
};

/// Through which ports a command works that are neither active.                     SPC-4 §5.16.2
enum class PortAccess : std::uint8_t {
  active,   // refused in standby and below
  standby,  // works in standby, not when unavailable or in transition
  any,      // always works
};

/// How a command behaves besides what it does.
struct CommandTraits {
  bool ignores_attention =
      false;                  // runs before the unit attentions are told             SAM-5 §5.14.2
  bool needs_medium = false;  // refused by a stopped unit
  bool works_without_unit =
      false;  // answers for a LUN where nobody is               SPC-4 §6.6.1, §6.33, §6.39
  GuardedAccess guarded = GuardedAccess::free;  // what persistent reservations make of it
  bool ignores_reserve = false;                 // works while another nexus holds a RESERVE
  PortAccess port_access = PortAccess::active;
};

struct CommandEntry {
  std::uint8_t operation_code;
  std::optional<std::uint8_t> service_action;
  std::uint8_t cdb_bytes;
  CommandTraits traits;
  /// Judges the CDB and says what it moves; true if it may run. On false the task's status and
  /// sense are set.
  bool (*check)(CommandContext&);
  /// Does it. Sets status (good by default), sense and data.
  void (*run)(CommandContext&);
  /// The bits of the CDB that are looked at, from byte 1 on; byte 0 and the service action are put
  /// in by whoever tells them. The CONTROL byte is 04h: NACA is looked at, and refused.
  /// SPC-4 §6.34.3
  std::array<std::uint8_t, 15> usage;
  /// Whether this unit has the command at all; null: every unit has.
  bool (*exists)(const CommandContext&) = nullptr;

  bool is_supported(const CommandContext& context) const {
    return exists == nullptr || (context.unit != nullptr && exists(context));
  }
};

}  // namespace lunsim::target_sim
