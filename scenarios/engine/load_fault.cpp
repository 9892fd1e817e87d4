#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultAction;
using target_sim::FaultScope;
using target_sim::FaultSelector;

/// One of a few words; tells the nearest if it is none of them.
template <class Value>
void read_word(MapReader& map, std::string_view key, Value& out,
               std::initializer_list<std::pair<std::string_view, Value>> words) {
  std::string text;
  if (!map.text(key, text)) return;
  std::vector<std::string> known;
  for (const auto& [word, value] : words) {
    known.emplace_back(word);
    if (equal_ignoring_case(word, text)) {
      out = value;
      return;
    }
  }
  map.problems().add(
      map.node().find(key)->place,
      fmt::format("unknown word \"{}\" for \"{}\": possible is {}", text, key, one_of_text(known)),
      nearest(text, known));
}

void read_what(const Node& node, FaultSelector& on, Problems& problems) {
  if (!node.is_scalar()) return expected_but(node, "a PDU or a SCSI command by its name", problems);
  if (const auto opcode = pdu_named(node.text)) {
    on.pdu = opcode;
  } else if (const auto command = scsi::command_named(node.text)) {
    on.command = command;
  } else if (const auto number = parse_number(node.text); number && *number <= 0xFF) {
    on.command = scsi::CommandCode{static_cast<std::uint8_t>(*number), std::nullopt};
  } else {
    problems.add(node.place, fmt::format("no PDU and no SCSI command is named \"{}\"", node.text),
                 nearest(node.text, selector_names()));
  }
}

void read_blocks(const Node& node, FaultSelector& on, Problems& problems) {
  const std::string_view text = node.is_scalar() ? std::string_view{node.text} : std::string_view{};
  const std::size_t dots = text.find("..");
  const auto first = parse_number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_number(text.substr(dots + 2));
  if (!first || !last || *last < *first)
    return expected_but(node, "a block or a range of blocks, like 0..63", problems);
  on.blocks = target_sim::BlockRange{*first, *last};
}

void read_probability(const Node& node, FaultSelector& on, Problems& problems) {
  // Written as 0.25 or 25%; parts of a thousand are fine enough.
  std::string text = node.is_scalar() ? node.text : std::string{};
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  const std::size_t point = text.find('.');
  const auto whole = parse_number(text.substr(0, point));
  std::string decimals = point == std::string::npos ? "" : text.substr(point + 1);
  decimals.resize(6, '0');
  const auto fraction = parse_number(decimals);
  if (!whole || !fraction) return expected_but(node, "a probability, like 0.25", problems);
  double value = static_cast<double>(*whole) + static_cast<double>(*fraction) / 1e6;
  if (percent) value /= 100.0;
  if (value > 1.0) return expected_but(node, "a probability from 0 to 1", problems);
  on.probability = value;
}

/// What only the other side sends is never met in this direction.
void check_direction(const Node* what, const FaultSelector& on, Problems& problems) {
  if (what == nullptr || !on.pdu) return;
  const bool is_received = on.direction == pdu::Direction::receive;
  if (is_received == pdu::is_from_initiator(*on.pdu)) return;
  problems.add(what->place, fmt::format("a target never {} {}: `{}:` waits for it",
                                        is_received ? "receives" : "sends", what->text,
                                        is_received ? "send" : "receive"));
}

FaultSelector read_selector(const Node& node, const TargetModel& target, Problems& problems) {
  FaultSelector on;
  on.target = target.name;
  MapReader map(node, "a fault's on", problems);
  const Node* receive = map.take("receive");
  const Node* send = map.take("send");
  if (send != nullptr) on.direction = pdu::Direction::send;
  if (const Node* what = send != nullptr ? send : receive) read_what(*what, on, problems);
  if (const Node* command = map.take("command")) {
    FaultSelector of_command;
    read_what(*command, of_command, problems);
    if (of_command.pdu) expected_but(*command, "a SCSI command", problems);
    on.command = of_command.command;
  }
  std::uint64_t lun = 0;
  if (map.number("lun", lun)) on.lun = lun;
  if (const Node* blocks = map.take("lba")) read_blocks(*blocks, on, problems);
  map.text("initiator", on.initiator);
  read_word(map, "session", on.session,
            {{"normal", target_sim::SessionKind::normal},
             {"discovery", target_sim::SessionKind::discovery},
             {"any", target_sim::SessionKind::any}});
  read_word(map, "per", on.per,
            {{"run", FaultScope::run},
             {"session", FaultScope::session},
             {"connection", FaultScope::connection},
             {"lun", FaultScope::lun}});
  map.number("nth", on.nth, 1'000'000, 1);
  map.number("every", on.every, 1'000'000, 1);
  if (const Node* probability = map.take("probability"))
    read_probability(*probability, on, problems);
  map.finish();
  const bool misspelt = map.is_misspelt("receive") || map.is_misspelt("send");
  if (node.is_map() && (receive == nullptr) == (send == nullptr) && !misspelt)
    problems.add(node.place, "a fault waits for one thing: `receive:` or `send:` with a name");
  check_direction(send != nullptr ? send : receive, on, problems);
  return on;
}

void read_sense(const Node& node, FaultAction& action, Problems& problems) {
  MapReader map(node, "sense", problems);
  scsi::Sense sense;
  std::uint8_t key = 0;
  if (map.number("key", key, 15, 0, Names::sense_key)) sense.key = static_cast<scsi::SenseKey>(key);
  std::uint16_t pair = 0;
  if (const Node* code = map.take("code"))
    if (const auto value = map.read_number(*code, 0, 0xFFFF, Names::asc_pair))
      pair = static_cast<std::uint16_t>(*value);
  sense.code = {static_cast<std::uint8_t>(pair >> 8), static_cast<std::uint8_t>(pair)};
  map.number("asc", sense.code.asc);
  map.number("ascq", sense.code.ascq);
  std::uint64_t information = 0;
  if (map.number("information", information)) sense.information = information;
  bool descriptor = false;
  map.flag("descriptor", descriptor);
  if (descriptor) action.sense_format = scsi::SenseFormat::descriptor;
  if (const Node* raw = map.take("bytes")) {
    const auto bytes = raw->is_scalar() ? parse_hex_bytes(raw->text) : std::nullopt;
    if (bytes && bytes->size() <= 252) action.sense_bytes = *bytes;
    if (!bytes || bytes->size() > 252) expected_but(*raw, "at most 252 bytes in hex", problems);
  }
  map.finish();
  action.sense = sense;
}

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

void read_action(const Node& node, FaultModel& fault, Problems& problems) {
  FaultAction& action = fault.rule.action;
  if (node.is_scalar() && node.text == "drop") {
    action.drop = true;
    return;
  }
  if (node.is_scalar() && node.text == "duplicate") {
    action.copies = 2;
    return;
  }
  MapReader map(node, "a fault's do", problems);
  std::uint8_t status = 0;
  if (map.number("status", status, 255, 0, Names::scsi_status))
    action.status = static_cast<scsi::Status>(status);
  if (const Node* sense = map.take("sense")) read_sense(*sense, action, problems);
  map.duration("delay", action.delay_ns);
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
  map.finish();
  if (node.is_map() && node.keys.empty()) problems.add(node.place, "this fault does nothing");
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

bool changes_wire(const FaultAction& action) {
  return action.drop || action.copies != 1 || action.hold_ns > 0 || action.cut || rewrites(action);
}

void check_action(const Node& node, const FaultModel& fault, Problems& problems) {
  const FaultAction& action = fault.rule.action;
  const FaultSelector& on = fault.rule.on;
  if (action.is_for_device() && (on.direction == pdu::Direction::send || on.pdu))
    problems.add(node.place,
                 "a status or a delay belongs to a SCSI command: `receive:` with its name");
  if (action.sense && !action.status)
    problems.add(node.place, "sense data needs a status, like CHECK CONDITION");
  if (action.is_for_device() && changes_wire(action))
    problems.add(node.place,
                 "a status or a delay is the device's, the rest the connection's: two faults, each "
                 "with its own `do:`");
  if (action.drop && (action.copies != 1 || action.hold_ns > 0 || action.cut || rewrites(action)))
    problems.add(node.place, "what is dropped cannot be held, copied, cut or changed as well");
  if ((action.login_status || action.redirect) && on.pdu != pdu::Opcode::login_request &&
      on.pdu != pdu::Opcode::login_response)
    problems.add(node.place, "a login status belongs to a Login Request or Login Response");
}

}  // namespace

FaultModel read_fault(const std::string& name, const Node& node, const TargetModel& target,
                      Problems& problems) {
  FaultModel fault;
  fault.place = node.place;
  fault.rule.name = name;
  MapReader map(node, "a fault", problems);
  if (const Node* on = map.need("on")) fault.rule.on = read_selector(*on, target, problems);
  if (const Node* action = map.need("do")) read_action(*action, fault, problems);
  map.number("times", fault.rule.times, 1'000'000, 1);
  map.flag("armed", fault.rule.armed);
  map.text("after", fault.rule.after);
  map.flag("may_not_fire", fault.may_not_fire);
  map.finish();
  check_action(node, fault, problems);
  check_fields(node, fault, problems);
  return fault;
}

}  // namespace lunsim::scenarios
