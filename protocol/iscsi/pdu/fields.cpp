#include "protocol/iscsi/pdu/fields.hpp"

#include <algorithm>

#include "protocol/iscsi/pdu/field_rows.hpp"
#include "protocol/iscsi/pdu/field_tables.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"

namespace lunsim::pdu {
namespace {

constexpr Field specific(std::string_view name, unsigned bits) {
  return row(name, "", bits, FieldKind::bytes);
}

constexpr auto kUnknownKind = table(
    "RFC 7143 §11.2.1",
    some(reserved(1), flag("Immediate", "I"), code("Opcode", "", 6, meaning_of_opcode), final(),
         specific("opcode-specific1", 23), number("TotalAHSLength", "Total AHS Length", 8),
         number("DataSegmentLength", "Data Segment Length", 24), lun(), initiator_task_tag(),
         specific("opcode-specific2", 32), specific("opcode-specific3", 64),
         specific("opcode-specific4", 64), specific("opcode-specific5", 64)));

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same_loosely(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    while (i < a.size() && !is_letter_or_digit(a[i])) ++i;
    while (j < b.size() && !is_letter_or_digit(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (lower(a[i++]) != lower(b[j++])) return false;
  }
}
bool is_same_exactly(std::string_view a, std::string_view b) { return a == b; }

template <class Same>
bool is_called(const Field& field, std::string_view name, Same same) {
  if (same(field.name, name)) return true;
  std::string_view rest = field.aliases;
  while (!rest.empty()) {
    const std::string_view alias = rest.substr(0, rest.find('|'));
    if (same(alias, name)) return true;
    rest.remove_prefix(std::min(rest.size(), alias.size() + 1));
  }
  return false;
}

template <class Same>
const Field* find_in(std::span<const Field> fields, std::string_view name, Same same) {
  for (const Field& field : fields) {
    if (is_called(field, name, same)) return &field;
  }
  return nullptr;
}

std::uint64_t bit_of(BhsView bhs, std::size_t bit) {
  return (std::to_integer<std::uint64_t>(bhs[bit / 8]) >> (7 - bit % 8)) & 1;
}

}  // namespace

std::string_view meaning_of_opcode(std::uint64_t value) {
  return name_of(static_cast<Opcode>(value));
}
std::string_view meaning_of_stage(std::uint64_t value) {
  return name_of(static_cast<Stage>(value));
}

std::span<const Field> fields_of(Opcode opcode) {
  if (const auto fields = initiator_fields_of(opcode); !fields.empty()) return fields;
  if (const auto fields = target_fields_of(opcode); !fields.empty()) return fields;
  return kUnknownKind;
}

const Field* find_field(Opcode opcode, std::string_view name) {
  const auto fields = fields_of(opcode);
  if (const Field* field = find_in(fields, name, is_same_exactly)) return field;
  return find_in(fields, name, is_same_loosely);
}

std::uint64_t read_field(BhsView bhs, const Field& field) {
  const std::size_t first = std::size_t{field.byte_offset} * 8 + field.bit_offset;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < field.bits; ++i) value = (value << 1) | bit_of(bhs, first + i);
  return value;
}

void write_field(BhsBytes& bhs, const Field& field, std::uint64_t value) {
  std::size_t bit = std::size_t{field.byte_offset} * 8 + field.bit_offset + field.bits;
  for (std::size_t i = 0; i < field.bits; ++i, value >>= 1) {
    --bit;
    const std::byte mask{static_cast<unsigned char>(0x80u >> (bit % 8))};
    bhs[bit / 8] = (value & 1) != 0 ? bhs[bit / 8] | mask : bhs[bit / 8] & ~mask;
  }
}

std::optional<std::uint64_t> read_field(BhsView bhs, std::string_view name) {
  const Field* field = find_field(opcode_of(bhs), name);
  if (field == nullptr) return {};
  return read_field(bhs, *field);
}

bool write_field(BhsBytes& bhs, std::string_view name, std::uint64_t value) {
  const Field* field = find_field(opcode_of(bhs), name);
  if (field == nullptr) return false;
  if (field->bits < 64 && (value >> field->bits) != 0) return false;
  write_field(bhs, *field, value);
  return true;
}

}  // namespace lunsim::pdu
