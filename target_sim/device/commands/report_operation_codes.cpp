// REPORT SUPPORTED OPERATION CODES, out of the command table.
// SPC-4 §6.34
#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/command_table.hpp"
#include "target_sim/device/commands/groups.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint8_t kAllCommands = 0;
constexpr std::uint8_t kByOperationCode = 1;
constexpr std::uint8_t kByServiceAction = 2;
constexpr std::uint8_t kByEither = 3;
constexpr std::uint8_t kNotSupported = 1;
constexpr std::uint8_t kSupportedAsInStandard = 3;
constexpr std::uint32_t kNominalSeconds = 0;  // not told
constexpr std::uint32_t kRecommendedSeconds = 60;

void append_timeouts(std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 12);
  bytes::store_be16(&out[at], 0x0A);
  bytes::store_be32(&out[at + 4], kNominalSeconds);
  bytes::store_be32(&out[at + 8], kRecommendedSeconds);
}

void append_descriptor(const CommandEntry& entry, bool timeouts, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 8);
  bytes::store_u8(&out[at], entry.operation_code);
  bytes::store_be16(&out[at + 2], entry.service_action.value_or(0));
  bytes::store_u8(&out[at + 5],
                  static_cast<std::uint8_t>((timeouts ? 2 : 0) | (entry.service_action ? 1 : 0)));
  bytes::store_be16(&out[at + 6], entry.cdb_bytes);
  if (timeouts) append_timeouts(out);
}

void append_all(const CommandContext& context, bool timeouts, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 4);
  for (const CommandEntry& entry : command_table())
    if (entry.is_supported(context)) append_descriptor(entry, timeouts, out);
  bytes::store_be32(&out[at], static_cast<std::uint32_t>(out.size() - at - 4));
}

/// Null: not supported.
void append_one(const CommandEntry* entry, bool timeouts, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 4);
  if (entry == nullptr) {
    bytes::store_u8(&out[at + 1], kNotSupported);
    return;
  }
  bytes::store_u8(&out[at + 1],
                  static_cast<std::uint8_t>((timeouts ? 0x80 : 0) | kSupportedAsInStandard));
  bytes::store_be16(&out[at + 2], entry->cdb_bytes);
  out.push_back(static_cast<std::byte>(entry->operation_code));
  for (std::size_t i = 0; i + 1 < entry->cdb_bytes; ++i) {
    const std::uint8_t action = i == 0 ? entry->service_action.value_or(0) : std::uint8_t{0};
    out.push_back(static_cast<std::byte>(entry->usage[i] | action));
  }
  if (timeouts) append_timeouts(out);
}

bool has_service_actions(std::uint8_t operation_code) {
  const auto entries = commands_of(operation_code);
  return !entries.empty() && entries.front().service_action.has_value();
}

const CommandEntry* requested(const CommandContext& context,
                              const scsi::ReportSupportedOperationCodes& command) {
  for (const CommandEntry& entry : commands_of(command.operation_code)) {
    if (!entry.is_supported(context)) continue;
    if (command.reporting_options == kByOperationCode) return &entry;
    if (entry.service_action.value_or(0) == command.service_action) return &entry;
  }
  return nullptr;
}

}  // namespace

bool check_report_operation_codes(CommandContext& context) {
  const auto command = scsi::decode_report_supported_operation_codes(context.cdb());
  const bool is_known = !commands_of(command.operation_code).empty();
  switch (command.reporting_options) {
    case kAllCommands:
    case kByEither:
      break;
    case kByOperationCode:
      if (has_service_actions(command.operation_code))
        return fail_field(context, 2, std::uint8_t{2});
      break;
    case kByServiceAction:
      if (is_known && !has_service_actions(command.operation_code)) {
        return fail_field(context, 2, std::uint8_t{2});
      }
      break;
    default:
      return fail_field(context, 2, std::uint8_t{2});
  }
  context.task.data_in_bytes_wanted = command.allocation_length;
  return true;
}

void run_report_operation_codes(CommandContext& context) {
  const auto command = scsi::decode_report_supported_operation_codes(context.cdb());
  if (command.reporting_options == kAllCommands) {
    append_all(context, command.return_timeouts, context.task.small);
  } else {
    append_one(requested(context, command), command.return_timeouts, context.task.small);
  }
  answer_small(context, command.allocation_length);
}

}  // namespace lunsim::target_sim
