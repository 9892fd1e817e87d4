// MODE SENSE(6) and (10): pages 08h, 0Ah and 1Ch, none of them changeable. SPC-4 §6.13, §7.5
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

/// Changeable values are a mask: nothing here can be set, so the content is zeros.
void clear_content(std::vector<std::byte>& out, std::size_t page_at) {
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(page_at) + 2, out.end(), std::byte{0});
}

template <class Page>
void append_page(const scsi::ModeSense& command, const Page& page, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  encode_mode_page(page, out);
  if (command.page_control == kChangeableValues) clear_content(out, at);
}

void append_pages(const scsi::ModeSense& command, const UnitConfig& config,
                  std::vector<std::byte>& out) {
  if (wants(command, scsi::mode::kCaching)) {
    append_page(command, scsi::CachingPage{.write_cache_enabled = config.write_cache}, out);
  }
  if (wants(command, scsi::mode::kControl)) {
    scsi::ControlPage control;
    control.descriptor_sense = config.descriptor_sense;
    append_page(command, control, out);
  }
  if (wants(command, scsi::mode::kInformationalExceptions)) {
    append_page(command, scsi::InformationalExceptionsPage{}, out);
  }
}

scsi::ModeHeader header_for(const scsi::ModeSense& command, const LogicalUnit& unit) {
  scsi::ModeHeader header;
  header.write_protected = unit.config().read_only;
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
  append_pages(command, context.unit->config(), pages);
  encode_mode_header(command.form, header_for(command, *context.unit), pages.size(),
                     context.task.small);
  context.task.small.insert(context.task.small.end(), pages.begin(), pages.end());
  answer_small(context, command.allocation_length);
}

}  // namespace lunsim::target_sim
