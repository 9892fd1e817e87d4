// UNMAP, WRITE SAME(10) and (16), GET LBA STATUS: blocks that are mapped, unmapped and filled.
// SBC-3 §5.28, §5.45, §5.46, §5.7
#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/commands/limits.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kDescriptorBytes = 16;
constexpr std::size_t kLbaStatusMax = 256;
constexpr std::uint8_t kDeallocated = 1;

struct UnmapExtent {
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
};

bool check_extent(CommandContext& context, const UnmapExtent& extent) {
  const std::uint64_t blocks = context.unit->blocks();
  if (extent.lba >= blocks) return fail_out_of_range(context, extent.lba);
  if (extent.blocks > blocks - extent.lba) return fail_out_of_range(context, blocks);
  return true;
}

std::vector<UnmapExtent> unmap_extents(const std::vector<std::byte>& list) {
  std::vector<UnmapExtent> extents;
  const std::size_t told = bytes::load_be16(&list[2]);
  const std::size_t bytes_there = std::min(told, list.size() - kHeaderBytes);
  for (std::size_t i = 0; i < bytes_there / kDescriptorBytes; ++i) {
    const std::byte* at = &list[kHeaderBytes + i * kDescriptorBytes];
    extents.push_back({bytes::load_be64(at), bytes::load_be32(at + 8)});
  }
  return extents;
}

struct WriteSame {
  UnmapExtent extent;
  bool unmap = false;
  bool anchor = false;
  bool no_data = false;  // NDOB, WRITE SAME(16) only
};
WriteSame decode_write_same(const Task& task) {
  const auto flags = std::to_integer<unsigned>(task.cdb[1]);
  const bool is_16 = task.cdb[0] == std::byte{scsi::opcode::kWriteSame16};
  WriteSame command;
  command.extent = is_16 ? UnmapExtent{bytes::load_be64(&task.cdb[2]), bytes::load_be32(&task.cdb[10])}
                         : UnmapExtent{bytes::load_be32(&task.cdb[2]), bytes::load_be16(&task.cdb[7])};
  command.unmap = (flags & 0x08) != 0;
  command.anchor = (flags & 0x10) != 0;
  command.no_data = is_16 && (flags & 0x01) != 0;
  return command;
}

}  // namespace

bool is_thin(const CommandContext& context) { return context.unit->config().thin; }

bool check_unmap(CommandContext& context) {
  // ANCHOR: nothing here can be anchored.
  if ((std::to_integer<unsigned>(context.task.cdb[1]) & 1) != 0)
    return fail_field(context, 1, std::uint8_t{0});
  const std::uint16_t length = bytes::load_be16(&context.task.cdb[7]);
  if (length != 0 && length < kHeaderBytes) return fail_parameter_length(context);
  if (!check_writable(context)) return false;
  context.task.data_out_bytes_wanted = length;
  return true;
}

/// All descriptors are judged before the first is obeyed.
void run_unmap(CommandContext& context) {
  const std::vector<std::byte>& list = context.task.data_out;
  if (list.size() < kHeaderBytes) return;
  const std::vector<UnmapExtent> extents = unmap_extents(list);
  std::uint64_t total = 0;
  for (const UnmapExtent& extent : extents) {
    if (!check_extent(context, extent)) return;
    total += extent.blocks;
  }
  if (extents.size() > kUnmapDescriptorsMax || total > kUnmapBlocksMax) {
    fail_parameter(context, 2);
    return;
  }
  for (const UnmapExtent& extent : extents) context.unit->unmap_blocks(extent.lba, extent.blocks);
}

bool check_write_same(CommandContext& context) {
  const WriteSame command = decode_write_same(context.task);
  const auto flags = std::to_integer<unsigned>(context.task.cdb[1]);
  const bool is_16 = context.task.cdb[0] == std::byte{scsi::opcode::kWriteSame16};
  const std::uint16_t length_at = is_16 ? 10 : 7;
  if ((flags & 0xE0) != 0) return fail_field(context, 1, std::uint8_t{7});  // WRPROTECT
  if (command.anchor) return fail_field(context, 1, std::uint8_t{4});
  if (command.unmap && !context.unit->config().thin) return fail_field(context, 1, std::uint8_t{3});
  // WSNZ: zero does not mean "to the end" here.
  if (command.extent.blocks == 0 || command.extent.blocks > kWriteSameBlocksMax)
    return fail_field(context, length_at);
  if (!check_extent(context, command.extent) || !check_writable(context)) return false;
  if (!command.no_data) context.task.data_out_bytes_wanted = context.unit->block_bytes();
  return true;
}

void run_write_same(CommandContext& context) {
  const WriteSame command = decode_write_same(context.task);
  if (!check_extent(context, command.extent)) return;
  const std::size_t block_bytes = context.unit->block_bytes();
  std::vector<std::byte> block = context.task.data_out;
  if (command.no_data) block.assign(block_bytes, std::byte{0});
  if (block.size() < block_bytes) return;
  const bool is_zero =
      std::all_of(block.begin(), block.end(), [](std::byte b) { return b == std::byte{0}; });
  // Only zeros can be told by an unmapped block.                                     SBC-3 §5.45
  if (command.unmap && is_zero) {
    context.unit->unmap_blocks(command.extent.lba, command.extent.blocks);
    return;
  }
  if (!make_room(context, command.extent.lba, command.extent.blocks)) return;
  block.resize(block_bytes);
  for (std::uint64_t i = 0; i < command.extent.blocks; ++i)
    context.unit->store().write((command.extent.lba + i) * block_bytes, block);
}

bool check_get_lba_status(CommandContext& context) {
  const std::uint64_t lba = bytes::load_be64(&context.task.cdb[2]);
  if (lba >= context.unit->blocks()) return fail_out_of_range(context, lba);
  context.task.data_in_bytes_wanted = bytes::load_be32(&context.task.cdb[10]);
  return true;
}

/// A descriptor for each run of blocks that are alike, as many as fit, 256 at most.
void run_get_lba_status(CommandContext& context) {
  std::uint64_t lba = bytes::load_be64(&context.task.cdb[2]);
  const std::uint32_t allocation = bytes::load_be32(&context.task.cdb[10]);
  std::vector<std::byte>& out = context.task.small;
  out.resize(kHeaderBytes);
  for (std::size_t i = 0; i < kLbaStatusMax && lba < context.unit->blocks(); ++i) {
    if (i > 0 && out.size() + kDescriptorBytes > allocation) break;
    const std::uint64_t left = std::min<std::uint64_t>(context.unit->blocks() - lba, 0xFFFF'FFFF);
    const MappedBlocks::Run run = context.unit->mapped_run(lba, left);
    const std::size_t at = out.size();
    out.resize(at + kDescriptorBytes);
    bytes::store_be64(&out[at], lba);
    bytes::store_be32(&out[at + 8], static_cast<std::uint32_t>(run.blocks));
    bytes::store_u8(&out[at + 12], run.is_mapped ? 0 : kDeallocated);
    lba += run.blocks;
  }
  bytes::store_be32(&out[0], static_cast<std::uint32_t>(out.size() - 4));
  answer_small(context, allocation);
}

}  // namespace lunsim::target_sim
