#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/sense.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::string_view kSenseSection = "SPC-4 §4.5";

/// Bytes up to the end that ADDITIONAL SENSE LENGTH (byte 7) tells, or all if it is not there.
std::span<const std::byte> told_bytes(std::span<const std::byte> bytes) {
  if (bytes.size() < 8) return bytes;
  const std::size_t told = 8u + bytes::load_u8(&bytes[7]);
  return bytes.first(std::min(told, bytes.size()));
}

SenseKeySpecific load_key_specific(const std::byte* at) {
  return {{bytes::load_u8(at), bytes::load_u8(at + 1), bytes::load_u8(at + 2)}};
}

void decode_flags(std::uint8_t flags, Sense& sense) {
  sense.filemark = (flags & 0x80) != 0;
  sense.end_of_medium = (flags & 0x40) != 0;
  sense.incorrect_length = (flags & 0x20) != 0;
}

void decode_fixed_tail(std::span<const std::byte> bytes, Sense& sense) {
  const bool valid = (bytes::load_u8(&bytes[0]) & 0x80) != 0;
  if (valid && bytes.size() >= 7) sense.information = bytes::load_be32(&bytes[3]);
  if (bytes.size() >= 12 && bytes::load_be32(&bytes[8]) != 0) {
    sense.command_specific = bytes::load_be32(&bytes[8]);
  }
  if (bytes.size() >= 14) sense.code = {bytes::load_u8(&bytes[12]), bytes::load_u8(&bytes[13])};
  if (bytes.size() >= 15) sense.field_replaceable_unit = bytes::load_u8(&bytes[14]);
  if (bytes.size() >= 18 && (bytes::load_u8(&bytes[15]) & 0x80) != 0) {
    sense.key_specific = load_key_specific(&bytes[15]);
  }
}

Result<Sense> decode_fixed(std::span<const std::byte> bytes) {
  if (bytes.size() < 3) return violation("sense data ends before its sense key", kSenseSection, 2);
  Sense sense;
  const std::uint8_t flags = bytes::load_u8(&bytes[2]);
  sense.deferred = (bytes::load_u8(&bytes[0]) & 0x7F) == 0x71;
  sense.key = static_cast<SenseKey>(flags & 0x0F);
  sense.overflow = (flags & 0x10) != 0;
  decode_flags(flags, sense);
  decode_fixed_tail(told_bytes(bytes), sense);
  return sense;
}

/// What the standard says for a type's ADDITIONAL LENGTH; 0 for types that are stepped over.
std::uint8_t additional_length_of(std::uint8_t type) {
  switch (type) {
    case 0x00:
    case 0x01:
      return 0x0A;
    case 0x02:
      return 0x06;
    case 0x03:
    case 0x04:
    case 0x05:
      return 0x02;
    default:
      return 0;
  }
}

/// `at` holds a whole descriptor of the type's length.
void read_descriptor(const std::byte* at, Sense& sense) {
  switch (bytes::load_u8(at)) {
    case 0x00:
      if ((bytes::load_u8(at + 2) & 0x80) != 0) sense.information = bytes::load_be64(at + 4);
      return;
    case 0x01:
      sense.command_specific = bytes::load_be64(at + 4);
      return;
    case 0x02:
      if ((bytes::load_u8(at + 4) & 0x80) != 0) sense.key_specific = load_key_specific(at + 4);
      return;
    case 0x03:
      sense.field_replaceable_unit = bytes::load_u8(at + 3);
      return;
    case 0x04:
      decode_flags(bytes::load_u8(at + 3), sense);
      return;
    case 0x05:
      sense.incorrect_length = (bytes::load_u8(at + 3) & 0x20) != 0;
      return;
    default:
      return;
  }
}

Result<Sense> decode_descriptor(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) return violation("sense data ends before its sense key", kSenseSection, 1);
  Sense sense;
  sense.deferred = bytes::load_u8(&bytes[0]) == 0x73;
  sense.key = static_cast<SenseKey>(bytes::load_u8(&bytes[1]) & 0x0F);
  if (bytes.size() >= 4) sense.code = {bytes::load_u8(&bytes[2]), bytes::load_u8(&bytes[3])};
  if (bytes.size() >= 5) sense.overflow = (bytes::load_u8(&bytes[4]) & 0x80) != 0;
  const std::span<const std::byte> told = told_bytes(bytes);
  for (std::size_t at = 8; at + 2 <= told.size();) {
    const std::uint8_t length = bytes::load_u8(&told[at + 1]);
    const std::uint8_t right = additional_length_of(bytes::load_u8(&told[at]));
    if (right != 0 && right != length) {
      return violation("a sense data descriptor has another length than its type has",
                       "SPC-4 §4.5.2", at + 1, "ADDITIONAL LENGTH");
    }
    const std::size_t end = at + 2u + length;
    if (end > told.size()) break;
    read_descriptor(&told[at], sense);
    at = end;
  }
  return sense;
}

}  // namespace

std::optional<SenseFormat> sense_format(std::span<const std::byte> bytes) {
  if (bytes.empty()) return std::nullopt;
  switch (bytes::load_u8(bytes.data()) & 0x7F) {
    case 0x70:
    case 0x71:
      return SenseFormat::fixed;
    case 0x72:
    case 0x73:
      return SenseFormat::descriptor;
    default:
      return std::nullopt;
  }
}

Result<Sense> decode_sense(std::span<const std::byte> bytes) {
  if (bytes.empty()) return violation("there is no sense data", kSenseSection);
  const std::optional<SenseFormat> format = sense_format(bytes);
  if (!format) {
    return violation("the response code is none of 70h to 73h", kSenseSection, 0, "RESPONSE CODE");
  }
  return *format == SenseFormat::fixed ? decode_fixed(bytes) : decode_descriptor(bytes);
}

}  // namespace lunsim::scsi
