#include <cassert>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"

namespace lunsim::scsi {

namespace {

Command start(std::uint8_t operation_code) {
  Command command;
  command.size = static_cast<std::uint8_t>(cdb_bytes_of_group(operation_code));
  bytes::store_u8(command.bytes.data(), operation_code);
  return command;
}

void put(Command& command, std::size_t at, std::uint64_t value) {
  bytes::store_u8(&command.bytes[at], static_cast<std::uint8_t>(value));
}

/// Operation codes by form: 6, 10, 12, 16; 0 where there is none.
std::uint8_t block_operation_code(BlockOperation operation, std::uint8_t form) {
  constexpr std::uint8_t kCodes[5][4] = {
      {opcode::kRead6, opcode::kRead10, opcode::kRead12, opcode::kRead16},
      {opcode::kWrite6, opcode::kWrite10, opcode::kWrite12, opcode::kWrite16},
      {0, opcode::kWriteAndVerify10, opcode::kWriteAndVerify12, opcode::kWriteAndVerify16},
      {0, opcode::kVerify10, opcode::kVerify12, opcode::kVerify16},
      {0, opcode::kSynchronizeCache10, 0, opcode::kSynchronizeCache16}};
  const std::size_t column = form == 6 ? 0u : form == 10 ? 1u : form == 12 ? 2u : 3u;
  return kCodes[static_cast<std::size_t>(operation)][column];
}

std::uint8_t block_flags(const BlockCommand& what) {
  if (what.operation == BlockOperation::synchronize_cache) return what.immediate ? 2 : 0;
  unsigned flags = (what.protect & 7u) << 5;
  if (what.disable_page_out) flags |= 0x10;
  if (what.force_unit_access) flags |= 0x08;
  flags |= (what.byte_check & 3u) << 1;
  return static_cast<std::uint8_t>(flags);
}

void put_transfer_bytes(const BlockCommand& what, std::uint32_t block_bytes, Command& command) {
  const std::uint64_t all = std::uint64_t{what.blocks} * block_bytes;
  switch (what.operation) {
    case BlockOperation::read:
      command.data_in_bytes = all;
      return;
    case BlockOperation::write:
    case BlockOperation::write_and_verify:
      command.data_out_bytes = all;
      return;
    case BlockOperation::verify:
      if (what.byte_check == 1) command.data_out_bytes = all;
      if (what.byte_check == 3) command.data_out_bytes = block_bytes;
      return;
    case BlockOperation::synchronize_cache:
      return;
  }
}

void put_place(const BlockCommand& what, Command& command) {
  std::byte* at = command.bytes.data();
  switch (what.form) {
    case 6:
      bytes::store_be24(at + 1, static_cast<std::uint32_t>(what.lba & 0x1F'FFFF));
      put(command, 4, what.blocks);
      return;
    case 10:
      bytes::store_be32(at + 2, static_cast<std::uint32_t>(what.lba));
      put(command, 6, what.group);
      bytes::store_be16(at + 7, static_cast<std::uint16_t>(what.blocks));
      return;
    case 12:
      bytes::store_be32(at + 2, static_cast<std::uint32_t>(what.lba));
      bytes::store_be32(at + 6, what.blocks);
      put(command, 10, what.group);
      return;
    default:
      bytes::store_be64(at + 2, what.lba);
      bytes::store_be32(at + 10, what.blocks);
      put(command, 14, what.group);
  }
}

Command make_transfer(BlockOperation operation, std::uint64_t lba, std::uint32_t blocks,
                      std::uint32_t block_bytes) {
  BlockCommand what;
  what.operation = operation;
  what.form = lba <= 0xFFFF'FFFF && blocks <= 0xFFFF ? 10 : 16;
  what.lba = lba;
  what.blocks = blocks;
  return make_block_command(what, block_bytes);
}

}  // namespace

Command make_block_command(const BlockCommand& what, std::uint32_t block_bytes) {
  const std::uint8_t operation_code = block_operation_code(what.operation, what.form);
  assert(operation_code != 0 && "there is no such form");
  Command command = start(operation_code);
  if (what.form != 6) put(command, 1, block_flags(what));
  put_place(what, command);
  put(command, command.size - 1u, what.control);
  put_transfer_bytes(what, block_bytes, command);
  return command;
}

Command make_read(std::uint64_t lba, std::uint32_t blocks, std::uint32_t block_bytes) {
  return make_transfer(BlockOperation::read, lba, blocks, block_bytes);
}

Command make_write(std::uint64_t lba, std::uint32_t blocks, std::uint32_t block_bytes) {
  return make_transfer(BlockOperation::write, lba, blocks, block_bytes);
}

Command make_test_unit_ready() { return start(opcode::kTestUnitReady); }

Command make_request_sense(std::uint8_t allocation_length, bool descriptor) {
  Command command = start(opcode::kRequestSense);
  put(command, 1, descriptor ? 1 : 0);
  put(command, 4, allocation_length);
  command.data_in_bytes = allocation_length;
  return command;
}

Command make_inquiry(std::uint16_t allocation_length) {
  Command command = start(opcode::kInquiry);
  bytes::store_be16(&command.bytes[3], allocation_length);
  command.data_in_bytes = allocation_length;
  return command;
}

Command make_inquiry_page(std::uint8_t page, std::uint16_t allocation_length) {
  Command command = make_inquiry(allocation_length);
  put(command, 1, 1);
  put(command, 2, page);
  return command;
}

Command make_read_capacity_10() {
  Command command = start(opcode::kReadCapacity10);
  command.data_in_bytes = 8;
  return command;
}

Command make_read_capacity_16(std::uint32_t allocation_length) {
  Command command = start(opcode::kServiceActionIn16);
  put(command, 1, service_action::kReadCapacity16);
  bytes::store_be32(&command.bytes[10], allocation_length);
  command.data_in_bytes = allocation_length;
  return command;
}

Command make_report_luns(std::uint32_t allocation_length, std::uint8_t select) {
  Command command = start(opcode::kReportLuns);
  put(command, 2, select);
  bytes::store_be32(&command.bytes[6], allocation_length);
  command.data_in_bytes = allocation_length;
  return command;
}

Command make_mode_sense_6(std::uint8_t page, std::uint8_t subpage, std::uint8_t allocation_length) {
  Command command = start(opcode::kModeSense6);
  put(command, 2, page & 0x3Fu);
  put(command, 3, subpage);
  put(command, 4, allocation_length);
  command.data_in_bytes = allocation_length;
  return command;
}

Command make_mode_sense_10(std::uint8_t page, std::uint8_t subpage,
                           std::uint16_t allocation_length) {
  Command command = start(opcode::kModeSense10);
  put(command, 2, page & 0x3Fu);
  put(command, 3, subpage);
  bytes::store_be16(&command.bytes[7], allocation_length);
  command.data_in_bytes = allocation_length;
  return command;
}

Command make_synchronize_cache_10(std::uint32_t lba, std::uint16_t blocks) {
  BlockCommand what;
  what.operation = BlockOperation::synchronize_cache;
  what.lba = lba;
  what.blocks = blocks;
  return make_block_command(what, 0);
}

Command make_report_supported_operation_codes(const ReportSupportedOperationCodes& what) {
  Command command = start(opcode::kMaintenanceIn);
  put(command, 1, service_action::kReportSupportedOperationCodes);
  put(command, 2, (what.return_timeouts ? 0x80u : 0u) | (what.reporting_options & 7u));
  put(command, 3, what.operation_code);
  bytes::store_be16(&command.bytes[4], what.service_action);
  bytes::store_be32(&command.bytes[6], what.allocation_length);
  command.data_in_bytes = what.allocation_length;
  return command;
}

}  // namespace lunsim::scsi
