#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/net_table.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

std::vector<std::string> function_names() {
  std::vector<std::string> out;
  for (const Function& function : functions()) out.push_back(function.name);
  return out;
}

void read_call_name(MapReader& map, HostFaultSelector& on) {
  std::string name;
  if (!map.text("call", name)) return;
  bool ansi = false;
  const Function* function = function_named(name, ansi);
  if (function != nullptr && net_function_of(*function) != nullptr)
    map.problems().add(
        map.place_of("call"),
        fmt::format("{} asks a server: let the server fail, in its own faults", function->name));
  else if (function != nullptr)
    on.function = function->name;
  else
    map.problems().add(map.place_of("call"), fmt::format("no function is named \"{}\"", name),
                       nearest(name, function_names()));
}

void read_command_name(MapReader& map, HostFaultSelector& on) {
  std::string name;
  if (!map.text("command", name)) return;
  on.command = scsi::command_named(name);
  if (on.command) return;
  std::vector<std::string> known;
  for (const scsi::CommandName& command : scsi::command_names()) known.emplace_back(command.name);
  map.problems().add(map.place_of("command"), fmt::format("no SCSI command is named \"{}\"", name),
                     nearest(name, known));
}

void read_on(const Node& node, HostFaultModel& fault, Problems& problems) {
  MapReader map(node, "a host fault's on", problems);
  read_call_name(map, fault.on);
  read_command_name(map, fault.on);
  map.text("host", fault.on.host);
  map.text("target", fault.on.target);
  std::uint64_t lun = 0;
  if (map.number("lun", lun)) fault.on.lun = lun;
  map.number("nth", fault.rule.on.nth, 1'000'000, 1);
  map.number("every", fault.rule.on.every, 1'000'000, 1);
  map.finish();
  const bool misspelt = map.is_misspelt("call") || map.is_misspelt("command");
  if (node.is_map() && !map.has("call") && !map.has("command") && !misspelt)
    problems.add(node.place, "a host fault waits for a `call:` or a `command:` with its name");
  if (!fault.on.target.empty() && fault.on.function != "LoginIScsiTarget")
    problems.add(map.place_of("target"), "only `call: LoginIScsiTarget` has a target");
}

void read_returns(MapReader& map, HostFaultAction& action) {
  const Node* node = map.take("return");
  if (node == nullptr) return;
  const auto code = map.read_number(*node, 0, 0xFFFF'FFFF, Names::return_code);
  if (code == 0u)
    map.problems().add(node->place, "success cannot be made up: it is what the call itself says");
  else if (code)
    action.returns = static_cast<initiator::StatusCode>(*code);
}

void read_do(const Node& node, HostFaultAction& action, Problems& problems) {
  note_words(node, {"hang", "stop_service"}, problems);
  if (node.is_scalar() && (node.text == "hang" || node.text == "stop_service")) {
    action.hang = node.text == "hang";
    action.stop_service = !action.hang;
    return;
  }
  MapReader map(node, "a host fault's do", problems);
  read_returns(map, action);
  map.flag("done", action.done);
  map.duration("delay", action.delay_ns);
  map.flag("hang", action.hang);
  map.number("grew", action.grew, 1000, 1);
  map.number("shrank", action.shrank, 1000, 1);
  map.flag("stop_service", action.stop_service);
  map.finish();
  if (node.is_map() && node.keys.empty()) problems.add(node.place, "this fault does nothing");
}

bool is_list(std::string_view function) {
  return function == "ReportIScsiTargets" || function == "GetIScsiSessionList" ||
         function == "ReportActiveIScsiTargetMappings";
}

void check(const Node& node, const HostFaultModel& fault, Problems& problems) {
  const HostFaultAction& action = fault.action;
  const bool resizes = action.grew > 0 || action.shrank > 0;
  if (action.done && !action.returns)
    problems.add(node.place,
                 "`done:` belongs to a `return:`: what was asked for happens, but that "
                 "is what the call says");
  if (resizes && !is_list(fault.on.function))
    problems.add(node.place, "only a call that returns a list can find it grown or shrunk");
  const int endings = (action.returns ? 1 : 0) + (action.hang ? 1 : 0) + (resizes ? 1 : 0) +
                      (action.stop_service ? 1 : 0);
  if (endings > 1) problems.add(node.place, "a call can end in one way only");
  if (action.delay_ns > 0 && (action.hang || action.stop_service))
    problems.add(node.place, "what never ends, or ends at once, cannot be late");
}

HostFaultModel read_host_fault(const std::string& name, const Node& node, Problems& problems) {
  HostFaultModel fault;
  fault.place = node.place;
  fault.rule.name = name;
  MapReader map(node, "a host fault", problems);
  if (const Node* on = map.need("on")) read_on(*on, fault, problems);
  if (const Node* action = map.need("do")) read_do(*action, fault.action, problems);
  map.number("times", fault.rule.times, 1'000'000, 1);
  map.flag("armed", fault.rule.armed);
  map.text("after", fault.rule.after);
  map.flag("may_not_fire", fault.may_not_fire);
  map.finish();
  check(node, fault, problems);
  return fault;
}

}  // namespace

std::vector<HostFaultModel> read_host_faults(const Node& node, Problems& problems) {
  std::vector<HostFaultModel> faults;
  if (!node.is_list()) expected_but(node, "a list of named faults", problems);
  if (are_too_many(node, kFaultsMax, "faults of hosts", problems)) return faults;
  for (const Node& item : node.items) {
    if (!item.is_map() || item.keys.size() != 1) {
      expected_but(item, "a fault under its name, like `- busy: {on: ..., do: ...}`", problems);
      continue;
    }
    faults.push_back(read_host_fault(item.keys.front(), item.items.front(), problems));
  }
  return faults;
}

}  // namespace lunsim::scenarios
