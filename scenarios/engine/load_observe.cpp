#include <array>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/smb_names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using EventKind = WireItem::Kind;
constexpr std::array<std::pair<std::string_view, EventKind>, 3> kEvents{
    {{"opened", EventKind::opened}, {"closed", EventKind::closed}, {"reset", EventKind::reset}}};

/// ABORT TASK and its like, which stand for a Task Management Request.
std::optional<std::uint64_t> management_function_named(std::string_view name) {
  const pdu::Field* field = pdu::find_field(pdu::Opcode::task_management_request, "Function");
  for (std::uint64_t value = 1; field != nullptr && value < 128; ++value)
    if (field->meaning != nullptr && equal_ignoring_case(name, field->meaning(value))) return value;
  return std::nullopt;
}

Matcher exactly(std::uint64_t value, const Place& place) {
  Matcher matcher;
  matcher.kind = Matcher::Kind::number;
  matcher.number.value = value;
  matcher.place = place;
  return matcher;
}

/// SMB2 IOCTL: a request that a server receives, an answer that it sends.
void read_smb_event(const Node& node, bool received, WireItem& item, Problems& problems) {
  const std::string_view name = trimmed(std::string_view(node.text).substr(5));
  if (equal_ignoring_case(name, "ENCRYPTED")) {
    item.kind = EventKind::smb;
    item.message.is_encrypted = true;
    item.message.is_answer = !received;
    return;
  }
  const auto command = smb_command_named(name);
  if (!command)
    return problems.add(node.place, fmt::format("no message of SMB2 is called \"{}\"", node.text),
                        nearest(node.text.substr(5), smb_command_names()));
  item.kind = EventKind::smb;
  item.message.command = *command;
  item.message.is_answer = !received;
}

void read_smb_status(MapReader& map, WireItem& item) {
  std::string name;
  if (!map.word("status", name, nt_status_words())) return;
  item.status = nt_status_named(name);
  if (!item.status)
    map.problems().add(map.place_of("status"), fmt::format("no NTSTATUS is called \"{}\"", name),
                       nearest(name, nt_status_words()));
  if (!item.message.is_answer || item.message.is_encrypted)
    map.problems().add(map.place_of("status"),
                       "only what is sent has a status, and in clear: `send:`");
}

/// What stands behind send: or receive:.
void read_event(const Node& node, bool received, WireItem& item, Problems& problems) {
  item.text = fmt::format("{} {}", received ? "receive" : "send", node.text);
  note_described(node, "the name of a PDU or of a SCSI command", problems);
  if (!node.is_scalar()) return expected_but(node, "a PDU by its name", problems);
  if (node.text.starts_with("SMB2 ")) return read_smb_event(node, received, item, problems);
  if (const auto opcode = pdu_named(node.text)) {
    item.opcode = *opcode;
  } else if (const auto command = received ? scsi::command_named(node.text) : std::nullopt) {
    item.opcode = pdu::Opcode::scsi_command;
    item.command = command;
  } else if (const auto function = received ? management_function_named(node.text) : std::nullopt) {
    item.opcode = pdu::Opcode::task_management_request;
    item.fields.emplace_back("Function", exactly(*function, node.place));
  } else {
    return problems.add(
        node.place,
        fmt::format("no PDU{} is named \"{}\"", received ? " and no SCSI command" : "", node.text),
        nearest(node.text, received ? selector_names() : pdu_names()));
  }
  if (pdu::is_from_initiator(item.opcode) != received)
    problems.add(node.place,
                 fmt::format("a target {} {}, so it is `{}:` here", received ? "sends" : "receives",
                             pdu::name_of(item.opcode), received ? "send" : "receive"));
}

/// "send SCSI Response", "opened".
void read_short_item(const Node& node, WireItem& item, Problems& problems) {
  item.text = node.text;
  for (const auto& [name, kind] : kEvents) {
    if (!equal_ignoring_case(node.text, name)) continue;
    item.kind = kind;
    return;
  }
  const std::string_view text = node.text;
  const bool received = text.starts_with("receive ");
  if (!received && !text.starts_with("send ")) {
    return expected_but(node,
                        "`send ...` or `receive ...` with the name of a PDU, `opened`, "
                        "`closed` or `reset`",
                        problems);
  }
  Node name = node;
  name.text = std::string(trimmed(text.substr(received ? 8 : 5)));
  read_event(name, received, item, problems);
}

/// Names of a field's values, where the standard has some, become numbers.
Node with_numbers(const Node& node, const pdu::Field& field) {
  Node out = node;
  for (Node& item : out.items) item = with_numbers(item, field);
  if (!node.is_scalar() || field.meaning == nullptr || parse_number(node.text)) return out;
  for (std::uint64_t value = 0; field.bits <= 16 && value < (1u << field.bits); ++value) {
    if (!equal_ignoring_case(node.text, field.meaning(value))) continue;
    out.text = std::to_string(value);
    break;
  }
  return out;
}

/// A number that the field cannot hold is never seen, so `never` would always pass.
void check_fits(const Matcher& matcher, const pdu::Field& field, Problems& problems) {
  const std::uint64_t max =
      field.bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << field.bits) - 1;
  for (const Number* number : {&matcher.number, &matcher.upper})
    if (number->variable.empty() && number->value > max)
      problems.add(matcher.place,
                   fmt::format("{} has {} bits: {} at most", field.name, field.bits, max));
  for (const Matcher& part : matcher.of) check_fits(part, field, problems);
}

void read_fields(MapReader& map, const Node& node, WireItem& item) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& key = node.keys[i];
    if (map.is_asked_for(key)) continue;
    const pdu::Field* field = pdu::find_field(item.opcode, key);
    if (field == nullptr || field->kind == pdu::FieldKind::bytes) continue;
    const Node* value = map.take(key);
    item.fields.emplace_back(
        key, read_matcher(with_numbers(*value, *field), plain_number_shape(), map.problems()));
    check_fits(item.fields.back().second, *field, map.problems());
  }
}

void read_long_item(const Node& node, bool is_counted, WireItem& item, Problems& problems) {
  MapReader map(node, is_counted ? "a counted event" : "an event", problems);
  map.open();  // a PDU's fields are its own
  const Node* send = map.take("send");
  const Node* receive = map.take("receive");
  std::string event;
  if (map.text("event", event)) {
    item.text = event;
    bool found = false;
    for (const auto& [name, kind] : kEvents) {
      if (!equal_ignoring_case(event, name)) continue;
      item.kind = kind;
      found = true;
    }
    if (!found) expected_but(*node.find("event"), "opened, closed or reset", problems);
  }
  if (send != nullptr) read_event(*send, false, item, problems);
  if (receive != nullptr) read_event(*receive, true, item, problems);
  if (const Node* command = map.take("command")) {
    note_described(*command, "the name of a SCSI command", problems);
    if (command->is_scalar()) item.command = scsi::command_named(command->text);
    if (!item.command) expected_but(*command, "a SCSI command by its name", problems);
  }
  map.text("host", item.host);
  if (const Node* times = is_counted ? map.need("times") : nullptr)
    item.times = read_matcher(*times, plain_number_shape(), problems);
  else if (!is_counted)
    map.number("times", item.times_in_order, 1'000'000, 1);
  if (item.kind == EventKind::smb) read_smb_status(map, item);
  if (item.kind == EventKind::pdu) read_fields(map, node, item);
  map.finish();
  const int kinds = (send != nullptr) + (receive != nullptr) + map.has("event");
  if (node.is_map() && kinds != 1)
    problems.add(node.place, "an event is one of `send:`, `receive:` and `event:`");
}

WireItem read_item(const Node& node, bool is_counted, Problems& problems) {
  WireItem item;
  item.place = node.place;
  if (!is_counted)
    note_described(node, "send ... or receive ... with the name of a PDU; opened, closed, reset",
                   problems);
  if (node.is_scalar() && !is_counted)
    read_short_item(node, item, problems);
  else
    read_long_item(node, is_counted, item, problems);
  return item;
}

void read_items(MapReader& map, std::string_view key, bool is_counted,
                std::vector<WireItem>& items) {
  const Node* node = map.take(key);
  if (node == nullptr) return;
  const std::vector<Node> one{*node};
  if (node->is_list() && node->items.empty())
    expected_but(*node, "at least one event", map.problems());
  for (const Node& item : node->is_list() ? node->items : one)
    items.push_back(read_item(item, is_counted, map.problems()));
}

}  // namespace

ObserveStep read_observe(const Node& body, Problems& problems) {
  ObserveStep step;
  MapReader map(body, "observe", problems);
  read_items(map, "wire", false, step.pattern.order);
  read_items(map, "never", false, step.pattern.never);
  read_items(map, "count", true, step.pattern.counted);
  map.text("since", step.since);
  step.since_place = map.place_of("since");
  step.within_ns = step.pattern.order.empty() ? 0 : 60'000'000'000;
  map.duration("within", step.within_ns);
  map.texts("rule", step.rules);
  map.finish();
  const bool misspelt =
      map.is_misspelt("wire") || map.is_misspelt("never") || map.is_misspelt("count");
  if (body.is_map() && !map.has("wire") && !map.has("never") && !map.has("count") && !misspelt)
    problems.add(body.place, "observe needs one of wire, never and count");
  const bool has_span = !step.since.empty() || step.within_ns > 0 || map.is_misspelt("since") ||
                        map.is_misspelt("within");
  // What has no events to wait for would look at nothing, and nothing would ever be wrong with it.
  if (step.pattern.order.empty() && (map.has("never") || map.has("count")) && !has_span)
    problems.add(body.place,
                 "this looks at no time at all: it needs `since:` (start, last step or a mark) for "
                 "what has been, or `within:` for what comes");
  return step;
}

MarkStep read_mark(const Node& body, Problems& problems) {
  note_described(body, "a name for this point of the story", problems);
  if (!body.is_scalar() || body.text.empty())
    expected_but(body, "a name for this point of the story", problems);
  return {body.text};
}

}  // namespace lunsim::scenarios
