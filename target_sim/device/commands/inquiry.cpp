// INQUIRY: standard data and vital product data. SPC-4 §6.6, §7.8, SBC-3 §6.6
#include "protocol/scsi/inquiry.hpp"

#include <algorithm>

#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/vpd_page.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/commands/limits.hpp"
#include "target_sim/device/disk_inventory.hpp"
#include "target_sim/device/unit_identity.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint8_t kPages[] = {scsi::vpd::kSupportedPages,
                                   scsi::vpd::kUnitSerialNumber,
                                   scsi::vpd::kDeviceIdentification,
                                   scsi::vpd::kBlockLimits,
                                   scsi::vpd::kBlockDeviceCharacteristics,
                                   scsi::vpd::kLogicalBlockProvisioning};
/// SAM-5, iSCSI, SPC-4, SBC-3, no version claimed of each; numbers of T10's list.
constexpr std::uint16_t kVersionDescriptors[] = {0x00A0, 0x0960, 0x0460, 0x04C0};
constexpr std::uint16_t kNonRotating = 1;
constexpr std::uint8_t kThinProvisioned = 2;

void append_standard_data(const CommandContext& context, std::vector<std::byte>& out) {
  scsi::InquiryData data;
  if (context.unit == nullptr) {
    data.peripheral = scsi::kNoUnitHere;
    data.command_queuing = false;
    encode_inquiry_data(data, out);
    return;
  }
  const UnitConfig& config = context.unit->config();
  data.peripheral = context.unit->peripheral();
  if (has_port_groups(context)) {
    data.target_port_groups = context.inventory.device().port_groups.control.tpgs();
  }
  data.multi_port = context.unit->ports().size() > 1;
  data.vendor = config.vendor;
  data.product = config.product;
  data.revision = config.revision;
  data.version_descriptors.assign(std::begin(kVersionDescriptors), std::end(kVersionDescriptors));
  encode_inquiry_data(data, out);
}

void append_block_limits(const LogicalUnit& unit, std::vector<std::byte>& out) {
  scsi::BlockLimits limits;
  limits.write_same_nonzero_only = true;
  limits.compare_and_write_blocks_max = compare_and_write_blocks_max(unit);
  limits.transfer_blocks_max = unit.transfer_blocks_max();
  limits.write_same_blocks_max = kWriteSameBlocksMax;
  if (unit.config().thin) {
    limits.unmap_blocks_max = kUnmapBlocksMax;
    limits.unmap_descriptors_max = kUnmapDescriptorsMax;
    limits.unmap_granularity = 1;
  }
  encode_block_limits(unit.peripheral(), limits, out);
}

/// A threshold is told to the block of its set: 2^exponent blocks.                     SBC-3 §6.6.5
void append_provisioning(const LogicalUnit& unit, std::vector<std::byte>& out) {
  scsi::LogicalBlockProvisioning provisioning;
  if (unit.config().thin) {
    provisioning.threshold_exponent = unit.config().threshold_percent > 0 ? 1 : 0;
    provisioning.unmap = true;
    provisioning.write_same_16 = true;
    provisioning.write_same_10 = true;
    provisioning.type = kThinProvisioned;
    provisioning.reads_zeros = 1;
  }
  encode_logical_block_provisioning(unit.peripheral(), provisioning, out);
}

void append_identification(const CommandContext& context, std::vector<std::byte>& out) {
  const UnitConfig& config = context.unit->config();
  const PortGroups& groups = context.inventory.device().port_groups;
  const PortGroup* group = groups.group_of_port(context.inventory.port());
  const auto designators =
      make_designators(config.vendor, config.product, config.serial,
                       {context.inventory.target_name(), context.inventory.port(),
                        group != nullptr ? group->id : std::uint16_t{0}});
  encode_device_identification(context.unit->peripheral(), designators, out);
}

void append_page(const CommandContext& context, std::uint8_t page, std::vector<std::byte>& out) {
  if (context.unit == nullptr) {
    encode_supported_pages(scsi::kNoUnitHere, std::span(kPages).first(1), out);
    return;
  }
  const LogicalUnit& unit = *context.unit;
  switch (page) {
    case scsi::vpd::kSupportedPages:
      return encode_supported_pages(unit.peripheral(), kPages, out);
    case scsi::vpd::kUnitSerialNumber:
      return encode_unit_serial_number(unit.peripheral(), unit.config().serial, out);
    case scsi::vpd::kDeviceIdentification:
      return append_identification(context, out);
    case scsi::vpd::kBlockLimits:
      return append_block_limits(unit, out);
    case scsi::vpd::kBlockDeviceCharacteristics:
      return encode_block_device_characteristics(unit.peripheral(), {kNonRotating, 0}, out);
    case scsi::vpd::kLogicalBlockProvisioning:
      return append_provisioning(unit, out);
    default:
      return;
  }
}

bool has_page(const CommandContext& context, std::uint8_t page) {
  const std::span<const std::uint8_t> all(kPages);
  const auto told = context.unit != nullptr ? all : all.first(1);
  return std::find(told.begin(), told.end(), page) != told.end();
}

}  // namespace

bool check_inquiry(CommandContext& context) {
  const scsi::Inquiry command = scsi::decode_inquiry(context.cdb());
  const bool asks_for_command_data = (std::to_integer<unsigned>(context.task.cdb[1]) & 2) != 0;
  if (asks_for_command_data) return fail_field(context, 1, std::uint8_t{1});
  if (!command.vital_product_data && command.page != 0) return fail_field(context, 2);
  if (command.vital_product_data && !has_page(context, command.page)) return fail_field(context, 2);
  context.task.data_in_bytes_wanted = command.allocation_length;
  return true;
}

void run_inquiry(CommandContext& context) {
  const scsi::Inquiry command = scsi::decode_inquiry(context.cdb());
  if (command.vital_product_data) {
    append_page(context, command.page, context.task.small);
  } else {
    append_standard_data(context, context.task.small);
  }
  answer_small(context, command.allocation_length);
}

}  // namespace lunsim::target_sim
