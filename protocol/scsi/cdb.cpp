#include "protocol/scsi/cdb.hpp"

#include <cassert>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

namespace {

std::uint8_t byte_at(std::span<const std::byte> cdb, std::size_t index) {
  return bytes::load_u8(&cdb[index]);
}
bool bit(std::uint8_t value, unsigned number) { return ((value >> number) & 1) != 0; }

BlockOperation block_operation(std::uint8_t operation_code) {
  switch (operation_code) {
    case opcode::kWrite6:
    case opcode::kWrite10:
    case opcode::kWrite12:
    case opcode::kWrite16:
      return BlockOperation::write;
    case opcode::kWriteAndVerify10:
    case opcode::kWriteAndVerify12:
    case opcode::kWriteAndVerify16:
      return BlockOperation::write_and_verify;
    case opcode::kVerify10:
    case opcode::kVerify12:
    case opcode::kVerify16:
      return BlockOperation::verify;
    case opcode::kSynchronizeCache10:
    case opcode::kSynchronizeCache16:
      return BlockOperation::synchronize_cache;
    default:
      return BlockOperation::read;
  }
}

/// Byte 1 of every form but the six-byte one.
void decode_block_flags(std::uint8_t flags, BlockCommand& command) {
  if (command.operation == BlockOperation::synchronize_cache) {
    command.immediate = bit(flags, 1);
    return;
  }
  command.protect = static_cast<std::uint8_t>(flags >> 5);
  command.disable_page_out = bit(flags, 4);
  switch (command.operation) {
    case BlockOperation::verify:
    case BlockOperation::write_and_verify:
      command.byte_check = (flags >> 1) & 3;
      break;
    default:
      command.force_unit_access = bit(flags, 3);
  }
}

BlockCommand decode_six(std::span<const std::byte> cdb, BlockCommand command) {
  command.form = 6;
  command.lba = bytes::load_be24(&cdb[1]) & 0x1F'FFFF;
  command.blocks = byte_at(cdb, 4) == 0 ? 256 : byte_at(cdb, 4);
  command.control = byte_at(cdb, 5);
  return command;
}

AnyCommand decode_service_action(std::span<const std::byte> cdb, std::uint8_t operation_code) {
  const std::uint8_t action = byte_at(cdb, 1) & 0x1F;
  if (operation_code == opcode::kServiceActionIn16 && action == service_action::kReadCapacity16) {
    return decode_read_capacity_16(cdb);
  }
  if (operation_code == opcode::kMaintenanceIn &&
      action == service_action::kReportSupportedOperationCodes) {
    return decode_report_supported_operation_codes(cdb);
  }
  return OtherCommand{operation_code};
}

}  // namespace

std::size_t cdb_bytes_of_group(std::uint8_t operation_code) {
  switch (operation_code >> 5) {
    case 0:
      return 6;
    case 1:
    case 2:
      return 10;
    case 4:
      return 16;
    case 5:
      return 12;
    default:
      return 0;
  }
}

std::size_t cdb_bytes(std::span<const std::byte> cdb) {
  if (cdb.empty()) return 0;
  const std::uint8_t operation_code = byte_at(cdb, 0);
  if (operation_code != opcode::kVariableLength) return cdb_bytes_of_group(operation_code);
  return cdb.size() >= 8 ? 8u + byte_at(cdb, 7) : 0u;
}

bool is_block_command(std::uint8_t operation_code) {
  return block_operation(operation_code) != BlockOperation::read ||
         operation_code == opcode::kRead6 || operation_code == opcode::kRead10 ||
         operation_code == opcode::kRead12 || operation_code == opcode::kRead16;
}

BlockCommand decode_block_command(std::span<const std::byte> cdb) {
  assert(!cdb.empty() && cdb.size() >= cdb_bytes_of_group(byte_at(cdb, 0)));
  BlockCommand command;
  command.operation = block_operation(byte_at(cdb, 0));
  command.form = static_cast<std::uint8_t>(cdb_bytes_of_group(byte_at(cdb, 0)));
  if (command.form == 6) return decode_six(cdb, command);
  decode_block_flags(byte_at(cdb, 1), command);
  switch (command.form) {
    case 10:
      command.lba = bytes::load_be32(&cdb[2]);
      command.blocks = bytes::load_be16(&cdb[7]);
      command.group = byte_at(cdb, 6) & 0x1F;
      break;
    case 12:
      command.lba = bytes::load_be32(&cdb[2]);
      command.blocks = bytes::load_be32(&cdb[6]);
      command.group = byte_at(cdb, 10) & 0x1F;
      break;
    default:
      command.lba = bytes::load_be64(&cdb[2]);
      command.blocks = bytes::load_be32(&cdb[10]);
      command.group = byte_at(cdb, 14) & 0x1F;
  }
  command.control = byte_at(cdb, command.form - 1u);
  return command;
}

RequestSense decode_request_sense(std::span<const std::byte> cdb) {
  return {bit(byte_at(cdb, 1), 0), byte_at(cdb, 4)};
}

Inquiry decode_inquiry(std::span<const std::byte> cdb) {
  return {bit(byte_at(cdb, 1), 0), byte_at(cdb, 2), bytes::load_be16(&cdb[3])};
}

ModeSense decode_mode_sense(std::span<const std::byte> cdb) {
  ModeSense command;
  const bool ten = byte_at(cdb, 0) == opcode::kModeSense10;
  command.form = ten ? 10 : 6;
  command.long_lba_accepted = ten && bit(byte_at(cdb, 1), 4);
  command.disable_block_descriptors = bit(byte_at(cdb, 1), 3);
  command.page_control = static_cast<std::uint8_t>(byte_at(cdb, 2) >> 6);
  command.page = byte_at(cdb, 2) & 0x3F;
  command.subpage = byte_at(cdb, 3);
  command.allocation_length = ten ? bytes::load_be16(&cdb[7]) : byte_at(cdb, 4);
  return command;
}

StartStopUnit decode_start_stop_unit(std::span<const std::byte> cdb) {
  StartStopUnit command;
  command.immediate = bit(byte_at(cdb, 1), 0);
  command.power_condition_modifier = byte_at(cdb, 3) & 0x0F;
  command.power_condition = static_cast<std::uint8_t>(byte_at(cdb, 4) >> 4);
  command.no_flush = bit(byte_at(cdb, 4), 2);
  command.load_eject = bit(byte_at(cdb, 4), 1);
  command.start = bit(byte_at(cdb, 4), 0);
  return command;
}

ReadCapacity10 decode_read_capacity_10(std::span<const std::byte> cdb) {
  return {bytes::load_be32(&cdb[2]), bit(byte_at(cdb, 8), 0)};
}

ReadCapacity16 decode_read_capacity_16(std::span<const std::byte> cdb) {
  return {bytes::load_be64(&cdb[2]), bytes::load_be32(&cdb[10]), bit(byte_at(cdb, 14), 0)};
}

ReportLuns decode_report_luns(std::span<const std::byte> cdb) {
  return {byte_at(cdb, 2), bytes::load_be32(&cdb[6])};
}

ReportSupportedOperationCodes decode_report_supported_operation_codes(
    std::span<const std::byte> cdb) {
  ReportSupportedOperationCodes command;
  command.return_timeouts = bit(byte_at(cdb, 2), 7);
  command.reporting_options = byte_at(cdb, 2) & 0x07;
  command.operation_code = byte_at(cdb, 3);
  command.service_action = bytes::load_be16(&cdb[4]);
  command.allocation_length = bytes::load_be32(&cdb[6]);
  return command;
}

Result<AnyCommand> decode_cdb(std::span<const std::byte> cdb) {
  if (cdb.empty()) return violation("an empty CDB", "SPC-4 §4.2.5.1", 0, "OPERATION CODE");
  if (cdb.size() < cdb_bytes(cdb)) {
    return violation("a CDB shorter than its operation code says", "SPC-4 §4.2.5.1", cdb.size());
  }
  const std::uint8_t operation_code = byte_at(cdb, 0);
  if (is_block_command(operation_code)) return decode_block_command(cdb);
  switch (operation_code) {
    case opcode::kTestUnitReady:
      return TestUnitReady{};
    case opcode::kRequestSense:
      return decode_request_sense(cdb);
    case opcode::kInquiry:
      return decode_inquiry(cdb);
    case opcode::kModeSense6:
    case opcode::kModeSense10:
      return decode_mode_sense(cdb);
    case opcode::kStartStopUnit:
      return decode_start_stop_unit(cdb);
    case opcode::kPreventAllowMediumRemoval:
      return PreventAllowMediumRemoval{static_cast<std::uint8_t>(byte_at(cdb, 4) & 3)};
    case opcode::kReadCapacity10:
      return decode_read_capacity_10(cdb);
    case opcode::kReportLuns:
      return decode_report_luns(cdb);
    case opcode::kServiceActionIn16:
    case opcode::kMaintenanceIn:
      return decode_service_action(cdb, operation_code);
    default:
      return OtherCommand{operation_code};
  }
}

}  // namespace lunsim::scsi
