#include "protocol/scsi/mode_page.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::string_view kModeSection = "SPC-4 §7.5.5";

/// A zeroed page; where it begins.
std::byte* add_page(std::uint8_t page, std::uint8_t content_bytes, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 2u + content_bytes);
  bytes::store_u8(&out[at], page);
  bytes::store_u8(&out[at + 1], content_bytes);
  return &out[at];
}

void append_short_descriptor(const ModeHeader& header, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 8);
  bytes::store_be32(
      &out[at], static_cast<std::uint32_t>(std::min<std::uint64_t>(header.blocks, 0xFFFF'FFFF)));
  bytes::store_be24(&out[at + 5], header.block_bytes & 0xFF'FFFF);
}

void append_long_descriptor(const ModeHeader& header, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 16);
  bytes::store_be64(&out[at], header.blocks);
  bytes::store_be32(&out[at + 12], header.block_bytes);
}

std::uint8_t device_specific(const ModeHeader& header) {
  return static_cast<std::uint8_t>((header.write_protected ? 0x80 : 0) |
                                   (header.dpo_and_fua ? 0x10 : 0));
}

/// The descriptor's fields; `descriptor` has 8 or 16 bytes.
void decode_descriptor(std::span<const std::byte> descriptor, ModeHeader& header) {
  header.has_block_descriptor = true;
  if (header.long_lba) {
    header.blocks = bytes::load_be64(&descriptor[0]);
    header.block_bytes = bytes::load_be32(&descriptor[12]);
  } else {
    header.blocks = bytes::load_be32(&descriptor[0]);
    header.block_bytes = bytes::load_be24(&descriptor[5]);
  }
}

/// The sub-page format has a length of two bytes; see SPC-4 §7.5.7.
Result<std::vector<ModePageView>> decode_pages(std::span<const std::byte> bytes, std::size_t at) {
  std::vector<ModePageView> pages;
  while (at < bytes.size()) {
    const std::size_t left = bytes.size() - at;
    const std::uint8_t first = bytes::load_u8(&bytes[at]);
    const bool has_subpage = (first & 0x40) != 0;
    const std::size_t header_bytes = has_subpage ? 4 : 2;
    if (left < header_bytes)
      return violation("a mode page header is cut short", "SPC-4 §7.5.7", at);
    const std::size_t content = has_subpage ? std::size_t{bytes::load_be16(&bytes[at + 2])}
                                            : std::size_t{bytes::load_u8(&bytes[at + 1])};
    if (left < header_bytes + content)
      return violation("a mode page is cut short", "SPC-4 §7.5.7", at);
    ModePageView page;
    page.page = first & 0x3F;
    page.subpage = has_subpage ? bytes::load_u8(&bytes[at + 1]) : std::uint8_t{0};
    page.bytes = bytes.subspan(at, header_bytes + content);
    pages.push_back(page);
    at += header_bytes + content;
  }
  return pages;
}

}  // namespace

void encode_mode_page(const CachingPage& page, std::vector<std::byte>& out) {
  std::byte* at = add_page(mode::kCaching, 0x12, out);
  bytes::store_u8(at + 2, static_cast<std::uint8_t>((page.write_cache_enabled ? 4 : 0) |
                                                    (page.read_cache_disabled ? 1 : 0)));
}

void encode_mode_page(const ControlPage& page, std::vector<std::byte>& out) {
  std::byte* at = add_page(mode::kControl, 0x0A, out);
  bytes::store_u8(at + 2, static_cast<std::uint8_t>(((page.task_set_type & 7) << 5) |
                                                    (page.descriptor_sense ? 4 : 0)));
  bytes::store_u8(at + 3, static_cast<std::uint8_t>((page.queue_algorithm_modifier & 0x0F) << 4));
  bytes::store_u8(at + 4, page.software_write_protect ? 8 : 0);
  bytes::store_u8(at + 5, page.task_aborted_status ? 0x40 : 0);
}

void encode_mode_page(const InformationalExceptionsPage& page, std::vector<std::byte>& out) {
  std::byte* at = add_page(mode::kInformationalExceptions, 0x0A, out);
  bytes::store_u8(at + 2, page.exceptions_disabled ? 8 : 0);
  bytes::store_u8(at + 3, page.report_method & 0x0F);
}

void encode_mode_page(const DisconnectReconnectPage& page, std::vector<std::byte>& out) {
  std::byte* at = add_page(mode::kDisconnectReconnect, 0x0E, out);
  bytes::store_be16(at + 10, page.burst_bytes_max_512);
  bytes::store_be16(at + 14, page.first_burst_bytes_512);
}

void encode_mode_header(std::uint8_t form, const ModeHeader& header, std::size_t page_bytes,
                        std::vector<std::byte>& out) {
  const bool ten = form == 10;
  const bool long_lba = ten && header.long_lba;
  const std::size_t descriptor_bytes = !header.has_block_descriptor ? 0 : long_lba ? 16 : 8;
  const std::size_t at = out.size();
  out.resize(at + (ten ? 8 : 4));
  if (ten) {
    bytes::store_be16(&out[at], static_cast<std::uint16_t>(6 + descriptor_bytes + page_bytes));
    bytes::store_u8(&out[at + 3], device_specific(header));
    bytes::store_u8(&out[at + 4], long_lba ? 1 : 0);
    bytes::store_be16(&out[at + 6], static_cast<std::uint16_t>(descriptor_bytes));
  } else {
    bytes::store_u8(&out[at], static_cast<std::uint8_t>(3 + descriptor_bytes + page_bytes));
    bytes::store_u8(&out[at + 2], device_specific(header));
    bytes::store_u8(&out[at + 3], static_cast<std::uint8_t>(descriptor_bytes));
  }
  if (descriptor_bytes == 8) append_short_descriptor(header, out);
  if (descriptor_bytes == 16) append_long_descriptor(header, out);
}

Result<ModeData> decode_mode_data(std::uint8_t form, std::span<const std::byte> bytes) {
  const bool ten = form == 10;
  const std::size_t header_bytes = ten ? 8 : 4;
  if (bytes.size() < header_bytes) {
    return violation("mode data ends within its header", kModeSection, bytes.size());
  }
  const std::size_t told = ten ? 2u + bytes::load_be16(&bytes[0]) : 1u + bytes::load_u8(&bytes[0]);
  const std::size_t end = std::clamp(told, header_bytes, bytes.size());
  const std::uint8_t specific = bytes::load_u8(&bytes[ten ? 3 : 2]);
  ModeData data;
  data.header.write_protected = (specific & 0x80) != 0;
  data.header.dpo_and_fua = (specific & 0x10) != 0;
  data.header.long_lba = ten && (bytes::load_u8(&bytes[4]) & 1) != 0;
  const std::size_t descriptors = ten ? bytes::load_be16(&bytes[6]) : bytes::load_u8(&bytes[3]);
  if (descriptors > end - header_bytes) {
    return violation("block descriptors are longer than the mode data", kModeSection, ten ? 6 : 3,
                     "BLOCK DESCRIPTOR LENGTH");
  }
  if (descriptors >= (data.header.long_lba ? 16u : 8u)) {
    decode_descriptor(bytes.subspan(header_bytes, descriptors), data.header);
  }
  auto pages = decode_pages(bytes.first(end), header_bytes + descriptors);
  if (!pages) return tl::unexpected<ProtocolError>(pages.error());
  data.pages = std::move(*pages);
  return data;
}

}  // namespace lunsim::scsi
