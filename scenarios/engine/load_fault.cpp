#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/lua_reader.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultAction;

void read_action(const Node& node, FaultModel& fault, Problems& problems) {
  target_sim::WireAction& wire = fault.rule.action.wire;
  if (fault.rule.on.connects) return read_admission(node, fault, problems);
  if (fault.rule.on.bytes) return read_byte_action(node, fault, problems);
  note_words(node, {"drop", "duplicate", "mark"}, problems);
  if (node.is_scalar() && node.text == "drop") {
    wire.drop = true;
    return;
  }
  if (node.is_scalar() && node.text == "duplicate") {
    wire.copies = 2;
    return;
  }
  if (node.is_scalar() && node.text == "mark") {
    wire.mark = true;
    return;
  }
  MapReader map(node, "a fault's do", problems);
  read_device_action(map, fault);
  read_wire_action(map, fault);
  if (const Node* script = map.take("lua")) {
    fault.decide = read_script(*script, problems, {"pdu", false});
    // A command by its name is the device's; everything else is on the wire.
    const target_sim::FaultSelector& on = fault.rule.on;
    fault.rule.action.decides_for_device =
        on.direction == pdu::Direction::receive && on.pdus.empty() && !on.any_pdu;
    if (node.keys.size() > 1)
      problems.add(node.place, "a script decides alone: it stands for the whole `do:`");
  }
  map.finish();
  if (node.is_map() && node.keys.empty()) problems.add(node.place, "this fault does nothing");
}

/// A device sees commands and neither connections nor PDUs.
bool selects_beyond_device(const target_sim::FaultSelector& on) {
  return !on.portal.empty() || on.stage || on.generation != 0 || on.cid || !on.fields.empty() ||
         on.after_bytes > 0 || on.outstanding_min > 0;
}

void check_action(const Node& node, const FaultModel& fault, Problems& problems) {
  const FaultAction& action = fault.rule.action;
  check_device_action(node, fault, problems);
  if (action.is_for_device() && changes_wire(action))
    problems.add(node.place,
                 "a status or a delay is the device's, the rest the connection's: two faults, each "
                 "with its own `do:`");
  if (action.is_for_device() && selects_beyond_device(fault.rule.on))
    problems.add(node.place,
                 "a device knows the command, its unit and its initiator; portals, connections, "
                 "fields, bytes and outstanding commands select PDUs");
  check_wire_action(node, fault, problems);
}

/// `after: cut`, or `after: {cut: 2}` for its second time.
void read_after(const Node& node, target_sim::FaultRule& rule, Problems& problems) {
  note_described(node, "a fault by its name", problems);
  for (const Node& count : node.items) note_number(count, 1, 1'000'000, problems);
  if (node.is_scalar()) {
    rule.after = node.text;
    return;
  }
  const auto count = node.is_map() && node.keys.size() == 1 && node.items[0].is_scalar()
                         ? parse_number(node.items[0].text)
                         : std::nullopt;
  if (!count || *count == 0 || *count > 1'000'000)
    return expected_but(node, "a fault, or {fault: how often it has fired}", problems);
  rule.after = node.keys[0];
  rule.after_count = static_cast<std::uint32_t>(*count);
}

}  // namespace

void read_fault_action(const Node& node, FaultModel& fault, Problems& problems) {
  read_action(node, fault, problems);
  check_action(node, fault, problems);
}

FaultModel read_fault(const std::string& name, const Node& node, const TargetModel& target,
                      Problems& problems) {
  FaultModel fault;
  fault.place = node.place;
  fault.rule.name = name;
  MapReader map(node, "a fault", problems);
  if (const Node* on = map.need("on")) fault.rule.on = read_fault_selector(*on, target, problems);
  if (const Node* on = node.find("on"); on != nullptr && on->find("lua") != nullptr)
    fault.where = read_script(*on->find("lua"), problems, {"pdu", true});
  if (const Node* action = map.need("do")) read_action(*action, fault, problems);
  if (fault.change && fault.change->target.empty()) fault.change->target = target.id;
  map.number("times", fault.rule.times, 1'000'000, 1);
  map.flag("armed", fault.rule.armed);
  if (const Node* after = map.take("after")) read_after(*after, fault.rule, problems);
  map.flag("may_not_fire", fault.may_not_fire);
  map.finish();
  check_action(node, fault, problems);
  return fault;
}

}  // namespace lunsim::scenarios
