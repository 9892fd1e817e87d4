// REPORT TARGET PORT GROUPS and SET TARGET PORT GROUPS: asymmetric access (ALUA) as a host sees and
// changes it. Units in port groups only. SPC-4 §6.37, §6.45, §5.16
#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint8_t kExtendedHeader = 1;      // PARAMETER DATA FORMAT 001b
constexpr std::uint8_t kSupportedStates = 0xCF;  // T, O, U, S, AN, AO
constexpr std::size_t kSetDescriptorBytes = 4;
constexpr std::uint32_t kSetBytesMax = 4 + 4 * 1024;

std::uint32_t length_field(const CommandContext& context) {
  return bytes::load_be32(&context.task.cdb[6]);
}

bool shows_unit(const LogicalUnit& unit, std::uint16_t port) {
  return std::binary_search(unit.ports().begin(), unit.ports().end(), port);
}

/// Only ports through which the unit is seen, and groups that have one.
void append_group(const LogicalUnit& unit, const PortGroup& group, std::vector<std::byte>& out) {
  std::vector<std::uint16_t> ports;
  for (const std::uint16_t port : group.ports)
    if (shows_unit(unit, port)) ports.push_back(port);
  if (ports.empty()) return;
  const std::size_t at = out.size();
  out.resize(at + 8 + 4 * ports.size());
  bytes::store_u8(&out[at], static_cast<std::uint8_t>((group.preferred ? 0x80 : 0) |
                                                      static_cast<std::uint8_t>(group.state)));
  bytes::store_u8(&out[at + 1], kSupportedStates);
  bytes::store_be16(&out[at + 2], group.id);
  bytes::store_u8(&out[at + 5], static_cast<std::uint8_t>(group.status));
  bytes::store_u8(&out[at + 7], static_cast<std::uint8_t>(ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i)
    bytes::store_be16(&out[at + 8 + 4 * i + 2], ports[i]);
}

bool is_settable(std::uint8_t state) {
  return state <= static_cast<std::uint8_t>(AccessState::unavailable);
}

}  // namespace

bool has_port_groups(const CommandContext& context) {
  return context.inventory.device().port_groups.group_of_port(context.inventory.port()) != nullptr;
}

bool has_explicit_port_groups(const CommandContext& context) {
  return has_port_groups(context) && context.inventory.device().port_groups.control.is_explicit;
}

bool check_report_target_port_groups(CommandContext& context) {
  const auto format = std::to_integer<std::uint8_t>(context.task.cdb[1]) >> 5;
  if (format > kExtendedHeader) return fail_field(context, 1, std::uint8_t{7});
  context.task.data_in_bytes_wanted = length_field(context);
  return true;
}

void run_report_target_port_groups(CommandContext& context) {
  const auto format = std::to_integer<std::uint8_t>(context.task.cdb[1]) >> 5;
  std::vector<std::byte>& out = context.task.small;
  out.resize(format == kExtendedHeader ? 8 : 4);
  if (format == kExtendedHeader) bytes::store_u8(&out[4], kExtendedHeader << 4);
  for (const PortGroup& group : context.inventory.device().port_groups.all())
    append_group(*context.unit, group, out);
  bytes::store_be32(&out[0], static_cast<std::uint32_t>(out.size() - 4));
  answer_small(context, length_field(context));
}

bool check_set_target_port_groups(CommandContext& context) {
  const std::uint32_t length = length_field(context);
  const bool is_whole = length == 0 || (length >= 4 && length % kSetDescriptorBytes == 0);
  if (!is_whole || length > kSetBytesMax) return fail_parameter_length(context);
  context.task.data_out_bytes_wanted = length;
  return true;
}

/// All descriptors are judged before the first is obeyed.
void run_set_target_port_groups(CommandContext& context) {
  const std::vector<std::byte>& list = context.task.data_out;
  PortGroups& groups = context.inventory.device().port_groups;
  for (std::size_t at = 4; at + kSetDescriptorBytes <= list.size(); at += kSetDescriptorBytes) {
    if (!is_settable(bytes::load_u8(&list[at]) & 0x0F)) {
      fail_parameter(context, static_cast<std::uint16_t>(at));
      return;
    }
    if (groups.find(bytes::load_be16(&list[at + 2])) == nullptr) {
      fail_parameter(context, static_cast<std::uint16_t>(at + 2));
      return;
    }
  }
  for (std::size_t at = 4; at + kSetDescriptorBytes <= list.size(); at += kSetDescriptorBytes) {
    context.inventory.set_access_state(bytes::load_be16(&list[at + 2]),
                                       static_cast<AccessState>(bytes::load_u8(&list[at]) & 0x0F),
                                       AccessStatus::by_command);
  }
  if (list.size() >= 4 + kSetDescriptorBytes)
    context.inventory.tell_access_state_changed(context.task.nexus);
}

}  // namespace lunsim::target_sim
