// The names of SCSI operation codes and service actions, both ways, in the standards' capital
// spelling: READ(10), READ CAPACITY(16), REPORT LUNS. Codes mean different things to different
// device types; of several names the direct-access one is told, and all of them are found. T10
// op-num, SPC-4 annex F.3
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lunsim::scsi {

/// What picks a command: the operation code and, for those that have them, the service action.
struct CommandCode {
  std::uint8_t operation_code = 0;
  std::optional<std::uint16_t> service_action;
  friend constexpr bool operator==(const CommandCode&, const CommandCode&) = default;
};
struct CommandName {
  CommandCode code;
  std::string_view name;
};
/// Every name, in the order of (operation code, service action), the preferred one first.
std::span<const CommandName> command_names();

/// Whether this operation code carries a service action (in byte 1, or in bytes 8 and 9 for 7Fh).
bool has_service_action(std::uint8_t operation_code);
/// Of a CDB; a CDB that is too short for its service action has none.
CommandCode command_code(std::span<const std::byte> cdb);

/// "READ(10)"; for a service action nobody knows, the name of the operation code; empty if there is
/// none.
std::string_view name_of(const CommandCode& code);
/// By its standard name, in any case, with or without a space before the parenthesis.
std::optional<CommandCode> command_named(std::string_view name);

}  // namespace lunsim::scsi
