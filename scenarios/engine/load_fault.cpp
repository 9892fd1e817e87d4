#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/lua_reader.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultAction;

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
  read_device_action(map, fault);
  read_wire_action(map, fault);
  if (const Node* script = map.take("lua")) {
    fault.decide = read_script(*script, problems, {"pdu", false});
    // A command by its name is the device's; everything else is on the wire.
    action.decides_for_device =
        fault.rule.on.direction == pdu::Direction::receive && !fault.rule.on.pdu;
    if (node.keys.size() > 1)
      problems.add(node.place, "a script decides alone: it stands for the whole `do:`");
  }
  map.finish();
  if (node.is_map() && node.keys.empty()) problems.add(node.place, "this fault does nothing");
}

void check_action(const Node& node, const FaultModel& fault, Problems& problems) {
  const FaultAction& action = fault.rule.action;
  check_device_action(node, fault, problems);
  if (action.is_for_device() && changes_wire(action))
    problems.add(node.place,
                 "a status or a delay is the device's, the rest the connection's: two faults, each "
                 "with its own `do:`");
  check_wire_action(node, fault, problems);
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
  map.text("after", fault.rule.after);
  map.flag("may_not_fire", fault.may_not_fire);
  map.finish();
  check_action(node, fault, problems);
  return fault;
}

}  // namespace lunsim::scenarios
