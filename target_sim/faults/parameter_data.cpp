#include "target_sim/faults/parameter_data.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/report_luns.hpp"
#include "protocol/scsi/vpd_page.hpp"

namespace lunsim::target_sim {

namespace {

using Addressing = ReportedLuns::Addressing;

std::uint64_t field_of(std::uint64_t lun, Addressing addressing) {
  switch (addressing) {
    case Addressing::as_usual:
      return scsi::lun_field(lun);
    case Addressing::peripheral:
      return (lun & 0xFF) << 48;
    case Addressing::flat:
      return (std::uint64_t{0x4000} | (lun & 0x3FFF)) << 48;
    case Addressing::extended:
      return (std::uint64_t{0xD2} << 56) | ((lun & 0xFF'FFFF) << 32);
  }
  return 0;
}

/// Where parameter data tells how long it is: offset and bytes of the field.
struct LengthField {
  std::size_t at = 0;
  std::size_t size = 0;
};
LengthField length_field_of(std::span<const std::byte> cdb) {
  const auto operation_code = std::to_integer<std::uint8_t>(cdb[0]);
  const auto byte1 = std::to_integer<unsigned>(cdb[1]);
  switch (operation_code) {
    case scsi::opcode::kInquiry:
      return (byte1 & 1) != 0 ? LengthField{2, 2} : LengthField{4, 1};
    case scsi::opcode::kModeSense6:
      return {0, 1};
    case scsi::opcode::kModeSense10:
      return {0, 2};
    case scsi::opcode::kRequestSense:
      return {7, 1};
    case scsi::opcode::kReportLuns:
    case scsi::opcode::kMaintenanceIn:
      return {0, 4};
    case scsi::opcode::kPersistentReserveIn:
      return (byte1 & 0x1F) == 2 ? LengthField{0, 2} : LengthField{4, 4};
    case scsi::opcode::kServiceActionIn16:
      return (byte1 & 0x1F) == scsi::service_action::kGetLbaStatus ? LengthField{0, 4}
                                                                   : LengthField{};
    default:
      return {};
  }
}

void set_page_length(std::vector<std::byte>& page) {
  bytes::store_be16(&page[2], static_cast<std::uint16_t>(page.size() - 4));
}

void tell_serial(const std::string& serial, std::vector<std::byte>& page) {
  page.resize(4);
  scsi::append_padded_ascii(serial, serial.size(), page);
  set_page_length(page);
}

/// The designators of the unit take the new serial's digits at their end, each within its length.
void tell_serial_in_designators(const std::string& serial, std::vector<std::byte>& page) {
  for (std::size_t at = 4; at + 4 <= page.size();) {
    const std::size_t size = bytes::load_u8(&page[at + 3]);
    const bool is_of_unit = (std::to_integer<unsigned>(page[at + 1]) & 0x30) == 0;
    if (at + 4 + size > page.size()) return;
    const std::size_t count = std::min(serial.size(), size / 2);
    for (std::size_t i = 0; i < count && is_of_unit; ++i)
      page[at + 4 + size - count + i] = static_cast<std::byte>(serial[serial.size() - count + i]);
    at += 4 + size;
  }
}

void tell_designators(const ReportedIdentity& told, std::vector<std::byte>& page) {
  if (told.serial) tell_serial_in_designators(*told.serial, page);
  if (!told.duplicate_designator || page.size() < 8) return;
  const std::size_t first = std::min<std::size_t>(page.size(), 8u + bytes::load_u8(&page[7]));
  const std::vector<std::byte> copy(page.begin() + 4,
                                    page.begin() + static_cast<std::ptrdiff_t>(first));
  page.insert(page.end(), copy.begin(), copy.end());
  set_page_length(page);
}

void drop_pages(const std::vector<std::uint8_t>& without, std::vector<std::byte>& page) {
  const auto is_gone = [&](std::byte b) {
    return std::find(without.begin(), without.end(), std::to_integer<std::uint8_t>(b)) !=
           without.end();
  };
  page.erase(std::remove_if(page.begin() + 4, page.end(), is_gone), page.end());
  set_page_length(page);
}

void apply(const DataChange& change, std::vector<std::byte>& data) {
  switch (change.kind) {
    case DataChange::Kind::exclusive_or:
      for (std::size_t i = 0; i < change.bytes.size() && change.at + i < data.size(); ++i)
        data[change.at + i] ^= change.bytes[i];
      return;
    case DataChange::Kind::put:
      for (std::size_t i = 0; i < change.bytes.size() && change.at + i < data.size(); ++i)
        data[change.at + i] = change.bytes[i];
      return;
    case DataChange::Kind::cut:
      data.resize(std::min(data.size(), change.at));
      return;
    case DataChange::Kind::append:
      data.insert(data.end(), change.bytes.begin(), change.bytes.end());
      return;
  }
}

}  // namespace

std::vector<std::byte> reported_luns(const ReportedLuns& told,
                                     std::span<const std::uint64_t> luns) {
  std::vector<std::uint64_t> numbers(luns.begin(), luns.end());
  if (told.list) numbers = *told.list;
  if (told.count > 0) {
    numbers.clear();
    for (std::uint64_t lun = 0; lun < told.count; ++lun) numbers.push_back(lun);
  }
  if (told.descending) std::reverse(numbers.begin(), numbers.end());
  std::vector<std::uint64_t> fields;
  for (const std::uint64_t lun : numbers) fields.push_back(field_of(lun, told.addressing));
  if (told.well_known) fields.push_back(scsi::kReportLunsWellKnownField);
  std::vector<std::byte> out;
  scsi::encode_report_luns(fields, out);
  return out;
}

void tell_capacity(const ReportedCapacity& told, bool is_16, std::span<std::byte> data) {
  const std::size_t block_at = is_16 ? 8 : 4;
  if (data.size() < block_at + 4) return;
  if (told.last_lba && is_16) bytes::store_be64(&data[0], *told.last_lba);
  if (told.last_lba && !is_16)
    bytes::store_be32(
        &data[0], static_cast<std::uint32_t>(std::min<std::uint64_t>(*told.last_lba, 0xFFFF'FFFF)));
  if (told.block_bytes) bytes::store_be32(&data[block_at], *told.block_bytes);
  if (told.physical_exponent && is_16 && data.size() > 13)
    bytes::store_u8(&data[13], *told.physical_exponent & 0x0F);
}

void tell_identity(const ReportedIdentity& told, bool vital_product_data,
                   std::vector<std::byte>& data) {
  if (data.size() < 4) return;
  const auto first = std::to_integer<std::uint8_t>(data[0]);
  const std::uint8_t qualifier = told.qualifier.value_or(first >> 5);
  const std::uint8_t type = told.device_type.value_or(first & 0x1F);
  data[0] = static_cast<std::byte>((qualifier << 5) | (type & 0x1F));
  if (!vital_product_data) return;
  const auto page = std::to_integer<std::uint8_t>(data[1]);
  if (page == scsi::vpd::kSupportedPages && !told.without.empty()) drop_pages(told.without, data);
  if (page == scsi::vpd::kUnitSerialNumber && told.serial) tell_serial(*told.serial, data);
  if (page == scsi::vpd::kDeviceIdentification) tell_designators(told, data);
}

bool lie_about_length(std::span<const std::byte> cdb, std::int64_t bytes_more,
                      std::span<std::byte> data) {
  const LengthField field = length_field_of(cdb);
  if (field.size == 0 || data.size() < field.at + field.size) return false;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < field.size; ++i)
    value = (value << 8) | std::to_integer<std::uint64_t>(data[field.at + i]);
  value += static_cast<std::uint64_t>(bytes_more);
  for (std::size_t i = field.size; i-- > 0; value >>= 8)
    data[field.at + i] = static_cast<std::byte>(value & 0xFF);
  return true;
}

bool change_data(std::span<const DataChange> changes, std::vector<std::byte>& data) {
  const std::vector<std::byte> before = data;
  for (const DataChange& change : changes) apply(change, data);
  return data != before;
}

}  // namespace lunsim::target_sim
