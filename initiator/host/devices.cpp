#include "initiator/host/devices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "initiator/host/login_rules.hpp"

namespace lunsim::initiator {
namespace {

/// A kind of device by SPC-4's peripheral device type: its interface class, its FILE_DEVICE_*
/// number, and how it is called in names.  winioctl.h
struct DeviceKind {
  std::uint8_t peripheral_type;
  std::array<std::uint8_t, 16> interface_type;  // as its text has it
  std::uint32_t device_type;
  std::string_view in_interface_name, legacy_prefix;
};

constexpr std::array<std::uint8_t, 16> guid(std::uint32_t first) {
  return {static_cast<std::uint8_t>(first >> 24),
          static_cast<std::uint8_t>(first >> 16),
          static_cast<std::uint8_t>(first >> 8),
          static_cast<std::uint8_t>(first),
          0xB6,
          0xBF,
          0x11,
          0xD0,
          0x94,
          0xF2,
          0x00,
          0xA0,
          0xC9,
          0x1E,
          0xFB,
          0x8B};
}

constexpr DeviceKind kDisk{0x00, guid(0x53F56307), 0x07, "disk", "PhysicalDrive"};
constexpr DeviceKind kKinds[] = {
    kDisk,
    {0x01, guid(0x53F5630B), 0x1F, "sequential", "Tape"},
    {0x05, guid(0x53F56308), 0x02, "cdrom", "CdRom"},
    {0x08, guid(0x53F56310), 0x30, "changer", "Changer"},
};

const DeviceKind& kind_of(std::uint8_t peripheral_type) {
  const auto found =
      std::find_if(std::begin(kKinds), std::end(kKinds),
                   [&](const DeviceKind& kind) { return kind.peripheral_type == peripheral_type; });
  return found != std::end(kKinds) ? *found : kDisk;
}

std::string text_of(const std::array<std::uint8_t, 16>& guid) {
  std::string text;
  for (std::size_t i = 0; i < guid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text += fmt::format("{:02x}", guid[i]);
  }
  return text;
}

/// As Plug and Play puts a name into an id: blanks become underscores.
std::string id_of(std::string_view text) {
  std::string id;
  for (const char c : text)
    id.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '_' : c);
  return id;
}

std::string interface_name(const DeviceKind& kind, const SessionRecord& record, const Unit& unit) {
  return fmt::format("\\\\?\\scsi#{}&ven_{}&prod_{}#1&{:x}&0&{:02x}{:04x}#{{{}}}",
                     kind.in_interface_name, id_of(unit.scanned.vendor),
                     id_of(unit.scanned.product), unit.device_number, record.os_target,
                     unit.scanned.lun.os_lun, text_of(kind.interface_type));
}

/// SCSI_ADDRESS has a byte for each number. What lies beyond says 255, and never another unit's
/// number; the interface's name has all of it.
std::uint8_t address_byte(std::uint32_t number) {
  constexpr std::uint32_t kBeyond = 0xFF;
  return static_cast<std::uint8_t>(std::min(number, kBeyond));
}

DeviceInfo describe(const HostState& host, const SessionRecord& record, const Unit& unit) {
  const DeviceKind& kind = kind_of(unit.scanned.peripheral_type);
  DeviceInfo device;
  device.initiator_name = host.config().initiator_instance;
  device.target_name = record.target_name;
  device.target = address_byte(record.os_target);
  device.lun = address_byte(unit.scanned.lun.os_lun);
  device.interface_type = kind.interface_type;
  device.interface_name = interface_name(kind, record, unit);
  device.legacy_name = fmt::format("\\\\.\\{}{}", kind.legacy_prefix, unit.device_number);
  device.device_type = kind.device_type;
  device.device_number = unit.device_number;
  device.device_instance = 0x1000 + unit.device_number;
  return device;
}

}  // namespace

std::vector<DeviceInfo> devices_of(const HostState& host, const SessionRecord& record) {
  std::vector<DeviceInfo> devices;
  for (const Unit& unit : record.units) devices.push_back(describe(host, record, unit));
  return devices;
}

bool is_same_path(std::string_view a, std::string_view b) {
  if (a.ends_with('\\')) a.remove_suffix(1);
  if (b.ends_with('\\')) b.remove_suffix(1);
  return is_same_ignoring_case(a, b);
}

bool NamedDevice::is_called(std::string_view name) const {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& known) { return is_same_path(known, name); });
}

std::vector<NamedDevice> named_devices_of(const HostState& host, const SessionRecord& record) {
  std::vector<NamedDevice> devices;
  for (const Unit& unit : record.units) {
    DeviceInfo device = describe(host, record, unit);
    NamedDevice& named = devices.emplace_back();
    named.names = {std::move(device.interface_name), std::move(device.legacy_name)};
    for (const Volume& volume : host.config().volumes)
      if (volume.lun == unit.scanned.lun.target_lun &&
          is_same_ignoring_case(volume.target_name, record.target_name))
        named.names.push_back(volume.name);
  }
  return devices;
}

}  // namespace lunsim::initiator
