#include "target_sim/device/commands/answers.hpp"

#include <algorithm>

#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

static_assert(scsi::kDescriptorSenseBytesMax <= kSenseBytesMax);

bool fail(CommandContext& context, const scsi::Sense& sense) {
  const scsi::SenseFormat format =
      context.unit != nullptr ? context.unit->sense_format() : scsi::SenseFormat::fixed;
  SenseBytes& out = context.task.sense;
  out.size = static_cast<std::uint16_t>(scsi::encode_sense(sense, format, out.bytes));
  context.task.status = scsi::Status::check_condition;
  return false;
}

bool fail(CommandContext& context, scsi::SenseKey key, scsi::AdditionalSense code) {
  scsi::Sense sense;
  sense.key = key;
  sense.code = code;
  return fail(context, sense);
}

bool fail_field(CommandContext& context, std::uint16_t byte, std::optional<std::uint8_t> bit) {
  scsi::Sense sense;
  sense.key = scsi::SenseKey::illegal_request;
  sense.code = {0x24, 0x00};
  sense.key_specific = scsi::field_pointer(true, byte, bit);
  return fail(context, sense);
}

bool fail_parameter(CommandContext& context, std::uint16_t byte) {
  scsi::Sense sense;
  sense.key = scsi::SenseKey::illegal_request;
  sense.code = {0x26, 0x00};
  sense.key_specific = scsi::field_pointer(false, byte);
  return fail(context, sense);
}

bool fail_parameter_length(CommandContext& context) {
  return fail(context, scsi::SenseKey::illegal_request, {0x1A, 0x00});
}

bool make_room(CommandContext& context, std::uint64_t lba, std::uint64_t blocks) {
  switch (context.unit->map_blocks(lba, blocks)) {
    case LogicalUnit::Room::none:
      return fail(context, scsi::SenseKey::data_protect, {0x27, 0x07});
    case LogicalUnit::Room::threshold_crossed:
      context.inventory.establish_attention(*context.unit, attention::kSoftThresholdReached);
      return true;
    default:
      return true;
  }
}

bool check_writable(CommandContext& context) {
  if (!context.unit->is_write_protected()) return true;
  return fail(context, scsi::SenseKey::data_protect, {0x27, 0x00});
}

bool fail_out_of_range(CommandContext& context, std::uint64_t first_missing_lba) {
  scsi::Sense sense;
  sense.key = scsi::SenseKey::illegal_request;
  sense.code = {0x21, 0x00};
  sense.information = first_missing_lba;
  return fail(context, sense);
}

bool fail_no_unit(CommandContext& context) {
  return fail(context, scsi::SenseKey::illegal_request, {0x25, 0x00});
}

void answer_small(CommandContext& context, std::uint64_t allocation_length) {
  Task& task = context.task;
  const std::size_t size =
      static_cast<std::size_t>(std::min<std::uint64_t>(task.small.size(), allocation_length));
  task.data_in_bytes = size;
  if (size != 0)
    task.data_in.push_back({std::span<const std::byte>(task.small).first(size), nullptr});
}

}  // namespace lunsim::target_sim
