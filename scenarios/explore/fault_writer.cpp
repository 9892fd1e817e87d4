#include "scenarios/explore/fault_writer.hpp"

#include <fmt/format.h>

#include "protocol/scsi/opcode_table.hpp"
#include "scenarios/explore/node_tools.hpp"

namespace lunsim::explore {
namespace {

using scenarios::Node;
using target_sim::FaultAction;
using target_sim::FaultSelector;
using target_sim::WireAction;
using Cut = pdu::TapVerdict::Cut;

std::string time_of(std::int64_t ns) { return fmt::format("{} ns", ns); }

Node selector_node(const FaultSelector& on) {
  const std::string what(on.commands.empty() ? pdu::name_of(on.pdus.front())
                                             : scsi::name_of(on.commands.front()));
  Node out = map_of({{on.direction == pdu::Direction::receive ? "receive" : "send", scalar(what)}});
  if (on.session == target_sim::SessionKind::any) set(out, "session", scalar("any"));
  if (on.probability < 1.0) set(out, "probability", scalar(fmt::format("{}", on.probability)));
  if (on.nth > 0) set(out, "nth", scalar(std::to_string(on.nth)));
  return out;
}

Node cut_node(const target_sim::CutPlace& cut) {
  const char* how = cut.how == Cut::silence ? "silence"
                    : cut.how == Cut::reset ? "reset"
                                            : "finish";
  const bool at_end = cut.at.base == target_sim::PduPlace::Base::end;
  return map_of({{"at", scalar(at_end ? "end" : fmt::format("header+{}", cut.at.offset_bytes))},
                 {"how", scalar(how)}});
}

void add_wire_action(Node& out, const WireAction& wire) {
  if (wire.drop) set(out, "drop", scalar("yes"));
  if (wire.hold_ns > 0) set(out, "hold", scalar(time_of(wire.hold_ns)));
  if (wire.copies != 1) set(out, "copies", scalar(std::to_string(wire.copies)));
  if (wire.cut) set(out, "cut", cut_node(*wire.cut));
  if (wire.spoil_header_digest) set(out, "corrupt", scalar("header digest"));
  if (wire.spoil_data_digest) set(out, "corrupt", scalar("data digest"));
  for (const target_sim::FieldChange& change : wire.fields)
    set(out, "add", map_of({{change.field, scalar(std::to_string(change.value))}}));
  if (wire.login_status)
    set(out, "login_status", scalar(fmt::format("{:04X}h", *wire.login_status)));
}

Node action_node(const FaultAction& action) {
  Node out = map_of({});
  add_wire_action(out, action.wire);
  if (action.status) set(out, "status", scalar(std::string(scsi::name_of(*action.status))));
  if (action.sense)
    set(out, "sense", map_of({{"key", scalar(std::string(scsi::name_of(action.sense->key)))}}));
  if (action.delay_ns > 0) set(out, "delay", scalar(time_of(action.delay_ns)));
  return out;
}

/// `{name: {on: ..., times: ..., may_not_fire: yes, do: ...}}`
Node fault_node(const scenarios::FaultModel& fault) {
  return map_of({{fault.rule.name, map_of({{"on", selector_node(fault.rule.on)},
                                           {"times", scalar(std::to_string(fault.rule.times))},
                                           {"may_not_fire", scalar("yes")},
                                           {"do", action_node(fault.rule.action)}})}});
}

}  // namespace

Node* targets_of(Node& root) {
  for (std::size_t i = 0; i < root.keys.size(); ++i)
    if (root.keys[i] == "targets") return &root.items[i];
  return nullptr;
}

void add_fault(Node& root, std::size_t at, Node fault) {
  Node& target = targets_of(root)->items[at];
  if (target.kind == Node::Kind::null) target.kind = Node::Kind::map;
  Node faults = list_of({});
  if (const Node* there = target.find("faults")) faults = *there;
  faults.items.push_back(std::move(fault));
  set(target, "faults", std::move(faults));
}

void add_faults(Node& root, std::span<const DrawnFault> faults) {
  const Node* targets = targets_of(root);
  for (const DrawnFault& fault : faults)
    for (std::size_t i = 0; targets != nullptr && i < targets->keys.size(); ++i)
      if (targets->keys[i] == fault.target) add_fault(root, i, fault_node(fault.fault));
}

}  // namespace lunsim::explore
