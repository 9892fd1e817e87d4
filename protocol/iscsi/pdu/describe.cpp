#include "protocol/iscsi/pdu/describe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/ahs.hpp"
#include "protocol/iscsi/pdu/any_pdu.hpp"
#include "protocol/iscsi/pdu/fields.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "protocol/scsi/sense.hpp"

namespace lunsim::pdu {
namespace {

using Bytes = std::span<const std::byte>;
constexpr std::size_t kDumpBytesMax = 256;
constexpr std::size_t kTextLinesMax = 64;
constexpr std::size_t kCdbOffset = 32;

void say_line(std::string& out, std::string_view where, std::string_view name,
              std::string_view value) {
  out += fmt::format("  {:<12} {:<42} {}\n", where, name, value);
}

std::string place_of(const Field& field) {
  const unsigned last_bit = field.bit_offset + field.bits - 1u;
  if (field.bits < 8) {
    return field.bits == 1 ? fmt::format("{}.{}", field.byte_offset, field.bit_offset)
                           : fmt::format("{}.{}-{}", field.byte_offset, field.bit_offset, last_bit);
  }
  const unsigned last = field.byte_offset + last_bit / 8;
  return last == field.byte_offset ? fmt::format("{}", last)
                                   : fmt::format("{}-{}", field.byte_offset, last);
}

std::string name_with_alias(const Field& field) {
  const std::string_view alias = field.aliases.substr(0, field.aliases.find('|'));
  // Single letters and initials help the reader; other aliases are other spellings.
  const bool is_short = !alias.empty() && alias.size() <= 4 && field.kind != FieldKind::reserved;
  return is_short ? fmt::format("{} ({})", field.name, alias) : std::string(field.name);
}

std::string value_of(const Field& field, std::uint64_t value) {
  const int digits = (field.bits + 3) / 4;
  switch (field.kind) {
    case FieldKind::flag:
      return value != 0 ? "1" : "0";
    case FieldKind::code:
      return fmt::format("{:0{}X}h  {}", value, digits, field.meaning(value));
    case FieldKind::tag:
      return fmt::format("{:08X}h{}", value, value == 0xFFFF'FFFF ? "  (reserved: none)" : "");
    case FieldKind::lun:
      return fmt::format("{:016X}h  {}", value, scsi::describe_lun(value));
    case FieldKind::bytes:
      return fmt::format("{:0{}X}h", value, digits);
    case FieldKind::reserved:
      return fmt::format("{:0{}X}h  (not zero; ignored)", value, digits);
    case FieldKind::number:
    case FieldKind::serial_number:
      break;
  }
  return fmt::format("{}  ({:X}h)", value, value);
}

std::string describe_cdb(BhsView bhs) {
  const Bytes cdb = bhs.subspan<kCdbOffset>();
  const std::string_view name = scsi::name_of(scsi::command_code(cdb));
  return fmt::format("{}  {}", bytes::to_hex(cdb, " "), name);
}

void say_fields(std::string& out, BhsView bhs) {
  const bool is_command = opcode_of(bhs) == Opcode::scsi_command;
  for (const Field& field : fields_of(opcode_of(bhs))) {
    if (is_command && field.byte_offset >= kCdbOffset) break;
    const std::uint64_t value = read_field(bhs, field);
    if (field.kind == FieldKind::reserved && value == 0) continue;
    say_line(out, place_of(field), name_with_alias(field), value_of(field, value));
  }
  if (is_command) say_line(out, "32-47", "CDB", describe_cdb(bhs));
}

void say_dump(std::string& out, Bytes data) {
  out += bytes::hexdump(data.first(std::min(data.size(), kDumpBytesMax)));
  if (data.size() > kDumpBytesMax)
    out += fmt::format("... {} more bytes\n", data.size() - kDumpBytesMax);
}

void say_ahs(std::string& out, Bytes all) {
  for (AhsWalk walk(all); !walk.is_done();) {
    const auto ahs = walk.next();
    if (!ahs) {
      out += fmt::format("  AHS: {}\n", describe(ahs.error()));
      say_dump(out, all);
      return;
    }
    const Bytes shown = ahs->specific.first(std::min(ahs->specific.size(), kDumpBytesMax));
    say_line(out, fmt::format("{}", ahs->byte_offset), fmt::format("AHS {}", name_of(ahs->type)),
             bytes::to_hex(shown, " "));
  }
}

// Whatever is not printable shows as an escape, so that a peer cannot write to our reader's
// terminal.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", byte);
    }
  }
  return out;
}

void say_text(std::string& out, Bytes data) {
  std::string_view rest(reinterpret_cast<const char*>(data.data()), data.size());
  for (std::size_t line = 0; !rest.empty(); ++line) {
    if (line == kTextLinesMax) {
      out += fmt::format("  ... {} more bytes\n", rest.size());
      return;
    }
    const std::string_view pair = rest.substr(0, rest.find('\0'));
    out += fmt::format("  {}\n", printable(pair.substr(0, kDumpBytesMax)));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
  }
}

// SenseLength, the sense data, and what follows (§11.4.7, §11.9.4).
void say_sense(std::string& out, Bytes data) {
  if (data.size() < 2) return say_dump(out, data);
  const std::size_t length = bytes::load_be16(data.data());
  say_line(out, "data 0-1", "SenseLength", fmt::format("{}", length));
  const Bytes sense = data.subspan(2, std::min(length, data.size() - 2));
  if (sense.size() < length) out += "  the sense data is longer than the data segment\n";
  if (!sense.empty()) out += scsi::describe_sense(sense);
  const Bytes rest = data.subspan(2 + sense.size());
  if (!rest.empty()) say_dump(out, rest);
}

void say_rejected(std::string& out, Bytes data) {
  if (data.size() < kBhsBytes) return say_dump(out, data);
  const BhsView bhs = data.first<kBhsBytes>();
  out += fmt::format("  the rejected header: {}\n", name_of(opcode_of(bhs)));
  say_fields(out, bhs);
  if (data.size() > kBhsBytes) say_dump(out, data.subspan(kBhsBytes));
}

void say_data(std::string& out, const PduView& pdu) {
  if (pdu.data.empty()) return;
  out += fmt::format("data segment, {} bytes:\n", pdu.data.size());
  switch (opcode_of(pdu.bhs)) {
    case Opcode::login_request:
    case Opcode::login_response:
    case Opcode::text_request:
    case Opcode::text_response:
      return say_text(out, pdu.data);
    case Opcode::scsi_response:
    case Opcode::async_message:
      return say_sense(out, pdu.data);
    case Opcode::reject:
      return say_rejected(out, pdu.data);
    default:
      return say_dump(out, pdu.data);
  }
}

}  // namespace

std::string describe(const ProtocolError& error) {
  std::string text = fmt::format("{} ({}, byte {}", error.reason, error.section, error.byte_offset);
  if (!error.field.empty()) text += fmt::format(", {}", error.field);
  return text + ")";
}

std::optional<ProtocolError> violation_in(const PduView& pdu) {
  const auto decoded = decode(pdu);
  if (decoded) return {};
  return decoded.error();
}

std::string describe(const PduView& pdu) {
  const Opcode opcode = opcode_of(pdu.bhs);
  std::string out = fmt::format("{} ({:02X}h), {}\n", name_of(opcode),
                                static_cast<unsigned>(opcode), fields_of(opcode).front().section);
  say_fields(out, pdu.bhs);
  say_ahs(out, pdu.ahs);
  const std::size_t announced = data_segment_bytes_of(pdu.bhs);
  if (announced != pdu.data.size()) {
    out += fmt::format("  the header announces {} bytes of data, {} are here\n", announced,
                       pdu.data.size());
  }
  say_data(out, pdu);
  if (const auto error = violation_in(pdu)) out += fmt::format("violation: {}\n", describe(*error));
  return out;
}

}  // namespace lunsim::pdu
