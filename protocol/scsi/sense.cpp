#include "protocol/scsi/sense.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/text_match.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::array<std::string_view, 16> kKeyNames{
    "NO SENSE",       "RECOVERED ERROR", "NOT READY",      "MEDIUM ERROR",
    "HARDWARE ERROR", "ILLEGAL REQUEST", "UNIT ATTENTION", "DATA PROTECT",
    "BLANK CHECK",    "VENDOR SPECIFIC", "COPY ABORTED",   "ABORTED COMMAND",
    "RESERVED (CH)",  "VOLUME OVERFLOW", "MISCOMPARE",     "COMPLETED"};

constexpr std::uint8_t kFilemark = 0x80;
constexpr std::uint8_t kEndOfMedium = 0x40;
constexpr std::uint8_t kIncorrectLength = 0x20;
constexpr std::uint8_t kOverflow = 0x10;

std::uint8_t flag(bool set, std::uint8_t bit) { return set ? bit : std::uint8_t{0}; }

void store_key_specific(std::byte* at, const SenseKeySpecific& specific) {
  for (std::size_t i = 0; i < 3; ++i) bytes::store_u8(at + i, specific.bytes[i]);
}

/// Appends descriptors behind the eight bytes of the header.
class DescriptorWriter {
 public:
  explicit DescriptorWriter(std::span<std::byte> out) : out_(out) {}

  /// The descriptor's bytes, zeroed but for type and length.
  std::byte* add(std::uint8_t type, std::uint8_t bytes_in_all) {
    std::byte* at = out_.data() + size_;
    std::fill_n(at, bytes_in_all, std::byte{0});
    bytes::store_u8(at, type);
    bytes::store_u8(at + 1, static_cast<std::uint8_t>(bytes_in_all - 2));
    size_ += bytes_in_all;
    return at;
  }
  std::size_t size() const { return size_; }

 private:
  std::span<std::byte> out_;
  std::size_t size_ = 8;
};

void add_stream_or_block_flags(const Sense& sense, DescriptorWriter& writer) {
  if (sense.filemark || sense.end_of_medium) {
    bytes::store_u8(writer.add(0x04, 4) + 3,
                    static_cast<std::uint8_t>(flag(sense.filemark, kFilemark) |
                                              flag(sense.end_of_medium, kEndOfMedium) |
                                              flag(sense.incorrect_length, kIncorrectLength)));
  } else if (sense.incorrect_length) {
    bytes::store_u8(writer.add(0x05, 4) + 3, kIncorrectLength);
  }
}

void add_descriptors(const Sense& sense, DescriptorWriter& writer) {
  if (sense.information) {
    std::byte* at = writer.add(0x00, 12);
    bytes::store_u8(at + 2, 0x80);
    bytes::store_be64(at + 4, *sense.information);
  }
  if (sense.command_specific) bytes::store_be64(writer.add(0x01, 12) + 4, *sense.command_specific);
  if (sense.key_specific) store_key_specific(writer.add(0x02, 8) + 4, *sense.key_specific);
  if (sense.field_replaceable_unit != 0) {
    bytes::store_u8(writer.add(0x03, 4) + 3, sense.field_replaceable_unit);
  }
  add_stream_or_block_flags(sense, writer);
}

}  // namespace

std::string_view name_of(SenseKey key) { return kKeyNames[static_cast<std::size_t>(key) & 0xF]; }

std::optional<SenseKey> sense_key_named(std::string_view name) {
  for (std::size_t i = 0; i < kKeyNames.size(); ++i) {
    if (matches_name(name, kKeyNames[i])) return static_cast<SenseKey>(i);
  }
  return std::nullopt;
}

SenseKeySpecific field_pointer(bool in_cdb, std::uint16_t byte, std::optional<std::uint8_t> bit) {
  SenseKeySpecific result;
  const std::uint8_t bit_part =
      bit ? static_cast<std::uint8_t>(0x08 | (*bit & 0x07)) : std::uint8_t{0};
  result.bytes[0] = static_cast<std::uint8_t>(0x80 | flag(in_cdb, 0x40) | bit_part);
  result.bytes[1] = static_cast<std::uint8_t>(byte >> 8);
  result.bytes[2] = static_cast<std::uint8_t>(byte);
  return result;
}

SenseKeySpecific progress_indication(std::uint16_t progress) {
  return {{0x80, static_cast<std::uint8_t>(progress >> 8), static_cast<std::uint8_t>(progress)}};
}

std::size_t encode_fixed_sense(const Sense& sense, std::span<std::byte> out) {
  assert(out.size() >= kFixedSenseBytes);
  std::byte* at = out.data();
  std::fill_n(at, kFixedSenseBytes, std::byte{0});
  const bool valid = sense.information && *sense.information <= 0xFFFF'FFFF;
  bytes::store_u8(at,
                  static_cast<std::uint8_t>(flag(valid, 0x80) | (sense.deferred ? 0x71 : 0x70)));
  bytes::store_u8(at + 2, static_cast<std::uint8_t>(flag(sense.filemark, kFilemark) |
                                                    flag(sense.end_of_medium, kEndOfMedium) |
                                                    flag(sense.incorrect_length, kIncorrectLength) |
                                                    flag(sense.overflow, kOverflow) |
                                                    static_cast<std::uint8_t>(sense.key)));
  if (valid) bytes::store_be32(at + 3, static_cast<std::uint32_t>(*sense.information));
  bytes::store_u8(at + 7, kFixedSenseBytes - 8);
  if (sense.command_specific) {
    bytes::store_be32(at + 8, static_cast<std::uint32_t>(*sense.command_specific));
  }
  bytes::store_u8(at + 12, sense.code.asc);
  bytes::store_u8(at + 13, sense.code.ascq);
  bytes::store_u8(at + 14, sense.field_replaceable_unit);
  if (sense.key_specific) store_key_specific(at + 15, *sense.key_specific);
  return kFixedSenseBytes;
}

std::size_t encode_descriptor_sense(const Sense& sense, std::span<std::byte> out) {
  assert(out.size() >= kDescriptorSenseBytesMax);
  std::byte* at = out.data();
  std::fill_n(at, 8, std::byte{0});
  bytes::store_u8(at, sense.deferred ? 0x73 : 0x72);
  bytes::store_u8(at + 1, static_cast<std::uint8_t>(sense.key));
  bytes::store_u8(at + 2, sense.code.asc);
  bytes::store_u8(at + 3, sense.code.ascq);
  bytes::store_u8(at + 4, flag(sense.overflow, 0x80));
  DescriptorWriter writer(out);
  add_descriptors(sense, writer);
  bytes::store_u8(at + 7, static_cast<std::uint8_t>(writer.size() - 8));
  return writer.size();
}

std::size_t encode_sense(const Sense& sense, SenseFormat format, std::span<std::byte> out) {
  return format == SenseFormat::fixed ? encode_fixed_sense(sense, out)
                                      : encode_descriptor_sense(sense, out);
}

std::vector<std::byte> encode_sense(const Sense& sense, SenseFormat format) {
  std::vector<std::byte> out(kDescriptorSenseBytesMax);
  out.resize(encode_sense(sense, format, out));
  return out;
}

}  // namespace lunsim::scsi
