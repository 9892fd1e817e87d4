// A fault's `do:` on the wire: what becomes of a PDU and of the bytes around it.
#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultAction;
using target_sim::FaultSelector;

void read_cut(const Node& node, FaultAction& action, Problems& problems) {
  target_sim::CutPlace cut;
  MapReader map(node, "a cut", problems);
  using Cut = pdu::TapVerdict::Cut;
  read_word(map, "how", cut.how,
            {{"finish", Cut::finish}, {"reset", Cut::reset}, {"silence", Cut::silence}});
  if (const Node* at = map.take("at")) {
    const std::string_view text = at->is_scalar() ? std::string_view{at->text} : std::string_view{};
    const bool data = text.starts_with("data");
    const bool header = text.starts_with("header");
    const std::string_view rest = trimmed(data ? text.substr(4) : header ? text.substr(6) : text);
    const bool has_plus = rest.starts_with('+');
    std::optional<std::uint64_t> offset = parse_number(has_plus ? rest.substr(1) : rest);
    if (rest.empty() && (data || header)) offset = 0;
    if (!offset || *offset > 0x0100'0000 || (!has_plus && !rest.empty() && (data || header)))
      expected_but(*at, "a place in the PDU: header+20, data+100 or a byte number", problems);
    else
      cut.offset_bytes = static_cast<std::uint32_t>(*offset);
    if (data) cut.base = target_sim::CutPlace::Base::data;
  }
  map.finish();
  action.cut = cut;
}

void read_fields(const Node& node, bool add, FaultAction& action, Problems& problems) {
  MapReader map(node, add ? "add" : "set", problems);
  for (const std::string& name : node.keys) {
    std::uint64_t value = 0;
    const Node* item = map.take(name);
    // A negative amount is written with its sign and added modulo the field's width.
    const bool negative = item->is_scalar() && item->text.starts_with('-');
    const auto number = item->is_scalar()
                            ? parse_number(negative ? item->text.substr(1) : item->text)
                            : std::nullopt;
    if (!number) {
      expected_but(*item, "a number", problems);
      continue;
    }
    value = negative ? 0 - *number : *number;
    action.fields.push_back({name, value, add});
  }
}

void read_corrupt(MapReader& map, FaultAction& action) {
  std::vector<std::string> what;
  if (!map.texts("corrupt", what)) return;
  const std::vector<std::string> known{"header digest", "data digest"};
  for (const std::string& word : what) {
    if (word == known[0]) {
      action.spoil_header_digest = true;
    } else if (word == known[1]) {
      action.spoil_data_digest = true;
    } else {
      map.problems().add(map.node().find("corrupt")->place,
                         fmt::format("unknown word \"{}\" for \"corrupt\": possible is {}", word,
                                     one_of_text(known)),
                         nearest(word, known));
    }
  }
}

void read_redirect(const Node& node, FaultModel& fault, Problems& problems) {
  MapReader map(node, "redirect", problems);
  target_sim::Redirect redirect;
  if (const Node* to = map.need("to")) fault.redirect = read_address(*to, problems);
  map.flag("permanent", redirect.permanent);
  map.finish();
  fault.rule.action.redirect = redirect;
}

/// The kinds of PDU whose fields a rule can change.
std::vector<pdu::Opcode> kinds_of(const FaultSelector& on) {
  if (on.pdu) return {*on.pdu};
  if (on.direction == pdu::Direction::receive) return {pdu::Opcode::scsi_command};
  return {pdu::Opcode::scsi_response, pdu::Opcode::data_in};
}

void check_fields(const Node& node, const FaultModel& fault, Problems& problems) {
  const std::vector<pdu::Opcode> kinds = kinds_of(fault.rule.on);
  for (const target_sim::FieldChange& change : fault.rule.action.fields) {
    std::vector<std::string> known;
    bool found = false;
    for (const pdu::Opcode kind : kinds) {
      found |= pdu::find_field(kind, change.field) != nullptr;
      for (const pdu::Field& field : pdu::fields_of(kind)) known.emplace_back(field.name);
    }
    if (!found)
      problems.add(node.place,
                   fmt::format("{} has no field \"{}\"", pdu::name_of(kinds.front()), change.field),
                   nearest(change.field, known));
  }
}

bool rewrites(const FaultAction& action) {
  return !action.fields.empty() || action.spoil_header_digest || action.spoil_data_digest ||
         action.omit_padding || action.flip_data_byte || action.login_status || action.redirect;
}

}  // namespace

bool changes_wire(const FaultAction& action) {
  return action.drop || action.copies != 1 || action.hold_ns > 0 || action.cut || rewrites(action);
}

void read_wire_action(MapReader& map, FaultModel& fault) {
  FaultAction& action = fault.rule.action;
  Problems& problems = map.problems();
  map.flag("drop", action.drop);
  map.number("copies", action.copies, 16);
  map.duration("hold", action.hold_ns);
  if (const Node* cut = map.take("cut")) read_cut(*cut, action, problems);
  if (const Node* set = map.take("set")) read_fields(*set, false, action, problems);
  if (const Node* add = map.take("add")) read_fields(*add, true, action, problems);
  read_corrupt(map, action);
  map.flag("omit_padding", action.omit_padding);
  std::uint32_t flip = 0;
  if (map.number("flip_data_byte", flip)) action.flip_data_byte = flip;
  std::uint16_t login_status = 0;
  if (map.number("login_status", login_status)) action.login_status = login_status;
  if (const Node* redirect = map.take("redirect")) read_redirect(*redirect, fault, problems);
}

void check_wire_action(const Node& node, const FaultModel& fault, Problems& problems) {
  const FaultAction& action = fault.rule.action;
  const FaultSelector& on = fault.rule.on;
  if (action.drop && (action.copies != 1 || action.hold_ns > 0 || action.cut || rewrites(action)))
    problems.add(node.place, "what is dropped cannot be held, copied, cut or changed as well");
  if ((action.login_status || action.redirect) && on.pdu != pdu::Opcode::login_request &&
      on.pdu != pdu::Opcode::login_response)
    problems.add(node.place, "a login status belongs to a Login Request or Login Response");
  check_fields(node, fault, problems);
}

}  // namespace lunsim::scenarios
