// MODE SELECT(6) and (10): WCE, D_SENSE and SWP can be set, everything else must be as it is.
// Nothing is saved. SPC-4 §6.11, §7.5
#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/mode_page.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

namespace {

bool is_six(const Task& task) { return task.cdb[0] == std::byte{scsi::opcode::kModeSelect6}; }

std::uint32_t parameter_length(const Task& task) {
  return is_six(task) ? bytes::load_u8(&task.cdb[4]) : bytes::load_be16(&task.cdb[7]);
}

/// The bits of a page that may be set; false if the page is none of ours or has another length.
bool take_page(std::span<const std::byte> page, LogicalUnit::Mode& mode) {
  const auto bits = [&](std::size_t at) { return std::to_integer<unsigned>(page[at]); };
  const unsigned code = bits(0) & 0x3F;
  if (code == scsi::mode::kCaching && page.size() == 20) {
    mode.write_cache = (bits(2) & 0x04) != 0;
    return true;
  }
  if (code == scsi::mode::kControl && page.size() == 12) {
    mode.descriptor_sense = (bits(2) & 0x04) != 0;
    mode.software_write_protect = (bits(4) & 0x08) != 0;
    return true;
  }
  return code == scsi::mode::kInformationalExceptions && page.size() == 12;
}

}  // namespace

bool check_mode_select(CommandContext& context) {
  const auto flags = std::to_integer<unsigned>(context.task.cdb[1]);
  if ((flags & 0x01) != 0) return fail_field(context, 1, std::uint8_t{0});  // SP
  if ((flags & 0x10) == 0) return fail_field(context, 1, std::uint8_t{4});  // PF
  context.task.data_out_bytes_wanted = parameter_length(context.task);
  return true;
}

void run_mode_select(CommandContext& context) {
  const Task& task = context.task;
  const std::size_t header_bytes = is_six(task) ? 4 : 8;
  if (task.data_out.empty()) return;
  if (task.data_out.size() < header_bytes) {
    fail_parameter_length(context);
    return;
  }
  const std::span<const std::byte> list(task.data_out);
  std::size_t at =
      header_bytes + (is_six(task) ? bytes::load_u8(&list[3]) : bytes::load_be16(&list[6]));
  LogicalUnit::Mode mode = context.unit->mode();
  while (at < list.size()) {
    if (at + 2 > list.size() || at + 2 + bytes::load_u8(&list[at + 1]) > list.size()) {
      fail_parameter_length(context);
      return;
    }
    const std::size_t page_bytes = 2 + std::size_t{bytes::load_u8(&list[at + 1])};
    if (!take_page(list.subspan(at, page_bytes), mode)) {
      fail_parameter(context, static_cast<std::uint16_t>(at));
      return;
    }
    at += page_bytes;
  }
  if (mode == context.unit->mode()) return;
  context.unit->set_mode(mode);
  context.inventory.establish_attention(*context.unit, attention::kModeParametersChanged,
                                        context.task.nexus);
}

}  // namespace lunsim::target_sim
