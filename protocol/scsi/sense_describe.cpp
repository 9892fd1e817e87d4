#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/asc_table.hpp"
#include "protocol/scsi/field_lines.hpp"
#include "protocol/scsi/sense.hpp"

namespace lunsim::scsi {

namespace {

std::string describe_code(AdditionalSense code) {
  const std::string_view name = name_of(code);
  const std::string_view shown = !name.empty()                           ? name
                                 : code.asc >= 0x80 || code.ascq >= 0x80 ? "vendor specific"
                                                                         : "not assigned";
  return fmt::format("{} ({:02X}h/{:02X}h)", shown, code.asc, code.ascq);
}

std::string describe_pointer(const SenseKeySpecific& specific) {
  const unsigned byte = (unsigned{specific.bytes[1]} << 8) | specific.bytes[2];
  const bool in_cdb = (specific.bytes[0] & 0x40) != 0;
  std::string text =
      fmt::format("byte {} of the {} is in error", byte, in_cdb ? "CDB" : "parameter list");
  if ((specific.bytes[0] & 0x08) != 0) text += fmt::format(", bit {}", specific.bytes[0] & 0x07);
  return text;
}

/// The three bytes mean what the sense key says that they mean; see SPC-4 §4.5.2.4.1.
void add_key_specific(SenseKey key, const SenseKeySpecific& specific, FieldLines& lines) {
  const unsigned number = (unsigned{specific.bytes[1]} << 8) | specific.bytes[2];
  switch (key) {
    case SenseKey::illegal_request:
      lines.add("", "FIELD POINTER", describe_pointer(specific));
      return;
    case SenseKey::no_sense:
    case SenseKey::not_ready:
      lines.add("", "PROGRESS INDICATION", fmt::format("{} of 65536", number));
      return;
    case SenseKey::recovered_error:
    case SenseKey::medium_error:
    case SenseKey::hardware_error:
      lines.add("", "ACTUAL RETRY COUNT", fmt::format("{}", number));
      return;
    case SenseKey::unit_attention:
      lines.add("", "UNIT ATTENTION QUEUE OVERFLOW", (specific.bytes[0] & 1) != 0 ? "1" : "0");
      return;
    default:
      lines.add("", "SENSE KEY SPECIFIC",
                fmt::format("{:02x} {:02x} {:02x}", specific.bytes[0], specific.bytes[1],
                            specific.bytes[2]));
  }
}

void add_flags(const Sense& sense, FieldLines& lines) {
  if (sense.filemark) lines.add("", "FILEMARK", "1");
  if (sense.end_of_medium) lines.add("", "EOM", "1");
  if (sense.incorrect_length) lines.add("", "ILI", "1");
  if (sense.overflow) lines.add("", "SDAT_OVFL", "1");
}

void add_fields(const Sense& sense, bool fixed, FieldLines& lines) {
  lines.add(fixed ? "byte 2" : "byte 1", "SENSE KEY",
            fmt::format("{:X}h {}", static_cast<unsigned>(sense.key), name_of(sense.key)));
  lines.add(fixed ? "byte 12..13" : "byte 2..3", "ADDITIONAL SENSE CODE",
            describe_code(sense.code));
  add_flags(sense, lines);
  if (sense.information) {
    lines.add(fixed ? "byte 3..6" : "", "INFORMATION",
              fmt::format("{} ({:X}h)", *sense.information, *sense.information));
  }
  if (sense.command_specific) {
    lines.add(fixed ? "byte 8..11" : "", "COMMAND-SPECIFIC INFORMATION",
              fmt::format("{} ({:X}h)", *sense.command_specific, *sense.command_specific));
  }
  if (sense.field_replaceable_unit != 0) {
    lines.add(fixed ? "byte 14" : "", "FIELD REPLACEABLE UNIT CODE",
              fmt::format("{:02X}h", sense.field_replaceable_unit));
  }
  if (sense.key_specific) add_key_specific(sense.key, *sense.key_specific, lines);
}

}  // namespace

std::string summary(const Sense& sense) {
  return fmt::format("{}, {}{}", name_of(sense.key), describe_code(sense.code),
                     sense.deferred ? ", deferred" : "");
}

std::string describe_sense(std::span<const std::byte> bytes) {
  FieldLines lines;
  const Result<Sense> sense = decode_sense(bytes);
  if (!sense) {
    lines.say(fmt::format("sense data that cannot be read: {} ({}, byte {})", sense.error().reason,
                          sense.error().section, sense.error().byte_offset));
    lines.add_rest(bytes, 0, "bytes");
    return lines.take();
  }
  const bool fixed = sense_format(bytes) == SenseFormat::fixed;
  lines.say(fmt::format("sense data, {} bytes: {}", bytes.size(), summary(*sense)));
  lines.add("byte 0", "RESPONSE CODE",
            fmt::format("{:02X}h {}, {} format", bytes::load_u8(&bytes[0]) & 0x7F,
                        sense->deferred ? "deferred error" : "current error",
                        fixed ? "fixed" : "descriptor"));
  add_fields(*sense, fixed, lines);
  const std::size_t told = bytes.size() < 8 ? bytes.size() : 8u + bytes::load_u8(&bytes[7]);
  lines.add_rest(bytes, told, "beyond the told length");
  return lines.take();
}

}  // namespace lunsim::scsi
