// READ, WRITE, WRITE AND VERIFY, VERIFY and SYNCHRONIZE CACHE in all their forms.
// SBC-3 §5
#include <algorithm>
#include <cstring>

#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"

namespace lunsim::target_sim {

namespace {

constexpr scsi::AdditionalSense kMiscompareDuringVerify{0x1D, 0x00};
constexpr std::uint8_t kCompareAll = 1;      // BYTCHK 01b
constexpr std::uint8_t kCompareWithOne = 3;  // BYTCHK 11b: one block, against each

bool writes(scsi::BlockOperation operation) {
  return operation == scsi::BlockOperation::write ||
         operation == scsi::BlockOperation::write_and_verify;
}

/// No protection information here: the field must be zero. BYTCHK has values that are not defined.
bool check_flags(CommandContext& context, const scsi::BlockCommand& command) {
  if (command.protect != 0) return fail_field(context, 1, std::uint8_t{7});
  const bool verifies_all_kinds = command.operation == scsi::BlockOperation::verify;
  const bool is_defined = command.byte_check <= kCompareAll ||
                          (command.byte_check == kCompareWithOne && verifies_all_kinds);
  return is_defined || fail_field(context, 1, std::uint8_t{2});
}

/// The first block must be there even if none is moved.
bool check_range(CommandContext& context, const scsi::BlockCommand& command) {
  const std::uint64_t blocks = context.unit->blocks();
  if (command.lba >= blocks) return fail_out_of_range(context, command.lba);
  if (command.blocks > blocks - command.lba) return fail_out_of_range(context, blocks);
  return true;
}

std::uint16_t length_field_of(std::uint8_t form) {
  switch (form) {
    case 6:
      return 4;
    case 10:
      return 7;
    case 12:
      return 6;
    default:
      return 10;
  }
}

/// MAXIMUM TRANSFER LENGTH of VPD page B0h; what bounds the memory of one command.   SBC-3 §6.6.4
bool check_length(CommandContext& context, const scsi::BlockCommand& command) {
  if (command.operation == scsi::BlockOperation::synchronize_cache) return true;
  if (command.blocks <= context.unit->transfer_blocks_max()) return true;
  return fail_field(context, length_field_of(command.form));
}

void set_wanted(CommandContext& context, const scsi::BlockCommand& command) {
  const std::uint64_t bytes = std::uint64_t{command.blocks} * context.unit->block_bytes();
  if (command.operation == scsi::BlockOperation::read) {
    context.task.data_in_bytes_wanted = bytes;
  } else if (writes(command.operation) || command.byte_check == kCompareAll) {
    context.task.data_out_bytes_wanted = bytes;
  } else if (command.byte_check == kCompareWithOne && command.blocks != 0) {
    context.task.data_out_bytes_wanted = context.unit->block_bytes();
  }
}

struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};
Extent extent_of(const CommandContext& context, const scsi::BlockCommand& command) {
  const std::uint64_t block_bytes = context.unit->block_bytes();
  return {command.lba * block_bytes, command.blocks * block_bytes};
}

/// What the initiator sent of it, in whole blocks: it may have sent less than the CDB says.
std::span<const std::byte> whole_blocks(const CommandContext& context, std::uint64_t wanted_bytes) {
  const std::uint64_t block_bytes = context.unit->block_bytes();
  const std::uint64_t there = std::min<std::uint64_t>(context.task.data_out.size(), wanted_bytes);
  return std::span<const std::byte>(context.task.data_out)
      .first(static_cast<std::size_t>(there / block_bytes * block_bytes));
}

/// Where the data first differs from `stored`, which begins `at` bytes into the command; the data
/// is repeated if there is less of it (BYTCHK 11b).
std::optional<std::uint64_t> first_difference(std::span<const std::byte> stored, std::uint64_t at,
                                              std::span<const std::byte> data) {
  while (!stored.empty()) {
    const auto from = static_cast<std::size_t>(at % data.size());
    const std::size_t step = std::min(stored.size(), data.size() - from);
    const auto part = data.subspan(from, step);
    if (std::memcmp(stored.data(), part.data(), step) != 0) {
      const auto difference = std::mismatch(part.begin(), part.end(), stored.begin()).first;
      return at + static_cast<std::uint64_t>(difference - part.begin());
    }
    stored = stored.subspan(step);
    at += step;
  }
  return std::nullopt;
}

/// Compares the medium with the data. Every pin is given back whatever comes out.
std::optional<std::uint64_t> compare_medium(CommandContext& context, Extent extent,
                                            std::span<const std::byte> data) {
  std::vector<Slice> slices;
  context.unit->store().read(extent.offset, extent.bytes, slices);
  std::optional<std::uint64_t> difference;
  std::uint64_t at = 0;
  for (const Slice& slice : slices) {
    if (!difference) difference = first_difference(slice.bytes, at, data);
    at += slice.bytes.size();
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  return difference;
}

}  // namespace

bool check_block_command(CommandContext& context) {
  const scsi::BlockCommand command = scsi::decode_block_command(context.cdb());
  if (!check_flags(context, command) || !check_range(context, command) ||
      !check_length(context, command)) {
    return false;
  }
  if (writes(command.operation) && !check_writable(context)) return false;
  set_wanted(context, command);
  return true;
}

void run_read(CommandContext& context) {
  const scsi::BlockCommand command = scsi::decode_block_command(context.cdb());
  if (!check_range(context, command)) return;  // the unit may have shrunk since
  const Extent extent = extent_of(context, command);
  context.unit->store().read(extent.offset, extent.bytes, context.task.data_in);
  context.task.data_in_bytes = extent.bytes;
}

/// WRITE AND VERIFY ends here too: the memory holds what was put into it.
void run_write(CommandContext& context) {
  const scsi::BlockCommand command = scsi::decode_block_command(context.cdb());
  if (!check_range(context, command)) return;
  const Extent extent = extent_of(context, command);
  const auto data = whole_blocks(context, extent.bytes);
  if (!make_room(context, command.lba, data.size() / context.unit->block_bytes())) return;
  Store& store = context.unit->store();
  // The VERIFY of WRITE AND VERIFY reads the medium.                                 SBC-3 §5.36
  const bool is_forced =
      command.force_unit_access || command.operation == scsi::BlockOperation::write_and_verify;
  is_forced ? store.write_through(extent.offset, data) : store.write(extent.offset, data);
}

/// More is synchronized than was asked for: everything.                              SBC-3 §5.22
void run_synchronize_cache(CommandContext& context) { context.unit->store().synchronize(); }

/// The offset of a difference is told as INFORMATION.                                SBC-3 §5.29
void run_verify(CommandContext& context) {
  const scsi::BlockCommand command = scsi::decode_block_command(context.cdb());
  if (!check_range(context, command) || command.byte_check == 0) return;
  Extent extent = extent_of(context, command);
  const bool with_one = command.byte_check == kCompareWithOne;
  const auto data = whole_blocks(context, with_one ? context.unit->block_bytes() : extent.bytes);
  if (data.empty()) return;
  if (!with_one) extent.bytes = data.size();
  const std::optional<std::uint64_t> difference = compare_medium(context, extent, data);
  if (!difference) return;
  scsi::Sense sense;
  sense.key = scsi::SenseKey::miscompare;
  sense.code = kMiscompareDuringVerify;
  sense.information = *difference;
  fail(context, sense);
}

}  // namespace lunsim::target_sim
