// The vocabulary of the field tables: one call a row, widths only; offsets follow from the order.
// Internal to this room.
#pragma once

#include <array>

#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::pdu {

using Meaning = std::string_view (*)(std::uint64_t);

constexpr Field row(std::string_view name, std::string_view aliases, unsigned bits, FieldKind kind,
                    Meaning meaning = nullptr) {
  return Field{.name = name,
               .aliases = aliases,
               .bits = static_cast<std::uint8_t>(bits),
               .kind = kind,
               .section = {},
               .meaning = meaning};
}
constexpr Field number(std::string_view name, std::string_view aliases, unsigned bits) {
  return row(name, aliases, bits, FieldKind::number);
}
constexpr Field flag(std::string_view name, std::string_view aliases) {
  return row(name, aliases, 1, FieldKind::flag);
}
constexpr Field code(std::string_view name, std::string_view aliases, unsigned bits,
                     Meaning meaning) {
  return row(name, aliases, bits, FieldKind::code, meaning);
}
constexpr Field tag(std::string_view name, std::string_view aliases) {
  return row(name, aliases, 32, FieldKind::tag);
}
constexpr Field serial(std::string_view name) {
  return row(name, "", 32, FieldKind::serial_number);
}
constexpr Field opaque(std::string_view name, unsigned bits) {
  return row(name, "", bits, FieldKind::bytes);
}
/// Its name comes from its place among the reserved fields: reserved1, reserved2, ...
constexpr Field reserved(unsigned bits, std::string_view aliases = "") {
  return row("", aliases, bits, FieldKind::reserved);
}

constexpr Field lun() { return row("LUN", "Logical Unit Number", 64, FieldKind::lun); }
constexpr Field initiator_task_tag() { return tag("Initiator Task Tag", "ITT"); }
constexpr Field target_transfer_tag() { return tag("Target Transfer Tag", "TTT"); }
constexpr Field final() { return flag("Final", "F"); }

inline constexpr std::array<std::string_view, 12> kReservedNames = {
    "reserved1", "reserved2", "reserved3", "reserved4",  "reserved5",  "reserved6",
    "reserved7", "reserved8", "reserved9", "reserved10", "reserved11", "reserved12"};

/// Does not compile unless the rows fill the header to the last bit.
template <std::size_t N>
consteval std::array<Field, N> table(std::string_view section, std::array<Field, N> rows) {
  std::size_t bit = 0;
  std::size_t reserved_so_far = 0;
  for (Field& field : rows) {
    field.byte_offset = static_cast<std::uint16_t>(bit / 8);
    field.bit_offset = static_cast<std::uint8_t>(bit % 8);
    if (field.section.empty()) field.section = section;
    if (field.kind == FieldKind::reserved) field.name = kReservedNames.at(reserved_so_far++);
    bit += field.bits;
  }
  if (bit != kBhsBytes * 8) throw "the rows do not fill 48 bytes";
  return rows;
}

/// Rows that several kinds have in a row, put between others.
template <std::size_t... N>
consteval auto rows(const std::array<Field, N>&... parts) {
  std::array<Field, (N + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (const Field& field : part) all.at(at++) = field;
  };
  (append(parts), ...);
  return all;
}
template <class... Fields>
consteval auto some(Fields... fields) {
  return std::array<Field, sizeof...(Fields)>{fields...};
}

}  // namespace lunsim::pdu
