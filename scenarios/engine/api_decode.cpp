#include "scenarios/engine/api_decode.hpp"

#include <cstring>
#include <optional>
#include <stdexcept>

#include "protocol/bytes/utf16.hpp"
#include "protocol/scsi/capacity.hpp"
#include "protocol/scsi/inquiry.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/report_luns.hpp"
#include "protocol/scsi/sense.hpp"

namespace lunsim::scenarios {
namespace {

/// A layout that does not hold; caught at the edge of each decode function.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::uint64_t kEntriesMax = 65536;

class Reader {
 public:
  explicit Reader(const Filled& buffer) : buffer_(buffer) {}

  template <class Int>
  Int number(std::size_t offset) const {
    Int value = 0;
    const std::span<const std::byte> at = bytes(offset, sizeof(Int));
    std::memcpy(&value, at.data(), sizeof(Int));
    return value;
  }
  std::span<const std::byte> bytes(std::size_t offset, std::size_t size) const {
    if (offset > buffer_.valid || size > buffer_.valid - offset)
      throw Broken("it ends before what it should hold");
    return buffer_.bytes.subspan(offset, size);
  }
  /// The offset that an absolute pointer means; empty for NULL.
  std::optional<std::size_t> pointer(std::size_t offset) const {
    const auto address = number<std::uint64_t>(offset);
    if (address == 0) return std::nullopt;
    if (address < buffer_.address || address - buffer_.address >= buffer_.valid)
      throw Broken("a pointer leads out of the buffer");
    return static_cast<std::size_t>(address - buffer_.address);
  }
  /// A terminated string at `offset`, at most `characters_max` long with its terminator.
  std::string text(std::size_t offset, bool ansi, std::size_t characters_max) const {
    std::string narrow;
    std::u16string wide;
    for (std::size_t i = 0; i < characters_max; ++i) {
      const char16_t unit =
          ansi ? number<std::uint8_t>(offset + i) : number<std::uint16_t>(offset + 2 * i);
      if (unit == 0) return ansi ? narrow : to_utf8(wide);
      narrow += static_cast<char>(unit);
      wide += unit;
    }
    throw Broken("a string has no end");
  }
  Seen text_behind(std::size_t offset, bool ansi) const {
    const auto at = pointer(offset);
    return at ? Seen::of_text(text(*at, ansi, buffer_.valid)) : Seen::absent_because("NULL");
  }
  static std::string to_utf8(std::u16string_view wide) {
    const auto text = bytes::utf8_from_utf16(wide);
    if (!text) throw Broken("a string is no UTF-16");
    return *text;
  }

 private:
  const Filled& buffer_;
};

std::vector<std::byte> copy(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

Seen decode_connection(const Reader& reader, std::size_t at, bool ansi,
                       const AddressMap& addresses) {
  Seen out;
  out.kind = Seen::Kind::record;
  out.add("ConnectionId", decode_unique_id(reader.bytes(at, 16)));
  Seen initiator = reader.text_behind(at + 16, ansi);
  Seen target = reader.text_behind(at + 24, ansi);
  const Address really{target.text, reader.number<std::uint16_t>(at + 34)};
  const Address meant = addresses.in_scenario(really);
  if (target.kind == Seen::Kind::text) target.text = meant.host;
  out.add("InitiatorAddress", std::move(initiator));
  out.add("TargetAddress", std::move(target));
  out.add("InitiatorSocket", Seen::of_number(reader.number<std::uint16_t>(at + 32)));
  out.add("TargetSocket", Seen::of_number(meant.port));
  out.add("CID",
          Seen::of_number(static_cast<std::uint64_t>(reader.number<std::uint8_t>(at + 36)) << 8 |
                          reader.number<std::uint8_t>(at + 37)));
  return out;
}

Seen decode_session(const Reader& reader, std::size_t at, bool ansi, const AddressMap& addresses) {
  constexpr std::size_t kConnectionBytes = 40;
  Seen out;
  out.kind = Seen::Kind::record;
  out.add("SessionId", decode_unique_id(reader.bytes(at, 16)));
  out.add("InitiatorName", reader.text_behind(at + 16, ansi));
  out.add("TargetNodeName", reader.text_behind(at + 24, ansi));
  out.add("TargetName", reader.text_behind(at + 32, ansi));
  out.add("ISID", Seen::of_bytes(copy(reader.bytes(at + 40, 6))));
  out.add("TSID", Seen::of_bytes(copy(reader.bytes(at + 46, 2))));
  const auto count = reader.number<std::uint32_t>(at + 48);
  out.add("ConnectionCount", Seen::of_number(count));
  Seen connections;
  connections.kind = Seen::Kind::list;
  if (count > kEntriesMax) throw Broken("it has too many connections");
  if (count > 0) {
    const auto first = reader.pointer(at + 56);
    if (!first) throw Broken("connections are counted, but the pointer is NULL");
    for (std::uint32_t i = 0; i < count; ++i)
      connections.items.push_back(
          decode_connection(reader, *first + i * kConnectionBytes, ansi, addresses));
  }
  out.add("Connections", std::move(connections));
  return out;
}

/// Offsets within ISCSI_TARGET_MAPPINGA and ISCSI_TARGET_MAPPINGW.
struct MappingLayout {
  std::size_t size, initiator, target, device, session, bus, os_target, count, list;
};
constexpr MappingLayout kMappingW{1520, 0, 512, 960, 1480, 1496, 1500, 1504, 1512};
constexpr MappingLayout kMappingA{784, 0, 256, 480, 744, 760, 764, 768, 776};

Seen decode_mapping(const Reader& reader, std::size_t at, const MappingLayout& layout, bool ansi) {
  constexpr std::size_t kLunBytes = 16;
  Seen out;
  out.kind = Seen::Kind::record;
  out.add("InitiatorName", Seen::of_text(reader.text(at + layout.initiator, ansi, 256)));
  out.add("TargetName", Seen::of_text(reader.text(at + layout.target, ansi, 224)));
  out.add("OSDeviceName", Seen::of_text(reader.text(at + layout.device, ansi, 260)));
  out.add("SessionId", decode_unique_id(reader.bytes(at + layout.session, 16)));
  out.add("OSBusNumber", Seen::of_number(reader.number<std::uint32_t>(at + layout.bus)));
  out.add("OSTargetNumber", Seen::of_number(reader.number<std::uint32_t>(at + layout.os_target)));
  const auto count = reader.number<std::uint32_t>(at + layout.count);
  out.add("LUNCount", Seen::of_number(count));
  Seen luns;
  luns.kind = Seen::Kind::list;
  if (count > kEntriesMax) throw Broken("it has too many LUNs");
  if (count > 0) {
    const auto first = reader.pointer(at + layout.list);
    if (!first) throw Broken("LUNs are counted, but the pointer is NULL");
    for (std::uint32_t i = 0; i < count; ++i) {
      Seen lun;
      lun.kind = Seen::Kind::record;
      lun.add("OSLUN", Seen::of_number(reader.number<std::uint32_t>(*first + i * kLunBytes)));
      lun.add("TargetLUN",
              Seen::of_number(reader.number<std::uint64_t>(*first + i * kLunBytes + 8)));
      luns.items.push_back(std::move(lun));
    }
  }
  out.add("LUNList", std::move(luns));
  return out;
}

template <class Decode>
Seen guarded(Decode decode) {
  try {
    return decode();
  } catch (const Broken& broken) {
    return Seen::absent_because(broken.what());
  }
}

std::string trimmed_field(const std::string& field) {
  const std::size_t end = field.find_last_not_of(' ');
  return end == std::string::npos ? std::string{} : field.substr(0, end + 1);
}

Seen decode_vital_product_data(std::span<const std::byte> data) {
  if (data.size() < 4) return Seen::absent_because("fewer than the 4 bytes of a page header");
  Seen out;
  out.kind = Seen::Kind::record;
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint64_t>(data[i]); };
  const std::size_t bytes = byte(2) << 8 | byte(3);
  out.add("qualifier", Seen::of_number(byte(0) >> 5));
  out.add("type", Seen::of_number(byte(0) & 0x1F));
  out.add("page", Seen::of_number(byte(1)));
  out.add("page_bytes", Seen::of_number(bytes));
  const std::span<const std::byte> body = data.subspan(4, std::min(bytes, data.size() - 4));
  if (byte(1) == 0x00) {
    Seen pages;
    pages.kind = Seen::Kind::list;
    for (const std::byte page : body)
      pages.items.push_back(Seen::of_number(std::to_integer<std::uint64_t>(page)));
    out.add("pages", std::move(pages));
  } else if (byte(1) == 0x80) {
    std::string serial;
    for (const std::byte c : body) serial += static_cast<char>(c);
    out.add("serial", Seen::of_text(trimmed_field(serial)));
  }
  return out;
}

}  // namespace

Seen decode_sessions(const Filled& buffer, std::uint64_t count, bool ansi,
                     const AddressMap& addresses) {
  constexpr std::size_t kSessionBytes = 64;
  return guarded([&]() -> Seen {
    if (count > kEntriesMax) throw Broken("it has too many sessions");
    Seen out;
    out.kind = Seen::Kind::list;
    const Reader reader(buffer);
    for (std::size_t i = 0; i < count; ++i)
      out.items.push_back(decode_session(reader, i * kSessionBytes, ansi, addresses));
    return out;
  });
}

Seen decode_mappings(const Filled& buffer, std::uint64_t count, bool ansi) {
  const MappingLayout& layout = ansi ? kMappingA : kMappingW;
  return guarded([&]() -> Seen {
    if (count > kEntriesMax) throw Broken("it has too many mappings");
    Seen out;
    out.kind = Seen::Kind::list;
    const Reader reader(buffer);
    for (std::size_t i = 0; i < count; ++i)
      out.items.push_back(decode_mapping(reader, i * layout.size, layout, ansi));
    return out;
  });
}

Seen decode_multi_string(const Filled& buffer, bool ansi) {
  return guarded([&]() -> Seen {
    Seen out;
    out.kind = Seen::Kind::list;
    const Reader reader(buffer);
    const std::size_t width = ansi ? 1 : 2;
    for (std::size_t at = 0;;) {
      const std::string text = reader.text(at, ansi, buffer.valid);
      if (text.empty()) return out;
      if (out.items.size() >= kEntriesMax) throw Broken("it has too many strings");
      // The terminator is found again in code units: a character may have several bytes of UTF-8.
      while ((ansi ? reader.number<std::uint8_t>(at) : reader.number<std::uint16_t>(at)) != 0)
        at += width;
      at += width;
      out.items.push_back(Seen::of_text(text));
    }
  });
}

Seen decode_report_luns(const Filled& buffer) {
  const auto list = scsi::decode_report_luns_data(
      buffer.bytes.first(std::min(buffer.valid, buffer.bytes.size())));
  if (!list) return Seen::absent_because(std::string(list.error().reason));
  Seen luns;
  luns.kind = Seen::Kind::list;
  for (const std::uint64_t field : list->lun_fields)
    luns.items.push_back(Seen::of_number(scsi::plain_lun(field).value_or(field)));
  Seen out;
  out.kind = Seen::Kind::record;
  out.add("luns", std::move(luns));
  out.add("list_bytes", Seen::of_number(list->list_bytes));
  return out;
}

Seen decode_capacity(const Filled& buffer) {
  const std::span<const std::byte> valid =
      buffer.bytes.first(std::min(buffer.valid, buffer.bytes.size()));
  const auto capacity = valid.size() >= scsi::kCapacity16Bytes ? scsi::decode_capacity_16(valid)
                                                               : scsi::decode_capacity_10(valid);
  if (!capacity) return Seen::absent_because(std::string(capacity.error().reason));
  Seen out;
  out.kind = Seen::Kind::record;
  out.add("last_lba", Seen::of_number(capacity->last_lba));
  out.add("block", Seen::of_number(capacity->block_bytes));
  return out;
}

Seen decode_inquiry(const Filled& buffer, bool vital_product_data) {
  const std::span<const std::byte> valid =
      buffer.bytes.first(std::min(buffer.valid, buffer.bytes.size()));
  if (vital_product_data) return decode_vital_product_data(valid);
  const auto data = scsi::decode_inquiry_data(valid);
  if (!data) return Seen::absent_because(std::string(data.error().reason));
  Seen out;
  out.kind = Seen::Kind::record;
  out.add("type", Seen::of_number(data->peripheral.device_type));
  out.add("qualifier", Seen::of_number(data->peripheral.qualifier));
  out.add("version", Seen::of_number(data->version));
  out.add("vendor", Seen::of_text(trimmed_field(data->vendor)));
  out.add("product", Seen::of_text(trimmed_field(data->product)));
  out.add("revision", Seen::of_text(trimmed_field(data->revision)));
  return out;
}

Seen decode_sense_data(std::span<const std::byte> sense) {
  const auto decoded = scsi::decode_sense(sense);
  if (!decoded) return Seen::absent_because(std::string(decoded.error().reason));
  Seen out;
  out.kind = Seen::Kind::record;
  const std::uint64_t pair =
      static_cast<std::uint64_t>(decoded->code.asc) << 8 | decoded->code.ascq;
  out.add("key", Seen::of_number(static_cast<std::uint64_t>(decoded->key), Names::sense_key));
  out.add("asc", Seen::of_number(decoded->code.asc, Names::hex_byte));
  out.add("ascq", Seen::of_number(decoded->code.ascq, Names::hex_byte));
  out.add("code", Seen::of_number(pair, Names::asc_pair));
  const bool descriptor = scsi::sense_format(sense) == scsi::SenseFormat::descriptor;
  out.add("descriptor", Seen::of_number(descriptor ? 1 : 0, Names::yes_no));
  out.add("deferred", Seen::of_number(decoded->deferred ? 1 : 0, Names::yes_no));
  if (decoded->information) out.add("information", Seen::of_number(*decoded->information));
  return out;
}

Seen decode_unique_id(std::span<const std::byte> id) {
  if (id.size() < 16) return Seen::absent_because("fewer than 16 bytes");
  std::uint64_t unique = 0;
  std::uint64_t specific = 0;
  std::memcpy(&unique, id.data(), 8);
  std::memcpy(&specific, id.data() + 8, 8);
  Seen out;
  out.kind = Seen::Kind::record;
  out.bytes = copy(id.first(16));
  out.valid_bytes = 16;
  out.add("AdapterUnique", Seen::of_number(unique));
  out.add("AdapterSpecific", Seen::of_number(specific));
  return out;
}

}  // namespace lunsim::scenarios
