// A fault's `on:`: the PDU, the command, the bytes or the connection that it waits for.
#include <algorithm>

#include <fmt/format.h>

#include "protocol/scsi/opcode_table.hpp"
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"
#include "target_sim/faults/tap_kinds.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultScope;
using target_sim::FaultSelector;

std::vector<Node> one_or_list(const Node& node) {
  return node.is_list() ? node.items : std::vector<Node>{node};
}

std::optional<scsi::CommandCode> read_command(const Node& node) {
  if (const auto command = scsi::command_named(node.text)) return command;
  if (const auto number = parse_number(node.text); number && *number <= 0xFF)
    return scsi::CommandCode{static_cast<std::uint8_t>(*number), std::nullopt};
  return std::nullopt;
}

void read_one(const Node& node, FaultSelector& on, Problems& problems) {
  note_described(node, "a PDU or a SCSI command by its name; any, bytes", problems);
  if (!node.is_scalar()) return expected_but(node, "a PDU or a SCSI command by its name", problems);
  if (equal_ignoring_case(node.text, "any")) {
    on.any_pdu = true;
  } else if (equal_ignoring_case(node.text, "bytes")) {
    on.bytes = true;
  } else if (const auto opcode = pdu_named(node.text)) {
    on.pdus.push_back(*opcode);
  } else if (const auto command = read_command(node)) {
    on.commands.push_back(*command);
  } else {
    problems.add(node.place, fmt::format("no PDU and no SCSI command is named \"{}\"", node.text),
                 nearest(node.text, selector_names()));
  }
}

void read_what(const Node& node, FaultSelector& on, Problems& problems) {
  const std::vector<Node> items = one_or_list(node);
  for (const Node& item : items) read_one(item, on, problems);
  const bool mixed = !on.pdus.empty() && !on.commands.empty();
  if (mixed || ((on.any_pdu || on.bytes) && items.size() > 1))
    problems.add(node.place, "a list is of PDUs or of commands; `any` and `bytes` stand alone");
}

void read_probability(const Node& node, FaultSelector& on, Problems& problems) {
  note_described(node, "a probability, like 0.25 or 25%", problems);
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
  if (what == nullptr) return;
  const bool is_received = on.direction == pdu::Direction::receive;
  for (const pdu::Opcode opcode : on.pdus)
    if (is_received != pdu::is_from_initiator(opcode))
      problems.add(what->place,
                   fmt::format("a target never {} {}: `{}:` waits for it",
                               is_received ? "receives" : "sends",
                               what->is_scalar() ? what->text : std::string(pdu::name_of(opcode)),
                               is_received ? "send" : "receive"));
}

void read_fields(const Node& node, FaultSelector& on, Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map of fields and values", problems);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    note_described(node.items[i], "a value or a range of values, like 1..5", problems);
    const auto range =
        read_range(node.items[i], "a value or a range of values, like 1..5", problems);
    if (range) on.fields.push_back({node.keys[i], range->first, range->last});
  }
  std::vector<std::string> names;
  for (const target_sim::FieldMatch& match : on.fields) names.push_back(match.field);
  check_field_names(node.place, target_sim::kinds_of(on), names, problems);
}

void read_variable(const Node& node, FaultSelector& on, Problems& problems) {
  for (const Node& value : node.items) note_number(value, 0, UINT64_MAX, problems);
  const auto value = node.is_map() && node.keys.size() == 1 && node.items[0].is_scalar()
                         ? parse_number(node.items[0].text)
                         : std::nullopt;
  if (!value) return expected_but(node, "one variable and its value, like {ready: 1}", problems);
  on.variable = target_sim::VariableMatch{node.keys[0], *value};
}

void read_circumstances(MapReader& map, FaultSelector& on) {
  map.text("initiator", on.initiator);
  map.text("portal", on.portal);
  read_word(map, "session", on.session,
            {{"normal", target_sim::SessionKind::normal},
             {"discovery", target_sim::SessionKind::discovery},
             {"any", target_sim::SessionKind::any}});
  pdu::Stage stage{};
  if (map.has("stage")) {
    read_word(map, "stage", stage,
              {{"security", pdu::Stage::security_negotiation},
               {"operational", pdu::Stage::login_operational_negotiation},
               {"full feature", pdu::Stage::full_feature_phase}});
    on.stage = stage;
  } else {
    map.take("stage");
  }
  map.number("generation", on.generation, 1'000'000, 1);
  std::uint16_t cid = 0;
  if (map.number("cid", cid)) on.cid = cid;
  map.size("after_bytes", on.after_bytes);
  map.number("outstanding", on.outstanding_min, 65536, 1);
}

void read_scope(MapReader& map, FaultSelector& on) {
  read_word(map, "per", on.per,
            {{"run", FaultScope::run},
             {"session", FaultScope::session},
             {"connection", FaultScope::connection},
             {"lun", FaultScope::lun}});
}

/// Bytes and connections that are about to be have no PDU, no session and no command yet.
void check_nameless(const Node& node, const FaultSelector& on, Problems& problems) {
  if (!on.bytes && !on.connects) return;
  const bool knows_too_much =
      !on.commands.empty() || on.lun || on.blocks || !on.fields.empty() || !on.initiator.empty() ||
      on.session != target_sim::SessionKind::normal || on.stage || on.generation != 0 || on.cid ||
      on.outstanding_min > 0 || on.per == FaultScope::session || on.per == FaultScope::lun ||
      node.find("lua") != nullptr;
  if (knows_too_much)
    problems.add(node.place,
                 "bytes and connections know no PDU, command, session, initiator or script: "
                 "`portal`, times, counts, `file` and `variable` select them");
}

}  // namespace

std::optional<target_sim::BlockRange> read_range(const Node& node, std::string_view what,
                                                 Problems& problems) {
  const std::string_view text = node.is_scalar() ? std::string_view{node.text} : std::string_view{};
  const std::size_t dots = text.find("..");
  const auto first = parse_number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_number(text.substr(dots + 2));
  if (first && last && *first <= *last) return target_sim::BlockRange{*first, *last};
  expected_but(node, what, problems);
  return std::nullopt;
}

void read_occasions(MapReader& map, FaultSelector& on) {
  map.duration("after_time", on.after_time_ns);
  std::int64_t before_time_ns = 0;
  if (map.duration("before_time", before_time_ns)) on.before_time_ns = before_time_ns;
  map.text("file", on.file);
  if (const Node* variable = map.take("variable")) read_variable(*variable, on, map.problems());
  map.number("nth", on.nth, 1'000'000, 1);
  map.number("every", on.every, 1'000'000, 1);
  if (const Node* probability = map.take("probability"))
    read_probability(*probability, on, map.problems());
}

FaultSelector read_fault_selector(const Node& node, const TargetModel& target, Problems& problems) {
  FaultSelector on;
  on.target = target.name;
  MapReader map(node, "a fault's on", problems);
  map.take("lua");  // read_fault() reads it
  const Node* receive = map.take("receive");
  const Node* send = map.take("send");
  const Node* connect = map.take("connect");
  if (send != nullptr) on.direction = pdu::Direction::send;
  if (const Node* what = send != nullptr ? send : receive) read_what(*what, on, problems);
  if (connect != nullptr) {
    on.connects = true;
    note_words(*connect, {"any"}, problems);
    if (!connect->is_scalar() || connect->text != "any")
      expected_but(*connect, "`any`, and `portal:` for one of several", problems);
  }
  if (const Node* commands = map.take("command")) {
    for (const Node& item : one_or_list(*commands)) {
      note_described(item, "a SCSI command by its name or operation code", problems);
      const auto command = item.is_scalar() ? read_command(item) : std::nullopt;
      if (command) on.commands.push_back(*command);
      if (!command) expected_but(item, "a SCSI command", problems);
    }
  }
  std::uint64_t lun = 0;
  if (map.number("lun", lun)) on.lun = lun;
  if (const Node* blocks = map.take("lba")) {
    note_described(*blocks, "a block or a range of blocks, like 0..63", problems);
    on.blocks = read_range(*blocks, "a block or a range of blocks, like 0..63", problems);
  }
  read_circumstances(map, on);
  read_scope(map, on);
  read_occasions(map, on);
  if (const Node* fields = map.take("fields")) read_fields(*fields, on, problems);
  map.finish();
  const bool misspelt =
      map.is_misspelt("receive") || map.is_misspelt("send") || map.is_misspelt("connect");
  const int ways = (receive != nullptr) + (send != nullptr) + (connect != nullptr);
  if (node.is_map() && ways != 1 && !misspelt)
    problems.add(
        node.place,
        "a fault waits for one thing: `receive:` or `send:` with a name, or `connect: any`");
  check_direction(send != nullptr ? send : receive, on, problems);
  check_nameless(node, on, problems);
  return on;
}

}  // namespace lunsim::scenarios
