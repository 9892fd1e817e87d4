// Every field of every header by its name: where it lies, how wide it is, what its values are
// called. The tables cover all 384 bits of each kind, reserved ones too, so that any of them can be
// read, explained or rewritten by name. Not a judge: the decoders are. RFC 7143 §11.3-§11.19
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

enum class FieldKind : std::uint8_t {
  number,
  flag,
  code,  // one of a set; `meaning` names it
  lun,
  tag,  // FFFFFFFFh is reserved
  serial_number,
  bytes,  // no number at all: a CDB's bytes, an ISID
  reserved,
};

struct Field {
  std::string_view name;     // the standard's words: "Expected Data Transfer Length"
  std::string_view aliases;  // further names, divided by '|': "EDTL"; may be empty
  std::uint16_t byte_offset = 0;
  std::uint8_t bit_offset = 0;  // 0 is the most significant, as in the standard's figures
  std::uint8_t bits = 0;        // 1 to 64
  FieldKind kind = FieldKind::number;
  std::string_view section;
  std::string_view (*meaning)(std::uint64_t value) = nullptr;
};

/// The table of a kind, in the order of the bits. An unknown opcode has the common fields and
/// nothing else.
std::span<const Field> fields_of(Opcode opcode);

/// By name or alias, ignoring case, spaces, underscores, hyphens, slashes and brackets; a spelling
/// that is right to the letter goes first (o and O of a SCSI Response differ). Null if this kind
/// has no such field.
const Field* find_field(Opcode opcode, std::string_view name);

std::uint64_t read_field(BhsView bhs, const Field& field);
/// The lowest `field.bits` bits of `value`; no other bit changes.
void write_field(BhsBytes& bhs, const Field& field, std::uint64_t value);

/// The same by name, in the table of the opcode that stands in the header now. Nothing, or false,
/// if there is no such field or the value needs more bits than it has.
std::optional<std::uint64_t> read_field(BhsView bhs, std::string_view name);
bool write_field(BhsBytes& bhs, std::string_view name, std::uint64_t value);

}  // namespace lunsim::pdu
