#include "target_sim/device/unit_identity.hpp"

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint8_t kProtocolIscsi = 5;
constexpr std::size_t kNameStringBytesMax = 252;

/// FNV-1a: the same number for the same text, everywhere.
std::uint64_t hash_of(std::string_view text, std::uint64_t start = 0xCBF2'9CE4'8422'2325) {
  for (const char c : text) {
    start = (start ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3;
  }
  return start;
}

std::vector<std::byte> be64(std::uint64_t value) {
  std::vector<std::byte> out(8);
  bytes::store_be64(out.data(), value);
  return out;
}

/// Two reserved bytes and the number.
std::vector<std::byte> be32(std::uint16_t value) {
  std::vector<std::byte> out(4);
  bytes::store_be32(out.data(), value);
  return out;
}

scsi::Designator of_unit(scsi::DesignatorType type, scsi::CodeSet code_set,
                         std::vector<std::byte> value) {
  return {code_set, scsi::Association::logical_unit, type, 0, std::move(value)};
}

scsi::Designator of_port(scsi::DesignatorType type, scsi::CodeSet code_set,
                         std::vector<std::byte> value) {
  return {code_set, scsi::Association::target_port, type, kProtocolIscsi, std::move(value)};
}

/// Null-terminated and padded to a multiple of four.                           SPC-4 §7.8.6.11
std::vector<std::byte> name_string(std::string_view target_name) {
  const std::string text = fmt::format("{},t,0x0001", target_name);
  std::vector<std::byte> out;
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
  out.resize((text.size() / 4 + 1) * 4);
  return out;
}

}  // namespace

std::string make_serial(std::string_view target_name, std::uint64_t lun) {
  return fmt::format("{:016X}", hash_of(fmt::format("{}/{}", target_name, lun)));
}

std::vector<scsi::Designator> make_designators(std::string_view vendor, std::string_view product,
                                               std::string_view serial, const PortIdentity& port) {
  using scsi::CodeSet;
  using scsi::DesignatorType;
  std::vector<std::byte> vendor_id;
  scsi::append_padded_ascii(vendor, 8, vendor_id);
  scsi::append_padded_ascii(product, 16, vendor_id);
  scsi::append_padded_ascii(serial, serial.size(), vendor_id);
  const std::uint64_t naa = (std::uint64_t{3} << 60) | (hash_of(serial) >> 4);
  // The first byte says: locally administered, not a group.
  const std::uint64_t eui =
      (hash_of("eui64", hash_of(serial)) & 0x00FF'FFFF'FFFF'FFFF) | (std::uint64_t{0x02} << 56);

  std::vector<scsi::Designator> all;
  all.push_back(of_unit(DesignatorType::t10_vendor_id, CodeSet::ascii, std::move(vendor_id)));
  all.push_back(of_unit(DesignatorType::naa, CodeSet::binary, be64(naa)));
  all.push_back(of_unit(DesignatorType::eui64, CodeSet::binary, be64(eui)));
  if (port.target_name.empty()) return all;
  all.push_back(
      of_port(DesignatorType::relative_target_port, CodeSet::binary, be32(port.relative_port)));
  if (port.group != 0)
    all.push_back(of_port(DesignatorType::target_port_group, CodeSet::binary, be32(port.group)));
  std::vector<std::byte> name = name_string(port.target_name);
  if (name.size() <= kNameStringBytesMax) {
    all.push_back(of_port(DesignatorType::scsi_name_string, CodeSet::utf8, std::move(name)));
  }
  return all;
}

}  // namespace lunsim::target_sim
