// COMPARE AND WRITE: nothing comes between the comparison and the write. SBC-3 §5.3
#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/commands/limits.hpp"

namespace lunsim::target_sim {

namespace {

constexpr scsi::AdditionalSense kMiscompareDuringCompare{0x1D, 0x00};

std::optional<std::uint64_t> first_difference(Store& store, std::uint64_t offset,
                                              std::span<const std::byte> wanted) {
  std::vector<Slice> slices;
  store.read(offset, wanted.size(), slices);
  std::optional<std::uint64_t> difference;
  std::size_t at = 0;
  for (const Slice& slice : slices) {
    const auto part = wanted.subspan(at, slice.bytes.size());
    const auto [mine, theirs] = std::mismatch(part.begin(), part.end(), slice.bytes.begin());
    if (!difference && mine != part.end())
      difference = at + static_cast<std::uint64_t>(mine - part.begin());
    at += slice.bytes.size();
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  return difference;
}

}  // namespace

bool check_compare_and_write(CommandContext& context) {
  const Task& task = context.task;
  if ((std::to_integer<unsigned>(task.cdb[1]) & 0xE0) != 0)
    return fail_field(context, 1, std::uint8_t{7});
  const std::uint64_t lba = bytes::load_be64(&task.cdb[2]);
  const std::uint8_t blocks = bytes::load_u8(&task.cdb[13]);
  if (blocks > compare_and_write_blocks_max(*context.unit)) return fail_field(context, 13);
  if (lba >= context.unit->blocks()) return fail_out_of_range(context, lba);
  if (blocks > context.unit->blocks() - lba)
    return fail_out_of_range(context, context.unit->blocks());
  if (!check_writable(context)) return false;
  context.task.data_out_bytes_wanted = std::uint64_t{2} * blocks * context.unit->block_bytes();
  return true;
}

/// The offset of the first difference is told as INFORMATION.
void run_compare_and_write(CommandContext& context) {
  const std::uint64_t lba = bytes::load_be64(&context.task.cdb[2]);
  const std::size_t blocks = bytes::load_u8(&context.task.cdb[13]);
  const std::size_t half = blocks * context.unit->block_bytes();
  const std::span<const std::byte> data(context.task.data_out);
  if (half == 0 || data.size() < 2 * half) return;
  Store& store = context.unit->store();
  const std::uint64_t offset = lba * context.unit->block_bytes();
  if (const auto difference = first_difference(store, offset, data.first(half))) {
    scsi::Sense sense;
    sense.key = scsi::SenseKey::miscompare;
    sense.code = kMiscompareDuringCompare;
    sense.information = *difference;
    fail(context, sense);
    return;
  }
  if (!make_room(context, lba, blocks)) return;
  const bool is_forced = (std::to_integer<unsigned>(context.task.cdb[1]) & 0x08) != 0;  // FUA
  is_forced ? store.write_through(offset, data.subspan(half, half))
            : store.write(offset, data.subspan(half, half));
}

}  // namespace lunsim::target_sim
