#include "scenarios/engine/loader.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/lua_reader.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

/// References between parts: every target, session, operation and fault that a step names must be
/// there by then.
class ReferenceCheck {
 public:
  ReferenceCheck(const Scenario& scenario, Problems& problems)
      : scenario_(scenario), problems_(problems) {
    for (const TargetModel& target : scenario.targets) {
      targets_.push_back(target.id);
      for (const FaultModel& fault : target.faults) faults_.push_back(fault.rule.name);
    }
  }

  void run_one(const Step& step, const KnownNames& known) {
    sessions_ = variables_ = known.saved;
    for (const std::string& name : known.started) pending_.emplace(name, step.place);
    place_ = step.place;
    std::visit([this](const auto& body) { check(body); }, step.body);
  }
  void run() {
    check_faults();
    for (const TargetModel& target : scenario_.targets) {
      check_shared_units(target);
      check_changes(target);
    }
    for (const Step& step : scenario_.steps) {
      place_ = step.place;
      std::visit([this](const auto& body) { check(body); }, step.body);
    }
    for (const auto& [name, place] : pending_)
      problems_.add(place, fmt::format("\"{}\" is started, but never awaited after that", name));
  }

 private:
  void check_faults() {
    std::set<std::string> seen;
    for (const TargetModel& target : scenario_.targets)
      for (const FaultModel& fault : target.faults) {
        place_ = fault.place;
        if (!seen.insert(fault.rule.name).second)
          problems_.add(place_,
                        fmt::format("a fault named \"{}\" is there already", fault.rule.name));
        if (!fault.rule.after.empty()) need(fault.rule.after, faults_, "fault");
      }
  }
  void need(const std::string& name, const std::vector<std::string>& known, std::string_view what) {
    // What a script before this step has saved or started is known when it has run.
    const bool may_be_a_scripts = has_script_ && what != "target" && what != "fault";
    if (!may_be_a_scripts && std::find(known.begin(), known.end(), name) == known.end())
      problems_.add(place_, fmt::format("no {} is named \"{}\"", what, name), nearest(name, known));
  }
  void check_variables(const Matcher& matcher) {
    place_ = matcher.place;
    for (const Number* number : {&matcher.number, &matcher.upper})
      if (!number->variable.empty()) need(number->variable, variables_, "saved value");
    for (const Matcher& part : matcher.of) check_variables(part);
  }
  void check_rows(const std::vector<ExpectRow>& rows, std::uint64_t repeat) {
    for (const ExpectRow& row : rows) {
      for (const std::uint64_t nth : row.nth)
        if (nth > repeat)
          problems_.add(row.place, fmt::format("there is no repetition {}: the step runs {} times",
                                               nth, repeat));
      for (const auto& [name, condition] : row.conditions) check_variables(condition);
      if (row.returns) check_variables(*row.returns);
      for (const auto& [name, matcher] : row.out) check_variables(matcher);
    }
  }
  void check(const LoginStep& step) {
    check_rows(step.rows, 1);
    place_ = step.target_place;
    need(step.target, targets_, "target");
    if (!step.as.empty()) sessions_.push_back(step.as);
  }
  void check(const LogoutStep& step) {
    check_rows(step.rows, 1);
    place_ = step.session_place;
    need(step.session, sessions_, "session");
  }
  void check(const CallStep& step) {
    const auto check_argument = [this](const Argument& argument) {
      place_ = argument.place;
      if (argument.kind == Argument::Kind::session) need(argument.text, sessions_, "session");
      if (!argument.number.variable.empty())
        need(argument.number.variable, variables_, "saved value");
    };
    for (const auto& [name, argument] : step.with) check_argument(argument);
    for (const SweepAxis& axis : step.sweep) {
      for (const Argument& argument : axis.values) check_argument(argument);
      place_ = axis.place;
      if (axis.first && !axis.first->variable.empty())
        need(axis.first->variable, variables_, "saved value");
      if (axis.last && !axis.last->variable.empty())
        need(axis.last->variable, variables_, "saved value");
    }
    check_rows(step.rows, step.repeat);
    for (const Save& save : step.saves) {
      variables_.push_back(save.variable);
      sessions_.push_back(save.variable);
    }
  }
  void check(const IoStep& step) {
    check_rows(step.rows, step.repeat);
    place_ = step.session_place;
    need(step.session, sessions_, "session");
  }
  void check(const StartStep& step) {
    const Place place = place_;
    check(step.io);
    if (!pending_.emplace(step.io.as, place).second)
      problems_.add(place, fmt::format("\"{}\" is started already", step.io.as));
  }
  void check(const AwaitStep& step) {
    const Place place = place_;
    check_rows(step.rows, 1);
    std::vector<std::string> operations;
    for (const auto& started : pending_) operations.push_back(started.first);
    place_ = place;
    need(step.operation, operations, "started operation");
    pending_.erase(step.operation);
  }
  void check(const ArmStep& step) {
    place_ = step.fault_place;
    need(step.fault, faults_, "fault");
  }
  void check(const ChangeStep& step) {
    place_ = step.target_place;
    need(step.target, targets_, "target");
  }
  /// A unit of another target must be there, and be that target's own.
  void check_shared_units(const TargetModel& target) {
    for (const LunModel& lun : target.luns) {
      if (!lun.same_unit_as) continue;
      place_ = lun.same_unit_as->place;
      need(lun.same_unit_as->target, targets_, "target");
      for (const TargetModel& other : scenario_.targets) {
        if (other.id != lun.same_unit_as->target) continue;
        const bool has_it =
            std::any_of(other.luns.begin(), other.luns.end(), [&](const LunModel& one) {
              return one.lun == lun.same_unit_as->lun && !one.same_unit_as;
            });
        if (!has_it)
          problems_.add(place_, fmt::format("{} has no unit of its own at LUN {}", other.id,
                                            lun.same_unit_as->lun));
      }
    }
  }
  void check_changes(const TargetModel& target) {
    for (const FaultModel& fault : target.faults)
      if (fault.change) check(*fault.change);
  }
  void check(const SleepStep&) {}
  void check(const LuaStep&) { has_script_ = true; }
  void check(const FiredStep& step) {
    for (const auto& [fault, matcher] : step.faults) {
      place_ = matcher.place;
      need(fault, faults_, "fault");
      check_variables(matcher);
    }
  }

  const Scenario& scenario_;
  Problems& problems_;
  Place place_;
  bool has_script_ = false;
  std::vector<std::string> targets_, faults_, sessions_, variables_;
  std::map<std::string, Place> pending_;  // started, not yet awaited
};

void read_live(const Node& node, Scenario& scenario, Problems& problems) {
  const std::string_view text = node.is_scalar() ? std::string_view{node.text} : std::string_view{};
  if (text.starts_with("skip(") && text.ends_with(')') && text.size() > 6) {
    scenario.live_skip_reason = std::string(text.substr(5, text.size() - 6));
  } else {
    expected_but(node, "skip(reason)", problems);
  }
}

/// `judge: invariants`, and `trouble: {crash: 12}` for what no fault of the language can do.
void read_judge(MapReader& map, Scenario& scenario, Problems& problems) {
  if (const Node* judge = map.take("judge")) {
    scenario.judged_by_invariants = judge->is_scalar() && judge->text == "invariants";
    if (!scenario.judged_by_invariants) expected_but(*judge, "invariants", problems);
  }
  const Node* trouble = map.take("trouble");
  if (trouble == nullptr) return;
  static const std::vector<std::string> kTroubles{"reset", "split", "drop", "delay",   "duplicate",
                                                  "stall", "crash", "oom",  "outcomes"};
  if (!trouble->is_map() || trouble->keys.size() != 1)
    return expected_but(*trouble, "a trouble and its point, like {crash: 12}", problems);
  scenario.trouble = trouble->keys.front();
  if (std::find(kTroubles.begin(), kTroubles.end(), scenario.trouble) == kTroubles.end())
    problems.add(trouble->key_places.front(),
                 fmt::format("unknown trouble \"{}\"", scenario.trouble),
                 nearest(scenario.trouble, kTroubles));
  MapReader point(*trouble, "trouble", problems);
  point.number(scenario.trouble, scenario.trouble_point, 1'000'000'000, 1);
  point.finish();
  if (!scenario.judged_by_invariants)
    problems.add(trouble->place, "a trouble needs `judge: invariants`: no row can expect it");
}

void read_targets(const Node& node, Scenario& scenario, Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map of targets", problems);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    TargetModel target = read_target(node.keys[i], node.items[i], scenario.server, problems);
    for (const TargetModel& other : scenario.targets)
      if (other.name == target.name)
        problems.add(target.place, fmt::format("two targets are named {}", target.name));
    scenario.targets.push_back(std::move(target));
  }
}

void read_hosts(const Node& node, Scenario& scenario, Problems& problems) {
  if (!node.is_map() || node.keys.empty()) return expected_but(node, "a map of hosts", problems);
  scenario.host = read_host(node.keys[0], node.items[0], problems);
  if (node.keys.size() > 1)
    problems.add(node.key_places[1], "a scenario has one host in this version of the language");
}

void read_steps(const Node& node, Scenario& scenario, Problems& problems) {
  if (node.script) {
    scenario.steps.push_back({node.place, LuaStep{node.place, node.script}});
    return;
  }
  if (!node.is_list()) return expected_but(node, "a list of steps", problems);
  for (const Node& item : node.items)
    if (const auto step = read_step(item, problems)) scenario.steps.push_back(*step);
}

}  // namespace

void check_references(const Scenario& scenario, const Step& step, const KnownNames& known,
                      Problems& problems) {
  ReferenceCheck(scenario, problems).run_one(step, known);
}

std::optional<Scenario> load_scenario(std::string_view text, const std::string& file,
                                      const std::string& id, Problems& problems,
                                      const ReadLimits& limits) {
  const Node root = is_lua_file(file) ? read_lua(text, file, problems, limits)
                                       : read_yaml(text, file, problems, limits);
  if (!problems.empty()) return std::nullopt;
  Scenario scenario;
  scenario.file = file;
  scenario.id = id;
  MapReader map(root, "a scenario", problems);
  std::uint64_t language = 0;
  map.need("language");
  map.number("language", language, 1, 1);
  map.need("scenario");
  map.text("scenario", scenario.title);
  map.texts("checks", scenario.checks);
  map.texts("tags", scenario.tags);
  std::uint64_t seed = 0;
  if (map.number("seed", seed)) scenario.seed = seed;
  if (const Node* live = map.take("live")) read_live(*live, scenario, problems);
  map.flag("malformed_on_wire", scenario.malformed_on_wire);
  read_judge(map, scenario, problems);
  if (const Node* hosts = map.take("hosts")) read_hosts(*hosts, scenario, problems);
  if (const Node* targets = map.need("targets")) read_targets(*targets, scenario, problems);
  // A file for `serve` alone may do nothing.
  if (const Node* steps = map.take("steps")) read_steps(*steps, scenario, problems);
  map.finish();
  if (problems.empty()) ReferenceCheck(scenario, problems).run();
  problems.sort();
  if (!problems.empty()) return std::nullopt;
  return scenario;
}

}  // namespace lunsim::scenarios
