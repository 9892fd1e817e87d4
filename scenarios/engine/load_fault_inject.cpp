// PDUs that a fault sends of its own: any by its fields, and those that people ask for most by
// their names.
#include <fmt/format.h>

#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"
#include "target_sim/faults/tap_kinds.hpp"

namespace lunsim::scenarios {
namespace {

using pdu::Opcode;
using target_sim::FieldChange;
using target_sim::InjectedPdu;

void set(InjectedPdu& out, std::string_view field, std::uint64_t value) {
  out.fields.push_back({std::string(field), value, false, {}});
}

void read_data(MapReader& map, InjectedPdu& out) {
  const Node* data = map.take("data");
  if (data == nullptr) return;
  note_described(*data, "bytes in hex, or `header` for the header that was struck", map.problems());
  if (data->is_scalar() && data->text == "header") {
    out.header_of_struck = true;
  } else if (const auto bytes = data->is_scalar() ? parse_hex_bytes(data->text) : std::nullopt) {
    out.data = *bytes;
  } else {
    expected_but(*data, "bytes in hex, or `header` for the header that was struck", map.problems());
  }
}

void read_when(MapReader& map, InjectedPdu& out) {
  map.duration("delay", out.delay_ns);
  map.number("times", out.times, 1000, 1);
}

InjectedPdu read_any(const Node& node, const FaultModel& fault, Problems& problems) {
  InjectedPdu out;
  MapReader map(node, "a PDU of our own", problems);
  std::vector<Opcode> kinds = target_sim::kinds_of(fault.rule.on);
  if (const Node* kind = map.take("pdu")) {
    note_described(*kind, "a kind of PDU that targets send", problems);
    const auto opcode = kind->is_scalar() ? pdu_named(kind->text) : std::nullopt;
    if (!opcode || pdu::is_from_initiator(*opcode)) {
      expected_but(*kind, "a kind of PDU that targets send", problems);
    } else {
      out.opcode = *opcode;
      kinds = {*opcode};
    }
  } else {
    map.flag("copy", out.copy);
    out.numbered = false;
    if (!out.copy) problems.add(node.place, "which PDU: `pdu: Reject`, or `copy: true`");
  }
  map.flag("numbered", out.numbered);
  if (const Node* fields = map.take("set"))
    read_field_changes(*fields, false, out.fields, problems);
  if (const Node* fields = map.take("add")) read_field_changes(*fields, true, out.fields, problems);
  read_data(map, out);
  read_when(map, out);
  map.finish();
  std::vector<std::string> names;
  for (const FieldChange& change : out.fields) names.push_back(change.field);
  check_field_names(node.place, kinds, names, problems);
  names.clear();
  for (const FieldChange& change : out.fields)
    if (!change.of.empty()) names.push_back(change.of);
  check_field_names(node.place, target_sim::kinds_of(fault.rule.on), names, problems);
  return out;
}

void read_list(MapReader& map, std::string_view key, const FaultModel& fault,
               std::vector<InjectedPdu>& out) {
  const Node* node = map.take(key);
  if (node == nullptr) return;
  const std::vector<Node> one{*node};
  for (const Node& item : node->is_list() ? node->items : one)
    out.push_back(read_any(item, fault, map.problems()));
}

/// §11.9
InjectedPdu read_async(const Node& node, Problems& problems) {
  InjectedPdu out;
  out.opcode = Opcode::async_message;
  MapReader map(node, "an Asynchronous Message", problems);
  std::uint8_t event = 0;
  map.need("event");
  map.number("event", event);
  set(out, "AsyncEvent", event);
  const auto field = [&](std::string_view key, std::string_view name) {
    std::uint16_t value = 0;
    if (map.number(key, value)) set(out, name, value);
  };
  field("vcode", "AsyncVCode");
  field("parameter1", "Parameter1");
  field("parameter2", "Parameter2");
  field("parameter3", "Parameter3");
  std::uint64_t lun = 0;
  if (map.number("lun", lun, 255)) set(out, "LUN", lun << 48);
  read_data(map, out);
  read_when(map, out);
  map.finish();
  return out;
}

/// §11.19
InjectedPdu read_ping(const Node& node, Problems& problems) {
  InjectedPdu out;
  out.opcode = Opcode::nop_in;
  MapReader map(node, "a ping", problems);
  std::uint32_t tag = 0x7FFF'0000;
  map.number("tag", tag);
  set(out, "Target Transfer Tag", tag);
  read_data(map, out);
  read_when(map, out);
  map.finish();
  return out;
}

/// §11.17
InjectedPdu read_reject(const Node& node, Problems& problems) {
  InjectedPdu out;
  out.opcode = Opcode::reject;
  out.header_of_struck = true;
  MapReader map(node, "a Reject", problems);
  std::uint8_t reason = 0;
  map.need("reason");
  map.number("reason", reason);
  set(out, "Reason", reason);
  std::string header;
  if (map.word("header", header, {"right", "wrong", "missing"})) {
    out.header_of_struck = header == "right";
    if (header == "wrong") out.data.assign(pdu::kBhsBytes, std::byte{0x5A});
    if (header != "right" && header != "wrong" && header != "missing")
      expected_but(*map.node().find("header"), "right, wrong or missing", problems);
  }
  read_when(map, out);
  map.finish();
  return out;
}

/// A response to the task that was struck, whatever the target thinks of it.              §11.4
InjectedPdu read_respond(const Node& node, const FaultModel& fault, Problems& problems) {
  InjectedPdu out;
  MapReader map(node, "a response", problems);
  const std::vector<Opcode> kinds = target_sim::kinds_of(fault.rule.on);
  const bool is_management = kinds == std::vector{Opcode::task_management_request};
  out.opcode = is_management ? Opcode::task_management_response : Opcode::scsi_response;
  std::uint8_t status = 0;
  if (map.number("status", status, 255, 0, Names::scsi_status)) set(out, "Status", status);
  std::uint8_t response = 0;
  if (map.number("response", response)) set(out, "Response", response);
  read_when(map, out);
  map.finish();
  return out;
}

}  // namespace

void read_injections(MapReader& map, FaultModel& fault) {
  target_sim::WireAction& wire = fault.rule.action.wire;
  Problems& problems = map.problems();
  read_list(map, "before", fault, wire.before);
  read_list(map, "after", fault, wire.after);
  if (const Node* node = map.take("async")) wire.after.push_back(read_async(*node, problems));
  if (const Node* node = map.take("ping")) wire.after.push_back(read_ping(*node, problems));
  if (const Node* node = map.take("reject")) wire.after.push_back(read_reject(*node, problems));
  if (const Node* node = map.take("respond"))
    wire.before.push_back(read_respond(*node, fault, problems));
}

}  // namespace lunsim::scenarios
