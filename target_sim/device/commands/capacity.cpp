// READ CAPACITY(10) and (16).                                               SBC-3 §5.15, §5.16
#include "protocol/scsi/capacity.hpp"

#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"

namespace lunsim::target_sim {

namespace {

scsi::Capacity capacity_of(const LogicalUnit& unit) {
  scsi::Capacity capacity;
  capacity.last_lba = unit.last_lba();
  capacity.block_bytes = unit.block_bytes();
  capacity.blocks_per_physical_exponent = unit.config().physical_exponent;
  capacity.thin = unit.config().thin;
  capacity.unmapped_reads_zero = unit.config().thin;
  return capacity;
}

}  // namespace

bool check_read_capacity_10(CommandContext& context) {
  const scsi::ReadCapacity10 command = scsi::decode_read_capacity_10(context.cdb());
  if (!command.partial_medium_indicator && command.lba != 0) return fail_field(context, 2);
  context.task.data_in_bytes_wanted = scsi::kCapacity10Bytes;
  return true;
}

void run_read_capacity_10(CommandContext& context) {
  const auto data = scsi::encode_capacity_10(capacity_of(*context.unit));
  context.task.small.assign(data.begin(), data.end());
  answer_small(context, data.size());
}

bool check_read_capacity_16(CommandContext& context) {
  const scsi::ReadCapacity16 command = scsi::decode_read_capacity_16(context.cdb());
  if (!command.partial_medium_indicator && command.lba != 0) return fail_field(context, 2);
  context.task.data_in_bytes_wanted = command.allocation_length;
  return true;
}

void run_read_capacity_16(CommandContext& context) {
  const auto data = scsi::encode_capacity_16(capacity_of(*context.unit));
  context.task.small.assign(data.begin(), data.end());
  answer_small(context, scsi::decode_read_capacity_16(context.cdb()).allocation_length);
}

}  // namespace lunsim::target_sim
