#include "protocol/scsi/vpd_page.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::size_t kPageHeaderBytes = 4;
constexpr std::size_t kDesignatorHeaderBytes = 4;
constexpr std::size_t kDesignatorBytesMax = 252;
constexpr std::size_t kSerialBytesMax = 251;

/// Appends the header and returns where the page begins; finish_page() sets its length.
std::size_t begin_page(Peripheral peripheral, std::uint8_t page, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + kPageHeaderBytes);
  out[at] = peripheral.byte();
  bytes::store_u8(&out[at + 1], page);
  return at;
}
void finish_page(std::size_t at, std::vector<std::byte>& out) {
  bytes::store_be16(&out[at + 2], static_cast<std::uint16_t>(out.size() - at - kPageHeaderBytes));
}
/// A page of a fixed size, zeroed; its content.
std::byte* add_fixed_page(Peripheral peripheral, std::uint8_t page, std::size_t content_bytes,
                          std::vector<std::byte>& out) {
  const std::size_t at = begin_page(peripheral, page, out);
  out.resize(out.size() + content_bytes);
  finish_page(at, out);
  return &out[at + kPageHeaderBytes];
}

/// Numbers of a page that may be shorter than the one we know: what is not there is 0.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> content) : content_(content) {}
  std::uint8_t u8(std::size_t at) const {
    return has(at, 1) ? bytes::load_u8(&content_[at]) : std::uint8_t{0};
  }
  std::uint16_t u16(std::size_t at) const {
    return has(at, 2) ? bytes::load_be16(&content_[at]) : std::uint16_t{0};
  }
  std::uint32_t u32(std::size_t at) const {
    return has(at, 4) ? bytes::load_be32(&content_[at]) : 0;
  }
  std::uint64_t u64(std::size_t at) const {
    return has(at, 8) ? bytes::load_be64(&content_[at]) : 0;
  }

 private:
  bool has(std::size_t at, std::size_t size) const { return at + size <= content_.size(); }
  std::span<const std::byte> content_;
};

void append_designator(const Designator& designator, std::vector<std::byte>& out) {
  const std::size_t size = std::min(designator.bytes.size(), kDesignatorBytesMax);
  const bool names_protocol = designator.association != Association::logical_unit;
  const unsigned protocol = names_protocol ? designator.protocol & 0x0Fu : 0u;
  const auto push = [&](unsigned value) { out.push_back(static_cast<std::byte>(value)); };
  push((protocol << 4) | static_cast<unsigned>(designator.code_set));
  push((names_protocol ? 0x80u : 0u) | (static_cast<unsigned>(designator.association) << 4) |
       static_cast<unsigned>(designator.type));
  push(0);
  push(static_cast<unsigned>(size));
  out.insert(out.end(), designator.bytes.begin(),
             designator.bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace

Result<VpdPage> decode_vpd_page(std::span<const std::byte> bytes) {
  if (bytes.size() < kPageHeaderBytes) {
    return violation("a VPD page has at least four bytes", "SPC-4 §7.8.1", bytes.size());
  }
  const std::uint8_t first = bytes::load_u8(&bytes[0]);
  VpdPage page;
  page.peripheral = {static_cast<std::uint8_t>(first >> 5),
                     static_cast<std::uint8_t>(first & 0x1F)};
  page.page = bytes::load_u8(&bytes[1]);
  const std::size_t told = bytes::load_be16(&bytes[2]);
  page.content = bytes.subspan(kPageHeaderBytes, std::min(told, bytes.size() - kPageHeaderBytes));
  return page;
}

void encode_supported_pages(Peripheral peripheral, std::span<const std::uint8_t> pages,
                            std::vector<std::byte>& out) {
  const std::size_t at = begin_page(peripheral, vpd::kSupportedPages, out);
  for (const std::uint8_t page : pages) out.push_back(static_cast<std::byte>(page));
  finish_page(at, out);
}

void encode_unit_serial_number(Peripheral peripheral, std::string_view serial,
                               std::vector<std::byte>& out) {
  const std::size_t at = begin_page(peripheral, vpd::kUnitSerialNumber, out);
  append_padded_ascii(serial, std::min(serial.size(), kSerialBytesMax), out);
  finish_page(at, out);
}

std::string decode_unit_serial_number(const VpdPage& page) {
  std::string text;
  for (const std::byte& byte : page.content) text += static_cast<char>(bytes::load_u8(&byte));
  const std::string_view padding(" \0", 2);
  text.erase(text.find_last_not_of(padding) + 1);
  text.erase(0, std::min(text.find_first_not_of(padding), text.size()));
  return text;
}

void encode_device_identification(Peripheral peripheral, std::span<const Designator> designators,
                                  std::vector<std::byte>& out) {
  const std::size_t at = begin_page(peripheral, vpd::kDeviceIdentification, out);
  for (const Designator& designator : designators) append_designator(designator, out);
  finish_page(at, out);
}

Result<std::vector<Designator>> decode_device_identification(const VpdPage& page) {
  std::vector<Designator> found;
  std::span<const std::byte> rest = page.content;
  while (rest.size() >= kDesignatorHeaderBytes) {
    const std::size_t size = bytes::load_u8(&rest[3]);
    if (size > rest.size() - kDesignatorHeaderBytes) {
      return violation("a designator is longer than its page", "SPC-4 §7.8.6.1",
                       kPageHeaderBytes + page.content.size() - rest.size(), "DESIGNATOR LENGTH");
    }
    const std::uint8_t first = bytes::load_u8(&rest[0]);
    const std::uint8_t second = bytes::load_u8(&rest[1]);
    const auto value = rest.subspan(kDesignatorHeaderBytes, size);
    Designator designator;
    designator.code_set = static_cast<CodeSet>(first & 0x0F);
    designator.association = static_cast<Association>((second >> 4) & 3);
    designator.type = static_cast<DesignatorType>(second & 0x0F);
    if ((second & 0x80) != 0) designator.protocol = static_cast<std::uint8_t>(first >> 4);
    designator.bytes.assign(value.begin(), value.end());
    found.push_back(std::move(designator));
    rest = rest.subspan(kDesignatorHeaderBytes + size);
  }
  return found;
}

void encode_block_limits(Peripheral peripheral, const BlockLimits& limits,
                         std::vector<std::byte>& out) {
  std::byte* at = add_fixed_page(peripheral, vpd::kBlockLimits, 60, out) - kPageHeaderBytes;
  bytes::store_u8(at + 4, limits.write_same_nonzero_only ? 1 : 0);
  bytes::store_u8(at + 5, limits.compare_and_write_blocks_max);
  bytes::store_be16(at + 6, limits.transfer_granularity);
  bytes::store_be32(at + 8, limits.transfer_blocks_max);
  bytes::store_be32(at + 12, limits.transfer_blocks_optimal);
  bytes::store_be32(at + 16, limits.prefetch_blocks_max);
  bytes::store_be32(at + 20, limits.unmap_blocks_max);
  bytes::store_be32(at + 24, limits.unmap_descriptors_max);
  bytes::store_be32(at + 28, limits.unmap_granularity);
  bytes::store_be32(at + 32, (limits.unmap_alignment & 0x7FFF'FFFF) |
                                 (limits.unmap_alignment_valid ? 0x8000'0000u : 0u));
  bytes::store_be64(at + 36, limits.write_same_blocks_max);
}

BlockLimits decode_block_limits(const VpdPage& page) {
  const Fields fields(page.content);
  BlockLimits limits;
  limits.write_same_nonzero_only = (fields.u8(0) & 1) != 0;
  limits.compare_and_write_blocks_max = fields.u8(1);
  limits.transfer_granularity = fields.u16(2);
  limits.transfer_blocks_max = fields.u32(4);
  limits.transfer_blocks_optimal = fields.u32(8);
  limits.prefetch_blocks_max = fields.u32(12);
  limits.unmap_blocks_max = fields.u32(16);
  limits.unmap_descriptors_max = fields.u32(20);
  limits.unmap_granularity = fields.u32(24);
  limits.unmap_alignment = fields.u32(28) & 0x7FFF'FFFF;
  limits.unmap_alignment_valid = (fields.u32(28) & 0x8000'0000) != 0;
  limits.write_same_blocks_max = fields.u64(32);
  return limits;
}

void encode_block_device_characteristics(Peripheral peripheral,
                                         const BlockDeviceCharacteristics& characteristics,
                                         std::vector<std::byte>& out) {
  std::byte* at =
      add_fixed_page(peripheral, vpd::kBlockDeviceCharacteristics, 60, out) - kPageHeaderBytes;
  bytes::store_be16(at + 4, characteristics.rotation_rate);
  bytes::store_u8(at + 7, characteristics.nominal_form_factor & 0x0F);
}

BlockDeviceCharacteristics decode_block_device_characteristics(const VpdPage& page) {
  const Fields fields(page.content);
  return {fields.u16(0), static_cast<std::uint8_t>(fields.u8(3) & 0x0F)};
}

void encode_logical_block_provisioning(Peripheral peripheral,
                                       const LogicalBlockProvisioning& provisioning,
                                       std::vector<std::byte>& out) {
  std::byte* at =
      add_fixed_page(peripheral, vpd::kLogicalBlockProvisioning, 4, out) - kPageHeaderBytes;
  bytes::store_u8(at + 4, provisioning.threshold_exponent);
  bytes::store_u8(at + 5, static_cast<std::uint8_t>((provisioning.unmap ? 0x80u : 0u) |
                                                    (provisioning.write_same_16 ? 0x40u : 0u) |
                                                    (provisioning.write_same_10 ? 0x20u : 0u) |
                                                    ((provisioning.reads_zeros & 7u) << 2) |
                                                    (provisioning.anchor ? 0x02u : 0u)));
  bytes::store_u8(at + 6, provisioning.type & 7);
}

LogicalBlockProvisioning decode_logical_block_provisioning(const VpdPage& page) {
  const Fields fields(page.content);
  LogicalBlockProvisioning provisioning;
  provisioning.threshold_exponent = fields.u8(0);
  provisioning.unmap = (fields.u8(1) & 0x80) != 0;
  provisioning.write_same_16 = (fields.u8(1) & 0x40) != 0;
  provisioning.write_same_10 = (fields.u8(1) & 0x20) != 0;
  provisioning.reads_zeros = (fields.u8(1) >> 2) & 7;
  provisioning.anchor = (fields.u8(1) & 0x02) != 0;
  provisioning.type = fields.u8(2) & 7;
  return provisioning;
}

}  // namespace lunsim::scsi
