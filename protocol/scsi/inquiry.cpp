#include "protocol/scsi/inquiry.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::size_t kVersionDescriptorsAt = 58;
constexpr std::size_t kVersionDescriptorsMax = 8;

std::string text_of(std::span<const std::byte> field) {
  std::string text;
  for (const std::byte& byte : field) text += static_cast<char>(bytes::load_u8(&byte));
  text.erase(text.find_last_not_of(std::string_view(" \0", 2)) + 1);
  return text;
}

void put(std::vector<std::byte>& out, std::size_t at, unsigned value) {
  bytes::store_u8(&out[at], static_cast<std::uint8_t>(value));
}

void put_flags(const InquiryData& data, std::vector<std::byte>& out, std::size_t at) {
  put(out, at + 1, data.removable ? 0x80 : 0);
  put(out, at + 2, data.version);
  put(out, at + 3, (data.normal_aca ? 0x20u : 0u) | (data.hierarchical ? 0x10u : 0u) | 0x02u);
  put(out, at + 5,
      (static_cast<unsigned>(data.target_port_groups & 3) << 4) |
          (data.third_party_copy ? 0x08u : 0u) | (data.protect ? 0x01u : 0u));
  put(out, at + 6, data.multi_port ? 0x10 : 0);
  put(out, at + 7, data.command_queuing ? 0x02 : 0);
}

void append_version_descriptors(const InquiryData& data, std::vector<std::byte>& out) {
  const std::size_t at = out.size() + kVersionDescriptorsAt - kInquiryBytesMin;
  out.resize(at + 2 * kVersionDescriptorsMax);
  const std::size_t count = std::min(data.version_descriptors.size(), kVersionDescriptorsMax);
  for (std::size_t i = 0; i < count; ++i) {
    bytes::store_be16(&out[at + 2 * i], data.version_descriptors[i]);
  }
}

}  // namespace

std::string_view device_type_name(std::uint8_t device_type) {
  switch (device_type & 0x1F) {
    case 0x00:
      return "direct-access block device";
    case 0x01:
      return "sequential-access device";
    case 0x03:
      return "processor device";
    case 0x05:
      return "CD/DVD device";
    case 0x08:
      return "media changer device";
    case 0x0C:
      return "storage array controller device";
    case 0x0D:
      return "enclosure services device";
    case 0x0E:
      return "simplified direct-access device";
    case 0x11:
      return "object-based storage device";
    case 0x14:
      return "host managed zoned block device";
    case 0x1E:
      return "well-known logical unit";
    case 0x1F:
      return "unknown or no device type";
    default:
      return "other device type";
  }
}

void append_padded_ascii(std::string_view text, std::size_t width, std::vector<std::byte>& out) {
  for (std::size_t i = 0; i < width; ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    out.push_back(static_cast<std::byte>(c >= ' ' && c <= '~' ? c : ' '));
  }
}

void encode_inquiry_data(const InquiryData& data, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 8);
  out[at] = data.peripheral.byte();
  put_flags(data, out, at);
  append_padded_ascii(data.vendor, 8, out);
  append_padded_ascii(data.product, 16, out);
  append_padded_ascii(data.revision, 4, out);
  if (!data.version_descriptors.empty()) append_version_descriptors(data, out);
  put(out, at + 4, static_cast<unsigned>(out.size() - at - 5));
}

Result<InquiryData> decode_inquiry_data(std::span<const std::byte> bytes) {
  if (bytes.size() < kInquiryBytesMin) {
    return violation("standard INQUIRY data has at least 36 bytes", "SPC-4 §6.6.2", bytes.size());
  }
  const auto at = [&](std::size_t index) { return bytes::load_u8(&bytes[index]); };
  InquiryData data;
  data.peripheral = {static_cast<std::uint8_t>(at(0) >> 5),
                     static_cast<std::uint8_t>(at(0) & 0x1F)};
  data.removable = (at(1) & 0x80) != 0;
  data.version = at(2);
  data.normal_aca = (at(3) & 0x20) != 0;
  data.hierarchical = (at(3) & 0x10) != 0;
  data.target_port_groups = (at(5) >> 4) & 3;
  data.third_party_copy = (at(5) & 0x08) != 0;
  data.protect = (at(5) & 0x01) != 0;
  data.multi_port = (at(6) & 0x10) != 0;
  data.command_queuing = (at(7) & 0x02) != 0;
  data.vendor = text_of(bytes.subspan(8, 8));
  data.product = text_of(bytes.subspan(16, 16));
  data.revision = text_of(bytes.subspan(32, 4));
  const std::size_t end =
      std::min({bytes.size(), kInquiryBytesWithVersions, std::size_t{5} + at(4)});
  for (std::size_t i = kVersionDescriptorsAt; i + 2 <= end; i += 2) {
    const std::uint16_t version = bytes::load_be16(&bytes[i]);
    if (version != 0) data.version_descriptors.push_back(version);
  }
  return data;
}

}  // namespace lunsim::scsi
