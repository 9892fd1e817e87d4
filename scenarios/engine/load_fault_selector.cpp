// A fault's `on:`: the PDU or the command that it waits for.
#include <fmt/format.h>

#include "protocol/scsi/opcode_table.hpp"
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultScope;
using target_sim::FaultSelector;

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

}  // namespace

FaultSelector read_fault_selector(const Node& node, const TargetModel& target, Problems& problems) {
  FaultSelector on;
  on.target = target.name;
  MapReader map(node, "a fault's on", problems);
  map.take("lua");  // read_fault() reads it
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

}  // namespace lunsim::scenarios
