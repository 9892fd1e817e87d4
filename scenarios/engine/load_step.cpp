#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/lua_reader.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

ChangeStep read_change(const Node& body, Problems& problems) {
  ChangeStep change;
  MapReader map(body, "change", problems);
  map.need("target");
  map.text("target", change.target);
  change.target_place = map.place_of("target");
  read_change_keys(map, change);
  map.finish();
  return change;
}

std::map<std::string, Matcher> read_counts(const Node& body, std::string_view what,
                                           Problems& problems) {
  std::map<std::string, Matcher> counts;
  note_counts(body, plain_number_shape(), problems);
  if (!body.is_map()) expected_but(body, what, problems);
  for (std::size_t i = 0; i < body.keys.size(); ++i)
    counts.emplace(body.keys[i], read_matcher(body.items[i], plain_number_shape(), problems));
  return counts;
}

ServiceStep read_service(MapReader& map, std::string_view kind) {
  ServiceStep step;
  step.runs = kind == "start_service";
  map.text(kind, step.host);
  step.host_place = map.place_of(kind);
  return step;
}

SetStep read_set(const Node& body, Problems& problems) {
  SetStep set;
  if (!body.is_map()) expected_but(body, "a map of variables and numbers", problems);
  for (std::size_t i = 0; i < body.keys.size(); ++i) {
    note_number(body.items[i], 0, UINT64_MAX, problems);
    const auto value = body.items[i].is_scalar() ? parse_number(body.items[i].text) : std::nullopt;
    if (!value) expected_but(body.items[i], "a number", problems);
    set.values[body.keys[i]] = value.value_or(0);
  }
  return set;
}

ArmStep read_arm(const Node& body, bool disarm, Problems& problems) {
  note_described(body, "the name of a fault", problems);
  if (!body.is_scalar()) expected_but(body, "the name of a fault", problems);
  return {body.place, body.text, disarm};
}

/// False if `kind` is none of these.
bool read_world_step(MapReader& map, std::string_view kind, Step& step) {
  const Node& body = *map.take(kind);
  Problems& problems = map.problems();
  if (kind == "arm" || kind == "disarm") {
    step.body = read_arm(body, kind == "disarm", problems);
  } else if (kind == "change") {
    if (body.find("server") != nullptr)
      step.body = read_server_change(body, problems);
    else
      step.body = read_change(body, problems);
  } else if (kind == "manage") {
    step.body = read_manage(map, body);
  } else if (kind == "set") {
    step.body = read_set(body, problems);
  } else if (kind == "fired") {
    step.body = FiredStep{read_counts(body, "a map of faults and how often they fired", problems)};
  } else if (kind == "observe") {
    step.body = read_observe(body, problems);
  } else if (kind == "mark") {
    step.body = read_mark(body, problems);
  } else if (kind == "connections") {
    step.body = ConnectionsStep{
        read_counts(body, "a map of sessions and how many connections they have had", problems)};
  } else if (kind == "stop_service" || kind == "start_service") {
    step.body = read_service(map, kind);
  } else if (kind == "lua") {
    step.body = LuaStep{body.place, read_script(body, problems)};
  } else if (kind == "sleep") {
    SleepStep sleep;
    map.duration(kind, sleep.for_ns);
    step.body = sleep;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<Step> read_step(const Node& node, StepContext& context, Problems& problems) {
  static const std::vector<std::string> kKinds{
      "login", "logout",      "call",         "read",          "write",   "scsi", "start",
      "await", "arm",         "disarm",       "change",        "sleep",   "lua",  "fired",
      "mark",  "connections", "stop_service", "start_service", "observe", "set",  "manage"};
  if (!node.is_map() || node.keys.empty()) {
    expected_but(node, "a step, like `- login: {target: array, as: s1}`", problems);
    return std::nullopt;
  }
  // Includes are done with before, but not while keys are written down.
  if (problems.record() != nullptr && node.keys[0] == "include") {
    std::string done_with;
    MapReader(node, "a step of include", problems).text("include", done_with);
    return std::nullopt;
  }
  for (const std::string& kind : kKinds) {
    if (node.find(kind) == nullptr) continue;
    Step step;
    step.place = node.place;
    MapReader map(node, fmt::format("a step of {}", kind), problems);
    if (!read_host_step(map, kind, context, step)) read_world_step(map, kind, step);
    map.finish();
    return step;
  }
  problems.add(node.key_places.front(), fmt::format("unknown step \"{}\"", node.keys.front()),
               nearest(node.keys.front(), kKinds));
  return std::nullopt;
}

}  // namespace lunsim::scenarios
