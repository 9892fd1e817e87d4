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

constexpr std::size_t kHostsMax = 256;
constexpr std::size_t kTargetsMax = 1024;
constexpr std::size_t kStepsMax = 10'000;
constexpr std::size_t kStartedMax = 1024;  // each has a stack of its own

/// References between parts: every target, session, operation and fault that a step names must be
/// there by then.
class ReferenceCheck {
 public:
  ReferenceCheck(const Scenario& scenario, Problems& problems)
      : scenario_(scenario), problems_(problems) {
    for (const HostModel& host : scenario.hosts) hosts_.push_back(host.id);
    for (const SmbServerModel& server : scenario.servers) servers_.push_back(server.id);
    for (const TargetModel& target : scenario.targets) {
      targets_.push_back(target.id);
      for (const FaultModel& fault : target.faults) faults_.push_back(fault.rule.name);
    }
  }

  void run_one(const Step& step, const KnownNames& known) {
    sessions_ = variables_ = known.saved;
    for (const std::string& name : known.started)
      pending_.emplace(name, Pending{step.place, {}, {}, false});
    marks_.insert(marks_.end(), known.marks.begin(), known.marks.end());
    check_step(step);
  }
  void run() {
    check_faults();
    for (const TargetModel& target : scenario_.targets) {
      check_shared_units(target);
      check_changes(target);
    }
    check_host_faults();
    check_server_faults();
    check_circles();
    for (const HostModel& host : scenario_.hosts) check_logins(host);
    for (const Step& step : scenario_.steps) check_step(step);
    for (const auto& [name, started] : pending_)
      if (!started.was_awaited)
        problems_.add(started.place,
                      fmt::format("\"{}\" is started, but never awaited after that", name));
  }

 private:
  void check_step(const Step& step) {
    place_ = step.host_place;
    if (!step.host.empty()) need(step.host, hosts_, "host");
    place_ = step.place;
    std::visit([this](const auto& body) { check(body); }, step.body);
  }
  void check_host_faults() {
    std::vector<std::string> host_faults;
    for (const HostFaultModel& fault : scenario_.host_faults) {
      place_ = fault.place;
      if (std::find(faults_.begin(), faults_.end(), fault.rule.name) != faults_.end())
        problems_.add(place_,
                      fmt::format("a fault named \"{}\" is there already", fault.rule.name));
      if (!fault.on.host.empty()) need(fault.on.host, hosts_, "host");
      host_faults.push_back(fault.rule.name);
      faults_.push_back(fault.rule.name);
    }
    for (const HostFaultModel& fault : scenario_.host_faults) {
      place_ = fault.place;
      if (!fault.rule.after.empty()) need(fault.rule.after, host_faults, "host fault");
    }
  }
  /// A fault that waits for itself never wakes.
  void check_circle(const std::string& name, const std::map<std::string, std::string>& after) {
    std::string at = name;
    for (std::size_t i = 0; i <= after.size(); ++i) {
      const auto next = after.find(at);
      if (next == after.end() || next->second.empty()) return;
      at = next->second;
      if (at != name) continue;
      problems_.add(place_, fmt::format("the fault \"{}\" comes after itself{}: it never wakes",
                                        name, i == 0 ? "" : ", by way of others"));
      return;
    }
  }
  void check_circles() {
    std::map<std::string, std::string> after;
    for (const TargetModel& target : scenario_.targets)
      for (const FaultModel& fault : target.faults) after[fault.rule.name] = fault.rule.after;
    for (const HostFaultModel& fault : scenario_.host_faults)
      after[fault.rule.name] = fault.rule.after;
    for (const TargetModel& target : scenario_.targets)
      for (const FaultModel& fault : target.faults) {
        place_ = fault.place;
        check_circle(fault.rule.name, after);
      }
    for (const HostFaultModel& fault : scenario_.host_faults) {
      place_ = fault.place;
      check_circle(fault.rule.name, after);
    }
  }
  void check_faults() {
    std::set<std::string> seen;
    for (const TargetModel& target : scenario_.targets)
      for (const FaultModel& fault : target.faults) {
        place_ = fault.place;
        if (!seen.insert(fault.rule.name).second)
          problems_.add(place_,
                        fmt::format("a fault named \"{}\" is there already", fault.rule.name));
        if (!fault.rule.after.empty()) need(fault.rule.after, faults_, "fault");
        const auto& hold = fault.rule.action.wire.hold;
        if (hold && !hold->until.empty()) need(hold->until, faults_, "fault");
      }
  }
  void need(const std::string& name, const std::vector<std::string>& known, std::string_view what) {
    // What a script before this step has saved or started is known when it has run.
    const bool may_be_a_scripts =
        has_script_ && what != "target" && what != "fault" && what != "host" && what != "server";
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
  /// What an operation brings is there when it has been awaited.
  void check(const StartStep& step) {
    const Place place = place_;
    const std::vector<std::string> sessions = sessions_;
    const std::vector<std::string> variables = variables_;
    std::visit([this](const auto& what) { check(what); }, step.what);
    Pending pending{place, {}, {}, false};
    pending.sessions.assign(sessions_.begin() + static_cast<std::ptrdiff_t>(sessions.size()),
                            sessions_.end());
    pending.variables.assign(variables_.begin() + static_cast<std::ptrdiff_t>(variables.size()),
                             variables_.end());
    sessions_ = sessions;
    variables_ = variables;
    if (pending_.size() >= kStartedMax)
      problems_.add(place, fmt::format("more than {} operations at once", kStartedMax));
    else if (!pending_.emplace(step.as, std::move(pending)).second)
      problems_.add(place, fmt::format("\"{}\" is started already", step.as));
  }
  void check(const AwaitStep& step) {
    for (const Awaited& awaited : step.operations) {
      check_rows(awaited.rows, 1);
      std::vector<std::string> operations;
      for (const auto& started : pending_) operations.push_back(started.first);
      place_ = awaited.place;
      need(awaited.operation, operations, "started operation");
      const auto pending = pending_.find(awaited.operation);
      if (pending == pending_.end()) continue;
      pending->second.was_awaited = true;
      if (!awaited.ends) continue;  // it goes on, maybe for ever
      for (const std::string& session : pending->second.sessions) sessions_.push_back(session);
      for (const std::string& variable : pending->second.variables) variables_.push_back(variable);
      pending_.erase(pending);
    }
  }
  void check(const ManageStep& step) {
    check_rows(step.rows, 1);
    place_ = step.session_place;
    need(step.session, sessions_, "session");
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
  void check(const ServerChangeStep& step) {
    place_ = step.server_place;
    need(step.server, servers_, "server");
  }
  void check_logins(const HostModel& host) {
    place_ = host.place;
    if (!host.own_server.empty()) need(host.own_server, servers_, "server");
    for (const SmbLoginModel& login : host.smb) {
      place_ = login.place;
      need(login.server, servers_, "server");
    }
  }
  void check_server_faults() {
    std::map<std::string, std::string> after;
    for (const SmbServerModel& server : scenario_.servers)
      for (const SmbFaultModel& fault : server.faults) {
        place_ = fault.place;
        const std::string& name = fault.fault.rule.name;
        if (std::find(faults_.begin(), faults_.end(), name) != faults_.end())
          problems_.add(place_, fmt::format("a fault named \"{}\" is there already", name));
        faults_.push_back(name);
        after[name] = fault.fault.rule.after;
      }
    std::vector<std::string> names;
    for (const auto& [name, before] : after) names.push_back(name);
    for (const SmbServerModel& server : scenario_.servers)
      for (const SmbFaultModel& fault : server.faults) {
        place_ = fault.place;
        if (!fault.fault.rule.after.empty()) need(fault.fault.rule.after, names, "server fault");
        check_circle(fault.fault.rule.name, after);
      }
  }
  void check(const SleepStep&) {}
  void check(const LuaStep&) { has_script_ = true; }
  void check(const ServiceStep& step) {
    place_ = step.host_place;
    need(step.host, hosts_, "host");
  }
  void check(const MarkStep& step) { marks_.push_back(step.name); }
  void check(const ObserveStep& step) {
    place_ = step.since_place;
    if (!step.since.empty()) need(step.since, marks_, "mark");
    for (const std::vector<WireItem>* items :
         {&step.pattern.order, &step.pattern.never, &step.pattern.counted})
      for (const WireItem& item : *items) {
        place_ = item.place;
        if (!item.host.empty()) need(item.host, hosts_, "host");
        for (const auto& [name, matcher] : item.fields) check_variables(matcher);
        check_variables(item.times);
      }
  }
  void check(const ConnectionsStep& step) {
    for (const auto& [session, matcher] : step.sessions) {
      place_ = matcher.place;
      need(session, sessions_, "session");
      check_variables(matcher);
    }
  }
  void check(const SetStep&) {}
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
  struct Pending {
    Place place;
    std::vector<std::string> sessions, variables;
    bool was_awaited = false;
  };
  std::vector<std::string> marks_{"start", "last step"};
  std::vector<std::string> hosts_, targets_, servers_, faults_, sessions_, variables_;
  std::map<std::string, Pending> pending_;  // started, not yet awaited
};

void read_live(const Node& node, Scenario& scenario, Problems& problems) {
  note_described(node, "skip(reason)", problems);
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
    note_words(*judge, {"invariants"}, problems);
    scenario.judged_by_invariants = judge->is_scalar() && judge->text == "invariants";
    if (!scenario.judged_by_invariants) expected_but(*judge, "invariants", problems);
  }
  const Node* trouble = map.take("trouble");
  if (trouble == nullptr) return;
  static const std::vector<std::string> kTroubles{"reset",   "split", "drop",  "delay", "duplicate",
                                                  "reorder", "stall", "crash", "oom",   "outcomes"};
  if (!trouble->is_map() || trouble->keys.size() != 1)
    return expected_but(*trouble, "a trouble and its point, like {crash: 12}", problems);
  scenario.trouble = trouble->keys.front();
  if (std::find(kTroubles.begin(), kTroubles.end(), scenario.trouble) == kTroubles.end())
    problems.add(trouble->key_places.front(),
                 fmt::format("unknown trouble \"{}\"", scenario.trouble),
                 nearest(scenario.trouble, kTroubles));
  MapReader point(*trouble, "trouble", problems);
  for (const std::string& known : kTroubles)
    point.number(known, scenario.trouble_point, 1'000'000'000, 1);
  point.take(scenario.trouble);  // one that is unknown has been told
  point.finish();
  if (!scenario.judged_by_invariants)
    problems.add(trouble->place, "a trouble needs `judge: invariants`: no row can expect it");
}

void read_targets(const Node& node, Scenario& scenario, Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map of targets", problems);
  if (are_too_many(node, kTargetsMax, "targets", problems)) return;
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
  if (are_too_many(node, kHostsMax, "hosts", problems)) return;
  scenario.hosts.clear();
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    scenario.hosts.push_back(read_host(node.keys[i], node.items[i], i + 1, problems));
}

void read_steps(const Node& node, Scenario& scenario, Problems& problems) {
  if (node.script) {
    scenario.steps.push_back({node.place, {}, {}, LuaStep{node.place, node.script}});
    return;
  }
  if (!node.is_list()) return expected_but(node, "a list of steps", problems);
  if (are_too_many(node, kStepsMax, "steps", problems)) return;
  StepContext context;
  for (const Node& item : node.items)
    if (auto step = read_step(item, context, problems)) scenario.steps.push_back(std::move(*step));
}

}  // namespace

void check_references(const Scenario& scenario, const Step& step, const KnownNames& known,
                      Problems& problems) {
  ReferenceCheck(scenario, problems).run_one(step, known);
}

std::optional<Scenario> load_scenario(std::string_view text, const std::string& file,
                                      const std::string& id, Problems& problems,
                                      const ReadLimits& limits, const Outside& outside) {
  std::set<std::string> params;
  return load_scenario(text, file, id, problems, limits, outside, params);
}

std::optional<Scenario> load_scenario(std::string_view text, const std::string& file,
                                      const std::string& id, Problems& problems,
                                      const ReadLimits& limits, const Outside& outside,
                                      std::set<std::string>& params) {
  Node root = is_lua_file(file) ? read_lua(text, file, problems, limits)
                                : read_yaml(text, file, problems, limits);
  if (!problems.empty()) return std::nullopt;
  if (const Node* part = root.find("part")) {
    problems.add(part->place, "this is a part, for `include:` in scenarios; it is none by itself");
    return std::nullopt;
  }
  // Who writes down the keys wants to see these two as well.
  std::set<std::string> own_params;
  if (problems.record() == nullptr) expand(root, file, outside, limits, problems, own_params);
  params.insert(own_params.begin(), own_params.end());
  if (!problems.empty()) {
    problems.sort();
    return std::nullopt;
  }
  Scenario scenario;
  scenario.file = file;
  for (const auto& [name, value] : outside.params)
    if (own_params.contains(name))
      scenario.replay_options += " --param " + shell_word(name + "=" + value);
  scenario.id = id;
  MapReader map(root, "a scenario", problems);
  std::uint64_t language = 0;
  map.need("language");
  map.number("language", language, 1, 1);
  std::vector<std::string> done_with;
  map.texts("include", done_with);
  map.take("params");
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
  if (const Node* faults = map.take("host_faults"))
    scenario.host_faults = read_host_faults(*faults, problems);
  if (const Node* servers = map.take("servers"))
    scenario.servers = read_servers(*servers, problems);
  // A story may be about servers alone.
  const Node* targets = map.has("servers") ? map.take("targets") : map.need("targets");
  if (targets != nullptr) read_targets(*targets, scenario, problems);
  // A file for `serve` alone may do nothing.
  if (const Node* steps = map.take("steps")) read_steps(*steps, scenario, problems);
  map.finish();
  if (problems.empty()) ReferenceCheck(scenario, problems).run();
  problems.sort();
  if (!problems.empty()) return std::nullopt;
  return scenario;
}

}  // namespace lunsim::scenarios
