// MODE SENSE(6) and (10): pages 08h, 0Ah and 1Ch. WCE, D_SENSE and SWP can be changed, by MODE
// SELECT. SPC-4 §6.13, §7.5
#include <algorithm>

#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/mode_page.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint8_t kChangeableValues = 1;
constexpr std::uint8_t kSavedValues = 3;
constexpr scsi::AdditionalSense kSavingNotSupported{0x39, 0x00};

constexpr bool has_page(std::uint8_t page) {
  return page == scsi::mode::kCaching || page == scsi::mode::kControl ||
         page == scsi::mode::kInformationalExceptions;
}

bool wants(const scsi::ModeSense& command, std::uint8_t page) {
  return command.page == page || command.page == scsi::mode::kAllPages;
}

constexpr std::uint8_t kDefaultValues = 2;

/// Current or default values, or the mask of what can be changed: a page where only that is set.
LogicalUnit::Mode values_to_tell(const scsi::ModeSense& command, const LogicalUnit& unit) {
  if (command.page_control == kChangeableValues) return {true, true, true};
  if (command.page_control != kDefaultValues) return unit.mode();
  return {.descriptor_sense = unit.config().descriptor_sense,
          .write_cache = unit.config().write_cache};
}

void append_exceptions(const scsi::ModeSense& command, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  encode_mode_page(scsi::InformationalExceptionsPage{}, out);
  if (command.page_control == kChangeableValues)
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(at) + 2, out.end(), std::byte{0});
}

void append_pages(const scsi::ModeSense& command, const LogicalUnit& unit,
                  std::vector<std::byte>& out) {
  const LogicalUnit::Mode values = values_to_tell(command, unit);
  if (wants(command, scsi::mode::kCaching))
    encode_mode_page(scsi::CachingPage{.write_cache_enabled = values.write_cache}, out);
  if (wants(command, scsi::mode::kControl)) {
    scsi::ControlPage control;
    control.descriptor_sense = values.descriptor_sense;
    control.software_write_protect = values.software_write_protect;
    encode_mode_page(control, out);
  }
  if (wants(command, scsi::mode::kInformationalExceptions)) append_exceptions(command, out);
}

scsi::ModeHeader header_for(const scsi::ModeSense& command, const LogicalUnit& unit) {
  scsi::ModeHeader header;
  header.write_protected = unit.is_write_protected();
  header.dpo_and_fua = true;
  header.has_block_descriptor = !command.disable_block_descriptors;
  header.blocks = unit.blocks();
  header.block_bytes = unit.block_bytes();
  // The long descriptor only where the short one cannot hold the number.
  header.long_lba =
      header.has_block_descriptor && command.long_lba_accepted && unit.blocks() > 0xFFFF'FFFF;
  return header;
}

}  // namespace

bool check_mode_sense(CommandContext& context) {
  const scsi::ModeSense command = scsi::decode_mode_sense(context.cdb());
  if (!has_page(command.page) && command.page != scsi::mode::kAllPages) {
    return fail_field(context, 2, std::uint8_t{5});
  }
  if (command.subpage != 0 && command.subpage != scsi::mode::kAllSubpages) {
    return fail_field(context, 3);
  }
  if (command.page_control == kSavedValues) {
    return fail(context, scsi::SenseKey::illegal_request, kSavingNotSupported);
  }
  context.task.data_in_bytes_wanted = command.allocation_length;
  return true;
}

void run_mode_sense(CommandContext& context) {
  const scsi::ModeSense command = scsi::decode_mode_sense(context.cdb());
  std::vector<std::byte> pages;
  append_pages(command, *context.unit, pages);
  encode_mode_header(command.form, header_for(command, *context.unit), pages.size(),
                     context.task.small);
  context.task.small.insert(context.task.small.end(), pages.begin(), pages.end());
  answer_small(context, command.allocation_length);
}

}  // namespace lunsim::target_sim
