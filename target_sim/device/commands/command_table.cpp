#include "target_sim/device/commands/command_table.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/groups.hpp"

namespace lunsim::target_sim {

namespace {

using namespace scsi::opcode;
constexpr auto kNone = std::nullopt;

using Guard = GuardedAccess;
constexpr CommandTraits kAlways{.ignores_attention = true,
                                .works_without_unit = true,
                                .ignores_reserve = true,
                                .port_access = PortAccess::any};
constexpr CommandTraits kReady{.needs_medium = true};
constexpr CommandTraits kCapacity{.needs_medium = true, .ignores_reserve = true};
constexpr CommandTraits kReads{.needs_medium = true, .guarded = Guard::reading};
constexpr CommandTraits kWrites{.needs_medium = true, .guarded = Guard::writing};
constexpr CommandTraits kTells{.guarded = Guard::reading, .port_access = PortAccess::standby};
constexpr CommandTraits kSets{.guarded = Guard::writing, .port_access = PortAccess::standby};
constexpr CommandTraits kReserves{.port_access = PortAccess::standby};
constexpr CommandTraits kReleases{.ignores_reserve = true, .port_access = PortAccess::standby};
constexpr CommandTraits kTellsGroups{.ignores_reserve = true, .port_access = PortAccess::any};
constexpr CommandTraits kSetsGroups{.guarded = Guard::writing, .port_access = PortAccess::any};
constexpr CommandTraits kPrevents{.guarded = Guard::writing, .ignores_reserve = true};

// clang-format off
constexpr CommandEntry kCommands[] = {
  {kTestUnitReady, kNone, 6, kReady, nothing_to_check, nothing_to_run, {0, 0, 0, 0, 4}},
  {kRequestSense, kNone, 6, kAlways, check_request_sense, run_request_sense, {1, 0, 0, 0xFF, 4}},
  {kRead6, kNone, 6, kReads, check_block_command, run_read, {0x1F, 0xFF, 0xFF, 0xFF, 4}},
  {kWrite6, kNone, 6, kWrites, check_block_command, run_write, {0x1F, 0xFF, 0xFF, 0xFF, 4}},
  {kInquiry, kNone, 6, kAlways, check_inquiry, run_inquiry, {1, 0xFF, 0xFF, 0xFF, 4}},
  {kModeSelect6, kNone, 6, kSets, check_mode_select, run_mode_select, {0x11, 0, 0, 0xFF, 4}},
  {kReserve6, kNone, 6, kReserves, nothing_to_check, run_reserve, {0, 0, 0, 0, 4}},
  {kRelease6, kNone, 6, kReleases, nothing_to_check, run_release, {0, 0, 0, 0, 4}},
  {kModeSense6, kNone, 6, kTells, check_mode_sense, run_mode_sense, {0x08, 0xFF, 0xFF, 0xFF, 4}},
  {kStartStopUnit, kNone, 6, kSets, check_start_stop_unit, run_start_stop_unit,
   {0x01, 0, 0x0F, 0xF7, 4}},
  {kPreventAllowMediumRemoval, kNone, 6, kPrevents, check_prevent_allow, nothing_to_run,
   {0, 0, 0, 0x03, 4}},
  {kReadCapacity10, kNone, 10, kCapacity, check_read_capacity_10, run_read_capacity_10,
   {0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0x01, 4}},
  {kRead10, kNone, 10, kReads, check_block_command, run_read,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0xFF, 0xFF, 4}},
  {kWrite10, kNone, 10, kWrites, check_block_command, run_write,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0xFF, 0xFF, 4}},
  {kWriteAndVerify10, kNone, 10, kWrites, check_block_command, run_write,
   {0xF6, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0xFF, 0xFF, 4}},
  {kVerify10, kNone, 10, kReads, check_block_command, run_verify,
   {0xF6, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0xFF, 0xFF, 4}},
  {kSynchronizeCache10, kNone, 10, kWrites, check_block_command, run_synchronize_cache,
   {0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0xFF, 0xFF, 4}},
  {kWriteSame10, kNone, 10, kWrites, check_write_same, run_write_same,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0xFF, 0xFF, 4}},
  {kUnmap, kNone, 10, kWrites, check_unmap, run_unmap,
   {0x01, 0, 0, 0, 0, 0x1F, 0xFF, 0xFF, 4}, is_thin},
  {kModeSelect10, kNone, 10, kSets, check_mode_select, run_mode_select,
   {0x11, 0, 0, 0, 0, 0, 0xFF, 0xFF, 4}},
  {kModeSense10, kNone, 10, kTells, check_mode_sense, run_mode_sense,
   {0x18, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 4}},
  {kPersistentReserveIn, 0x00, 10, kReserves, check_persistent_reserve_in, run_read_keys,
   {0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 4}},
  {kPersistentReserveIn, 0x01, 10, kReserves, check_persistent_reserve_in, run_read_reservation,
   {0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 4}},
  {kPersistentReserveIn, 0x02, 10, kReserves, check_persistent_reserve_in,
   run_report_capabilities, {0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 4}},
  {kPersistentReserveIn, 0x03, 10, kReserves, check_persistent_reserve_in, run_read_full_status,
   {0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x00, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x01, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x02, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x03, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x04, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x05, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kPersistentReserveOut, 0x06, 10, kReserves, check_persistent_reserve_out,
   run_persistent_reserve_out, {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 4}},
  {kRead16, kNone, 16, kReads, check_block_command, run_read,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kCompareAndWrite, kNone, 16, kWrites, check_compare_and_write, run_compare_and_write,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0x1F, 4}},
  {kWrite16, kNone, 16, kWrites, check_block_command, run_write,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kWriteAndVerify16, kNone, 16, kWrites, check_block_command, run_write,
   {0xF6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kVerify16, kNone, 16, kReads, check_block_command, run_verify,
   {0xF6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kSynchronizeCache16, kNone, 16, kWrites, check_block_command, run_synchronize_cache,
   {0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kWriteSame16, kNone, 16, kWrites, check_write_same, run_write_same,
   {0xF9, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kServiceActionIn16, scsi::service_action::kReadCapacity16, 16, kCapacity,
   check_read_capacity_16, run_read_capacity_16,
   {0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 4}},
  {kServiceActionIn16, scsi::service_action::kGetLbaStatus, 16, kReads,
   check_get_lba_status, run_get_lba_status,
   {0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 4}},
  {kReportLuns, kNone, 12, kAlways, check_report_luns, run_report_luns,
   {0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 4}},
  {kMaintenanceIn, scsi::service_action::kReportTargetPortGroups, 12, kTellsGroups,
   check_report_target_port_groups, run_report_target_port_groups,
   {0xE0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 4}, has_port_groups},
  {kMaintenanceIn, scsi::service_action::kReportSupportedOperationCodes, 12, kTells,
   check_report_operation_codes, run_report_operation_codes,
   {0, 0x87, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 4}},
  {kMaintenanceOut, scsi::service_action::kSetTargetPortGroups, 12, kSetsGroups,
   check_set_target_port_groups, run_set_target_port_groups,
   {0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 4}, has_explicit_port_groups},
  {kRead12, kNone, 12, kReads, check_block_command, run_read,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kWrite12, kNone, 12, kWrites, check_block_command, run_write,
   {0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kWriteAndVerify12, kNone, 12, kWrites, check_block_command, run_write,
   {0xF6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
  {kVerify12, kNone, 12, kReads, check_block_command, run_verify,
   {0xF6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}},
};
// clang-format on

/// First entry and number of entries for each operation code.
struct Range {
  std::uint8_t first = 0;
  std::uint8_t count = 0;
};
constexpr std::array<Range, 256> ranges_of_table() {
  std::array<Range, 256> ranges{};
  for (std::size_t i = std::size(kCommands); i-- > 0;) {
    Range& range = ranges[kCommands[i].operation_code];
    range.first = static_cast<std::uint8_t>(i);
    ++range.count;
  }
  return ranges;
}
constexpr std::array<Range, 256> kRanges = ranges_of_table();
static_assert(std::is_sorted(std::begin(kCommands), std::end(kCommands),
                             [](const CommandEntry& a, const CommandEntry& b) {
                               return a.operation_code < b.operation_code;
                             }));

}  // namespace

std::span<const CommandEntry> command_table() { return kCommands; }

std::span<const CommandEntry> commands_of(std::uint8_t operation_code) {
  const Range range = kRanges[operation_code];
  return std::span(kCommands).subspan(range.first, range.count);
}

const CommandEntry* find_command(std::span<const std::byte> cdb) {
  for (const CommandEntry& entry : commands_of(bytes::load_u8(cdb.data()))) {
    if (!entry.service_action) return &entry;
    if (cdb.size() >= 2 && (bytes::load_u8(&cdb[1]) & 0x1F) == *entry.service_action) return &entry;
  }
  return nullptr;
}

}  // namespace lunsim::target_sim
