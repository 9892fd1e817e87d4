#include "scenarios/engine/lua_faults.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/lua_reader.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using lua::Call;
using lua::Mistake;
using lua::Sandbox;
using lua::Value;
using target_sim::FaultAction;
using target_sim::FaultScene;

constexpr std::size_t kDataBytesMax = 65536;

/// The first of several names wins: "F" of one field is not hidden by another's alias.
void set_once(Value& table, std::string_view name, const Value& value) {
  if (!name.empty() && table.find(name) == nullptr) table.set(name, value);
}

void add_fields(Value& table, const pdu::TappedPdu& tapped) {
  const pdu::BhsView bhs{tapped.bhs};
  const pdu::Opcode opcode = pdu::opcode_of(bhs);
  table.set("opcode", Value::of(pdu::name_of(opcode)));
  for (const pdu::Field& field : pdu::fields_of(opcode)) {
    if (field.kind == pdu::FieldKind::reserved || field.kind == pdu::FieldKind::bytes) continue;
    const Value value = Value::of(pdu::read_field(bhs, field));
    set_once(table, field.name, value);
    std::string plain(field.name);
    std::replace(plain.begin(), plain.end(), ' ', '_');
    set_once(table, plain, value);
    std::string_view aliases = field.aliases;
    while (!aliases.empty()) {
      const std::size_t bar = std::min(aliases.find('|'), aliases.size());
      set_once(table, aliases.substr(0, bar), value);
      aliases.remove_prefix(std::min(bar + 1, aliases.size()));
    }
  }
  std::string data;
  for (std::size_t i = 0; i < std::min(tapped.data.size(), kDataBytesMax); ++i)
    data += static_cast<char>(tapped.data[i]);
  set_once(table, "data", Value::of(data));
  set_once(table, "data_bytes", Value::of(std::uint64_t{tapped.data.size()}));
}

/// reply, hold, drop, set and add of a behaviour: what they say together is a `do:`.
class Behaviour {
 public:
  explicit Behaviour(bool is_for_device) : is_for_device_(is_for_device) {}

  std::vector<Value> answer(const Call& call) {
    const Value none;
    const Value& first = call.arguments.empty() ? none : call.arguments.front();
    if (call.function == "reply") {
      if (!first.is_table()) throw Mistake("reply needs a table: reply{status = \"BUSY\"}");
      for (std::size_t i = 0; i < first.keys.size(); ++i)
        put(to_text(first.keys[i]), first.values[i]);
    } else if (call.function == "drop") {
      put("drop", Value::of(true));
    } else if (call.function == "hold") {
      const bool is_seconds = first.kind == Value::Kind::integer;
      put(is_for_device_ ? "delay" : "hold", is_seconds ? Value::of(to_text(first) + " s") : first);
    } else {
      if (call.arguments.size() != 2) throw Mistake(call.function + " needs a field and a number");
      fields_of(call.function).set(to_text(first), call.arguments[1]);
    }
    return {};
  }
  /// What the script returned goes before what it said.
  void take(const std::vector<Value>& values) {
    if (values.empty() || !values.front().is_table()) return;
    for (std::size_t i = 0; i < values.front().keys.size(); ++i)
      put(to_text(values.front().keys[i]), values.front().values[i]);
  }
  bool does_something() const { return !action_.keys.empty(); }
  const Value& action() const { return action_; }

 private:
  void put(const std::string& key, const Value& value) {
    for (std::size_t i = 0; i < action_.keys.size(); ++i)
      if (action_.keys[i].text == key) {
        action_.values[i] = value;
        return;
      }
    action_.set(key, value);
  }
  Value& fields_of(const std::string& function) {
    if (action_.find(function) == nullptr) action_.set(function, Value::table());
    for (std::size_t i = 0; i < action_.keys.size(); ++i)
      if (action_.keys[i].text == function) return action_.values[i];
    return action_.values.back();
  }

  bool is_for_device_;
  Value action_ = Value::table();
};

bool is_behaviour(std::string_view function) {
  return function == "reply" || function == "drop" || function == "hold" || function == "set" ||
         function == "add";
}

FaultAction decide(const FaultModel& fault, const FaultScene& scene, LuaRoom& room) {
  Behaviour behaviour(scene.pdu == nullptr);
  const auto answer = [&](const Call& call) -> std::vector<Value> {
    if (is_behaviour(call.function)) return behaviour.answer(call);
    if (call.function == "now") return {Value::of(static_cast<double>(scene.now_ns) / 1e9)};
    throw Mistake(call.function + " has no place in a fault");
  };
  const Sandbox::Step step = room.call(*fault.decide, {to_lua(scene)}, answer);
  FaultAction nothing;
  if (step.kind == Sandbox::Step::Kind::failed) {
    room.keep(step.failure);
    return nothing;
  }
  behaviour.take(step.values);
  if (!behaviour.does_something()) return nothing;
  FaultModel decided;
  decided.rule.on = fault.rule.on;
  Problems problems;
  read_fault_action(node_of(behaviour.action(), fault.place), decided, problems);
  if (decided.redirect)
    problems.add(fault.place, "a script cannot redirect: the address is told when a run begins");
  if (decided.rule.action.stale)
    problems.add(fault.place,
                 "a script cannot give stale data: what was there before is kept only for a fault "
                 "that says `stale: yes` itself");
  if (problems.empty()) return decided.rule.action;
  const Problem& first = problems.kept().front();
  room.keep(
      {lua::Trouble::runtime,
       fmt::format("fault {}: {}{}", fault.rule.name, first.reason,
                   first.suggestion.empty() ? "" : "; did you mean \"" + first.suggestion + "\"?"),
       fault.place.line});
  return nothing;
}

bool holds(const FaultModel& fault, const FaultScene& scene, LuaRoom& room) {
  const auto answer = [&](const Call& call) -> std::vector<Value> {
    if (call.function == "now") return {Value::of(static_cast<double>(scene.now_ns) / 1e9)};
    throw Mistake(call.function + " has no place in a fault's `on:`");
  };
  const Sandbox::Step step = room.call(*fault.where, {to_lua(scene)}, answer);
  if (step.kind != Sandbox::Step::Kind::failed)
    return !step.values.empty() && step.values.front().is_true();
  room.keep(step.failure);
  return false;
}

}  // namespace

Value to_lua(const FaultScene& scene) {
  Value out = Value::table();
  out.set("direction", Value::of(scene.direction == pdu::Direction::send ? "send" : "receive"));
  out.set("time", Value::of(static_cast<double>(scene.now_ns) / 1e9));
  out.set("initiator", Value::of(scene.initiator));
  out.set("target", Value::of(scene.target));
  out.set("connection", Value::of(std::uint64_t{scene.connection}));
  if (scene.command != nullptr) {
    out.set("command", Value::of(scsi::name_of(scene.command->code)));
    out.set("operation_code", Value::of(std::uint64_t{scene.command->code.operation_code}));
    out.set("lun", Value::of(scene.command->lun));
    if (scene.command->blocks) {
      out.set("lba", Value::of(scene.command->blocks->first));
      out.set("blocks", Value::of(scene.command->blocks->last - scene.command->blocks->first + 1));
    }
  }
  if (!scene.cdb.empty())
    out.set("cdb", Value::of(format_hex({scene.cdb.begin(), scene.cdb.end()})));
  if (scene.pdu != nullptr) add_fields(out, *scene.pdu);
  return out;
}

void bind_scripts(const FaultModel& fault, target_sim::FaultRule& rule, LuaRoom& room) {
  if (fault.where)
    rule.on.where = [&fault, &room](const FaultScene& scene) { return holds(fault, scene, room); };
  if (fault.decide)
    rule.action.decide = [&fault, &room](const FaultScene& scene) {
      return decide(fault, scene, room);
    };
}

}  // namespace lunsim::scenarios
