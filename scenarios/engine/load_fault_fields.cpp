// Fields of PDUs by the standard's names, and places in PDUs, as faults speak of them.
#include <algorithm>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FieldChange;
using target_sim::PduPlace;

/// A negative amount is written with its sign and added modulo the field's width.
std::optional<std::uint64_t> signed_number(const Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  const bool negative = node.text.starts_with('-');
  const auto number = parse_number(negative ? node.text.substr(1) : node.text);
  if (!number) return std::nullopt;
  return negative ? 0 - *number : *number;
}

struct BaseName {
  std::string_view name;
  PduPlace::Base base;
};
constexpr BaseName kBases[] = {{"header digest", PduPlace::Base::header_digest},
                               {"data digest", PduPlace::Base::data_digest},
                               {"header", PduPlace::Base::header},
                               {"ahs", PduPlace::Base::ahs},
                               {"data", PduPlace::Base::data},
                               {"pad", PduPlace::Base::pad},
                               {"end", PduPlace::Base::end}};
constexpr std::string_view kPlaces =
    "a place in the PDU: header+20, ahs, header digest, data+100, pad, data digest, end, or a byte "
    "number";

}  // namespace

void read_field_changes(const Node& node, bool add, std::vector<FieldChange>& out,
                        Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map of fields and numbers", problems);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& item = node.items[i];
    FieldChange change{node.keys[i], 0, add, {}};
    note_described(item, "a number", problems);
    if (item.is_map()) {
      MapReader of(item, "a field's value", problems);
      of.need("of");
      of.text("of", change.of);
      if (const Node* plus = of.take("plus")) {
        note_described(*plus, "a number", problems);
        const auto number = signed_number(*plus);
        if (!number) expected_but(*plus, "a number", problems);
        change.value = number.value_or(0);
      }
      of.finish();
    } else if (const auto number = signed_number(item)) {
      change.value = *number;
    } else {
      expected_but(item, "a number, or {of: a field of the PDU that was struck}", problems);
      continue;
    }
    out.push_back(std::move(change));
  }
}

void check_field_names(const Place& place, std::span<const pdu::Opcode> kinds,
                       std::span<const std::string> names, Problems& problems) {
  for (const std::string& name : names) {
    const auto has_it = [&](pdu::Opcode kind) { return pdu::find_field(kind, name) != nullptr; };
    if (std::any_of(kinds.begin(), kinds.end(), has_it)) continue;
    std::vector<std::string> known;
    for (const pdu::Opcode kind : kinds)
      for (const pdu::Field& field : pdu::fields_of(kind)) known.emplace_back(field.name);
    problems.add(place, fmt::format("{} has no field \"{}\"", pdu::name_of(kinds.front()), name),
                 nearest(name, known));
  }
}

std::optional<PduPlace> read_pdu_place(const Node& node, Problems& problems) {
  note_described(node, kPlaces, problems);
  const std::string text = node.is_scalar() ? to_lower(node.text) : std::string{};
  std::string_view rest = text;
  PduPlace place;
  bool is_named = false;
  for (const BaseName& one : kBases) {
    if (!rest.starts_with(one.name)) continue;
    place.base = one.base;
    rest.remove_prefix(one.name.size());
    is_named = true;
    break;
  }
  rest = trimmed(rest);
  if (is_named && rest.empty()) return place;
  const bool has_plus = rest.starts_with('+');
  const auto offset = parse_number(has_plus ? rest.substr(1) : rest);
  if (offset && *offset <= 0x0100'0000 && (has_plus || !is_named)) {
    place.offset_bytes = static_cast<std::uint32_t>(*offset);
    return place;
  }
  expected_but(node, kPlaces, problems);
  return std::nullopt;
}

}  // namespace lunsim::scenarios
