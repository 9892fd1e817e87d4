// Lists of structures without pointers, by a table of their fields; offsets are those of the
// documented layouts on x86-64 (initiator/api/layout_x86_64.csv), in the A and the W form.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <span>

#include "protocol/bytes/utf16.hpp"
#include "scenarios/engine/api_decode.hpp"

namespace lunsim::scenarios {
namespace {

enum class FieldType : std::uint8_t { byte, word, dword, text };

struct Field {
  const char* name;
  FieldType type;
  std::size_t ansi, wide;      // offsets
  std::size_t characters = 0;  // of a text
  Names names = Names::none;
};
struct Layout {
  std::string_view function;
  std::size_t ansi_bytes, wide_bytes;
  std::span<const Field> fields;
  std::size_t scsi_address_ansi = 0, scsi_address_wide = 0;  // 0: it has none
};

using T = FieldType;
constexpr Field kDeviceFields[] = {
    {"InitiatorName", T::text, 0, 0, 256},
    {"TargetName", T::text, 256, 512, 224},
    {"DeviceInterfaceName", T::text, 504, 984, 260},
    {"LegacyName", T::text, 764, 1504, 260},
};
constexpr Field kPortalInfoFields[] = {
    {"InitiatorName", T::text, 0, 0, 256},    {"InitiatorPortNumber", T::dword, 256, 512},
    {"SymbolicName", T::text, 260, 516, 256}, {"Address", T::text, 516, 1028, 256},
    {"Socket", T::word, 772, 1540},
};
constexpr Field kDecodedPortalFields[] = {
    {"SymbolicName", T::text, 0, 0, 256},
    {"Address", T::text, 256, 512, 256},
    {"Socket", T::word, 512, 1024},
};
constexpr Field kLoginFields[] = {
    {"TargetName", T::text, 0, 0, 224},
    {"IsInformationalSession", T::byte, 224, 448, 0, Names::yes_no},
    {"InitiatorInstance", T::text, 225, 450, 256},
    {"InitiatorPortNumber", T::dword, 484, 964},
};
constexpr Field kVersionFields[] = {
    {"MajorVersion", T::dword, 0, 0},
    {"MinorVersion", T::dword, 4, 4},
    {"BuildNumber", T::dword, 8, 8},
};
constexpr Layout kLayouts[] = {
    {"GetDevicesForIScsiSession", 1040, 2040, kDeviceFields, 480, 960},
    {"ReportIScsiSendTargetPortals", 776, 1544, kPortalInfoFields, 0, 0},
    {"ReportIScsiTargetPortals", 514, 1026, kDecodedPortalFields, 0, 0},
    {"ReportIScsiPersistentLogins", 1088, 2080, kLoginFields, 0, 0},
};
constexpr Layout kVersionLayout{"GetIScsiVersionInformation", 12, 12, kVersionFields, 0, 0};

std::uint64_t number_at(std::span<const std::byte> bytes, std::size_t size) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), size);
  return value;
}

/// Up to a NUL, or to its last character.
Seen text_at(std::span<const std::byte> bytes, std::size_t characters, bool ansi) {
  std::string narrow;
  std::u16string wide;
  const std::size_t width = ansi ? 1 : 2;
  for (std::size_t i = 0; i < characters; ++i) {
    const auto unit = static_cast<char16_t>(number_at(bytes.subspan(i * width), width));
    if (unit == 0) break;
    narrow += static_cast<char>(unit);
    wide += unit;
  }
  if (ansi) return Seen::of_text(narrow);
  const auto text = bytes::utf8_from_utf16(wide);
  return text ? Seen::of_text(*text) : Seen::absent_because("a string is no UTF-16");
}

Seen decode_field(std::span<const std::byte> structure, const Field& field, bool ansi) {
  const auto at = structure.subspan(ansi ? field.ansi : field.wide);
  switch (field.type) {
    case T::byte:
      return Seen::of_number(number_at(at, 1), field.names);
    case T::word:
      return Seen::of_number(number_at(at, 2), field.names);
    case T::dword:
      return Seen::of_number(number_at(at, 4), field.names);
    case T::text:
      break;
  }
  return text_at(at, field.characters, ansi);
}

Seen decode_scsi_address(std::span<const std::byte> address) {
  constexpr const char* kNames[] = {"PortNumber", "PathId", "TargetId", "Lun"};
  Seen out;
  out.kind = Seen::Kind::record;
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    out.add(kNames[i], Seen::of_number(number_at(address.subspan(4 + i), 1)));
  return out;
}

/// A portal's address as the scenario knows it.
void map_address(Seen& record, const AddressMap& addresses) {
  Seen *host = nullptr, *port = nullptr;
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    if (record.field_names[i] == "Address") host = &record.items[i];
    if (record.field_names[i] == "Socket") port = &record.items[i];
  }
  if (host == nullptr || port == nullptr) return;
  const Address meant =
      addresses.in_scenario({host->text, static_cast<std::uint16_t>(port->number)});
  host->text = meant.host;
  port->number = meant.port;
}

Seen decode_one(std::span<const std::byte> structure, const Layout& layout, bool ansi,
                const AddressMap& addresses) {
  Seen out;
  out.kind = Seen::Kind::record;
  for (const Field& field : layout.fields)
    out.add(field.name, decode_field(structure, field, ansi));
  map_address(out, addresses);
  const std::size_t scsi = ansi ? layout.scsi_address_ansi : layout.scsi_address_wide;
  if (scsi != 0) out.add("ScsiAddress", decode_scsi_address(structure.subspan(scsi)));
  return out;
}

}  // namespace

Seen decode_structures(std::string_view function, const Filled& buffer, std::uint64_t count,
                       bool ansi, const AddressMap& addresses) {
  const auto layout = std::find_if(std::begin(kLayouts), std::end(kLayouts),
                                   [&](const Layout& one) { return one.function == function; });
  if (layout == std::end(kLayouts)) return Seen::absent_because("only its bytes are shown");
  const std::size_t bytes = ansi ? layout->ansi_bytes : layout->wide_bytes;
  if (count > buffer.valid / bytes)
    return Seen::absent_because("it ends before what it should hold");
  Seen out;
  out.kind = Seen::Kind::list;
  for (std::size_t i = 0; i < count; ++i)
    out.items.push_back(
        decode_one(buffer.bytes.subspan(i * bytes, bytes), *layout, ansi, addresses));
  return out;
}

Seen decode_version(std::span<const std::byte> version) {
  if (version.size() < kVersionLayout.wide_bytes)
    return Seen::absent_because("fewer than 12 bytes");
  return decode_one(version, kVersionLayout, false, {});
}

Seen decode_name(std::span<const std::byte> name, bool ansi) {
  return text_at(name, name.size() / (ansi ? 1 : 2), ansi);
}

}  // namespace lunsim::scenarios
