// REPORT LUNS. Answers at any LUN where a unit is, and at LUN 0 always.
// SPC-4 §6.33
#include "protocol/scsi/report_luns.hpp"

#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

namespace {
/// SELECT REPORT: 0 the units, 1 well-known units (there are none), 2 both.
constexpr std::uint8_t kOnlyWellKnown = 1;
constexpr std::uint8_t kSelectMax = 2;
}  // namespace

bool check_report_luns(CommandContext& context) {
  if (context.unit == nullptr && context.task.lun != 0) return fail_no_unit(context);
  const scsi::ReportLuns command = scsi::decode_report_luns(context.cdb());
  if (command.select > kSelectMax) return fail_field(context, 2);
  context.task.data_in_bytes_wanted = command.allocation_length;
  return true;
}

void run_report_luns(CommandContext& context) {
  const scsi::ReportLuns command = scsi::decode_report_luns(context.cdb());
  const auto all = context.inventory.lun_fields();
  scsi::encode_report_luns(command.select == kOnlyWellKnown ? all.first(0) : all,
                           context.task.small);
  context.inventory.clear_reported_luns_changed(context.task.nexus);
  answer_small(context, command.allocation_length);
}

}  // namespace lunsim::target_sim
