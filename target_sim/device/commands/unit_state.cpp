// REQUEST SENSE, START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL. SPC-4 §6.39, SBC-3 §5.14, §5.25
#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"

namespace lunsim::target_sim {

namespace {

/// Sense data as parameter data: why nobody is here, a pending unit attention, or nothing.
scsi::Sense sense_to_tell(CommandContext& context) {
  scsi::Sense sense;
  if (context.unit == nullptr) {
    sense.key = scsi::SenseKey::illegal_request;
    sense.code = {0x25, 0x00};
    return sense;
  }
  const auto slot = static_cast<std::size_t>(context.task.nexus);
  if (const auto pending = context.unit->attentions().take(slot)) {
    sense.key = scsi::SenseKey::unit_attention;
    sense.code = *pending;
  }
  return sense;
}

}  // namespace

bool check_request_sense(CommandContext& context) {
  context.task.data_in_bytes_wanted = scsi::decode_request_sense(context.cdb()).allocation_length;
  return true;
}

void run_request_sense(CommandContext& context) {
  const scsi::RequestSense command = scsi::decode_request_sense(context.cdb());
  const scsi::SenseFormat format =
      command.descriptor ? scsi::SenseFormat::descriptor : scsi::SenseFormat::fixed;
  std::vector<std::byte>& out = context.task.small;
  out.resize(scsi::kDescriptorSenseBytesMax);
  out.resize(scsi::encode_sense(sense_to_tell(context), format, out));
  answer_small(context, command.allocation_length);
}

bool check_start_stop_unit(CommandContext& context) {
  const scsi::StartStopUnit command = scsi::decode_start_stop_unit(context.cdb());
  // Neither power conditions nor a medium that could be ejected.
  if (command.power_condition != 0) return fail_field(context, 4, std::uint8_t{7});
  if (command.load_eject) return fail_field(context, 4, std::uint8_t{1});
  return true;
}

void run_start_stop_unit(CommandContext& context) {
  context.unit->set_stopped(!scsi::decode_start_stop_unit(context.cdb()).start);
}

bool check_prevent_allow(CommandContext& context) {
  const bool is_obsolete_value = (std::to_integer<unsigned>(context.task.cdb[4]) & 2) != 0;
  return !is_obsolete_value || fail_field(context, 4, std::uint8_t{1});
}

}  // namespace lunsim::target_sim
