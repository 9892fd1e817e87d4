// Command descriptor blocks: the common commands of block devices as plain structs, both ways. Not
// a judge: reserved bits and values are left to whoever executes (target_sim/device/commands).
// SPC-4 §6, SBC-3 §5
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::scsi {

/// Operation codes that this house executes or sends; all others have names in opcode_table.hpp.
namespace opcode {
inline constexpr std::uint8_t kTestUnitReady = 0x00;
inline constexpr std::uint8_t kRequestSense = 0x03;
inline constexpr std::uint8_t kRead6 = 0x08;
inline constexpr std::uint8_t kWrite6 = 0x0A;
inline constexpr std::uint8_t kInquiry = 0x12;
inline constexpr std::uint8_t kModeSelect6 = 0x15;
inline constexpr std::uint8_t kReserve6 = 0x16;
inline constexpr std::uint8_t kRelease6 = 0x17;
inline constexpr std::uint8_t kModeSense6 = 0x1A;
inline constexpr std::uint8_t kStartStopUnit = 0x1B;
inline constexpr std::uint8_t kPreventAllowMediumRemoval = 0x1E;
inline constexpr std::uint8_t kReadCapacity10 = 0x25;
inline constexpr std::uint8_t kRead10 = 0x28;
inline constexpr std::uint8_t kWrite10 = 0x2A;
inline constexpr std::uint8_t kWriteAndVerify10 = 0x2E;
inline constexpr std::uint8_t kVerify10 = 0x2F;
inline constexpr std::uint8_t kSynchronizeCache10 = 0x35;
inline constexpr std::uint8_t kWriteSame10 = 0x41;
inline constexpr std::uint8_t kUnmap = 0x42;
inline constexpr std::uint8_t kModeSelect10 = 0x55;
inline constexpr std::uint8_t kModeSense10 = 0x5A;
inline constexpr std::uint8_t kPersistentReserveIn = 0x5E;
inline constexpr std::uint8_t kPersistentReserveOut = 0x5F;
inline constexpr std::uint8_t kVariableLength = 0x7F;
inline constexpr std::uint8_t kRead16 = 0x88;
inline constexpr std::uint8_t kCompareAndWrite = 0x89;
inline constexpr std::uint8_t kWrite16 = 0x8A;
inline constexpr std::uint8_t kWriteAndVerify16 = 0x8E;
inline constexpr std::uint8_t kVerify16 = 0x8F;
inline constexpr std::uint8_t kSynchronizeCache16 = 0x91;
inline constexpr std::uint8_t kWriteSame16 = 0x93;
inline constexpr std::uint8_t kServiceActionIn16 = 0x9E;
inline constexpr std::uint8_t kReportLuns = 0xA0;
inline constexpr std::uint8_t kMaintenanceIn = 0xA3;
inline constexpr std::uint8_t kMaintenanceOut = 0xA4;
inline constexpr std::uint8_t kRead12 = 0xA8;
inline constexpr std::uint8_t kWrite12 = 0xAA;
inline constexpr std::uint8_t kWriteAndVerify12 = 0xAE;
inline constexpr std::uint8_t kVerify12 = 0xAF;
}  // namespace opcode
namespace service_action {
inline constexpr std::uint8_t kReadCapacity16 = 0x10;                 // of SERVICE ACTION IN(16)
inline constexpr std::uint8_t kGetLbaStatus = 0x12;                   // of SERVICE ACTION IN(16)
inline constexpr std::uint8_t kReportTargetPortGroups = 0x0A;         // of MAINTENANCE IN
inline constexpr std::uint8_t kReportSupportedOperationCodes = 0x0C;  // of MAINTENANCE IN
inline constexpr std::uint8_t kSetTargetPortGroups = 0x0A;            // of MAINTENANCE OUT
}  // namespace service_action

/// The length that the group code says: 6, 10, 12 or 16; 0 for variable-length and vendor groups.
/// SPC-4 §4.2.5.1
std::size_t cdb_bytes_of_group(std::uint8_t operation_code);
/// The same for a whole CDB: a variable-length CDB (7Fh) says its own; 0 if it cannot be known.
std::size_t cdb_bytes(std::span<const std::byte> cdb);

// --- decoded commands; lengths in bytes unless they say blocks ---

enum class BlockOperation : std::uint8_t {
  read,
  write,
  write_and_verify,
  verify,
  synchronize_cache
};
struct BlockCommand {
  BlockOperation operation = BlockOperation::read;
  std::uint8_t form = 10;  // 6, 10, 12 or 16
  std::uint64_t lba = 0;
  std::uint32_t blocks = 0;        // as it is meant: 256 for a READ(6) that says 0
  std::uint8_t protect = 0;        // RDPROTECT, WRPROTECT, VRPROTECT
  bool disable_page_out = false;   // DPO
  bool force_unit_access = false;  // FUA
  std::uint8_t byte_check = 0;     // BYTCHK
  bool immediate = false;          // IMMED of SYNCHRONIZE CACHE
  std::uint8_t group = 0;
  std::uint8_t control = 0;
};
struct TestUnitReady {};
struct RequestSense {
  bool descriptor = false;
  std::uint8_t allocation_length = 0;
};
struct Inquiry {
  bool vital_product_data = false;
  std::uint8_t page = 0;
  std::uint16_t allocation_length = 0;
};
struct ModeSense {
  std::uint8_t form = 6;           // 6 or 10
  bool long_lba_accepted = false;  // LLBAA
  bool disable_block_descriptors = false;
  std::uint8_t page_control = 0;  // 0 current, 1 changeable, 2 default, 3 saved
  std::uint8_t page = 0;
  std::uint8_t subpage = 0;
  std::uint16_t allocation_length = 0;
};
struct StartStopUnit {
  bool immediate = false;
  std::uint8_t power_condition_modifier = 0;
  std::uint8_t power_condition = 0;
  bool no_flush = false;
  bool load_eject = false;
  bool start = false;
};
struct PreventAllowMediumRemoval {
  std::uint8_t prevent = 0;
};
struct ReadCapacity10 {
  std::uint32_t lba = 0;
  bool partial_medium_indicator = false;
};
struct ReadCapacity16 {
  std::uint64_t lba = 0;
  std::uint32_t allocation_length = 0;
  bool partial_medium_indicator = false;
};
struct ReportLuns {
  std::uint8_t select = 0;
  std::uint32_t allocation_length = 0;
};
struct ReportSupportedOperationCodes {
  bool return_timeouts = false;  // RCTD
  std::uint8_t reporting_options = 0;
  std::uint8_t operation_code = 0;
  std::uint16_t service_action = 0;
  std::uint32_t allocation_length = 0;
};
/// Any other; its name is in opcode_table.hpp.
struct OtherCommand {
  std::uint8_t operation_code = 0;
};
using AnyCommand = std::variant<OtherCommand, BlockCommand, TestUnitReady, RequestSense, Inquiry,
                                ModeSense, StartStopUnit, PreventAllowMediumRemoval, ReadCapacity10,
                                ReadCapacity16, ReportLuns, ReportSupportedOperationCodes>;

/// Errors   an empty CDB; fewer bytes than its group says
Result<AnyCommand> decode_cdb(std::span<const std::byte> cdb);

// Each reads its own CDB; the caller has looked at the operation code and the length (asserted).
BlockCommand decode_block_command(std::span<const std::byte> cdb);
RequestSense decode_request_sense(std::span<const std::byte> cdb);
Inquiry decode_inquiry(std::span<const std::byte> cdb);
ModeSense decode_mode_sense(std::span<const std::byte> cdb);
StartStopUnit decode_start_stop_unit(std::span<const std::byte> cdb);
ReadCapacity10 decode_read_capacity_10(std::span<const std::byte> cdb);
ReadCapacity16 decode_read_capacity_16(std::span<const std::byte> cdb);
ReportLuns decode_report_luns(std::span<const std::byte> cdb);
ReportSupportedOperationCodes decode_report_supported_operation_codes(
    std::span<const std::byte> cdb);
/// READ, WRITE, VERIFY, WRITE AND VERIFY, SYNCHRONIZE CACHE in any of their forms.
bool is_block_command(std::uint8_t operation_code);

// --- commands to send ---

/// A CDB with what it moves.
struct Command {
  std::array<std::byte, 16> bytes{};  // zero beyond `size`
  std::uint8_t size = 6;
  std::uint64_t data_in_bytes = 0;   // at most, from the device
  std::uint64_t data_out_bytes = 0;  // to the device

  std::span<const std::byte> cdb() const { return {bytes.data(), size}; }
};

/// READ(10) where LBA and length fit, else READ(16).
Command make_read(std::uint64_t lba, std::uint32_t blocks, std::uint32_t block_bytes);
Command make_write(std::uint64_t lba, std::uint32_t blocks, std::uint32_t block_bytes);
/// Exactly the form asked for; what does not fit into its fields is cut off, as a test may want.
Command make_block_command(const BlockCommand& command, std::uint32_t block_bytes);
Command make_test_unit_ready();
Command make_request_sense(std::uint8_t allocation_length = 252, bool descriptor = false);
Command make_inquiry(std::uint16_t allocation_length = 255);
Command make_inquiry_page(std::uint8_t page, std::uint16_t allocation_length = 255);
Command make_read_capacity_10();
Command make_read_capacity_16(std::uint32_t allocation_length = 32);
Command make_report_luns(std::uint32_t allocation_length, std::uint8_t select = 0);
Command make_mode_sense_6(std::uint8_t page, std::uint8_t subpage = 0,
                          std::uint8_t allocation_length = 255);
Command make_mode_sense_10(std::uint8_t page, std::uint8_t subpage = 0,
                           std::uint16_t allocation_length = 4096);
Command make_synchronize_cache_10(std::uint32_t lba = 0, std::uint16_t blocks = 0);
Command make_report_supported_operation_codes(const ReportSupportedOperationCodes& what);

/// The command's name, then its fields, a line each, for people. Never fails: what cannot be read
/// is said.
std::string describe_cdb(std::span<const std::byte> cdb);

}  // namespace lunsim::scsi
