#include "conformance/mutants/defect_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "conformance/mutants/case_file.hpp"
#include "conformance/mutants/defect_hosts.hpp"
#include "conformance/rules/yaml_text.hpp"
#include "scenarios/engine/runner.hpp"

namespace lunsim::conformance {
namespace {

using scenarios::Scenario;
using scenarios::ScenarioReport;

constexpr std::uint64_t kSeed = 1;
constexpr std::size_t kWithoutMutantMax = 3;
const std::string kFile = "conformance/mutants/defects.yaml";

struct Defect {
  RulePlace place;
  std::string name, case_file, victim, what;
  std::string step;         // that convicts, as reports number it
  std::string faults;       // of the scenario's first target, as scenarios write them
  std::string host_faults;  // of its hosts
  std::string host;         // a host of defect_hosts.cpp
  std::string no_mutant;    // why not

  int mutants() const { return !faults.empty() + !host_faults.empty() + !host.empty(); }
};

struct Defects {
  std::vector<Defect> all;
  std::vector<RuleProblem> problems;
};

Defect read_defect(const YAML::Node& node, Defects& defects) {
  YamlMap map(kFile, node, defects.problems);
  map.expect_only(
      {"name", "case", "victim", "what", "step", "faults", "host_faults", "host", "no_mutant"});
  Defect defect;
  defect.place = map.place();
  defect.name = map.text("name", true);
  defect.case_file = map.text("case", true);
  defect.victim = map.text("victim", true);
  defect.what = map.text("what", true);
  defect.faults = map.text("faults", false);
  defect.host_faults = map.text("host_faults", false);
  defect.host = map.text("host", false);
  defect.no_mutant = map.text("no_mutant", false);
  defect.step = map.text("step", defect.no_mutant.empty());
  const auto report = [&](std::string reason) {
    defects.problems.push_back({defect.place, defect.name + ": " + std::move(reason)});
  };
  if (defect.victim != "target" && defect.victim != "initiator")
    report("the victim is the target or the initiator");
  if (defect.mutants() != (defect.no_mutant.empty() ? 1 : 0))
    report("one of `faults`, `host_faults`, `host` and `no_mutant`");
  return defect;
}

Defects read_defects(const std::string& root) {
  Defects defects;
  const YAML::Node document = load_yaml(kFile, text_of(root, kFile), defects.problems);
  if (document.IsNull()) return defects;
  YamlMap head(kFile, document, defects.problems);
  head.expect_only({"defects"});
  for (const auto& node : head.node("defects")) defects.all.push_back(read_defect(node, defects));
  for (const RuleProblem& problem : defects.problems) fmt::print("{}\n", to_string(problem));
  return defects;
}

std::string indented(const std::string& text, const std::string& by) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out += by + line + "\n";
  return out;
}

/// The mutant's faults, read by the loader in a story of its own whose target has the name of the
/// scenario's first.
std::optional<Scenario> read_mutant(const Scenario& scenario, const Defect& defect) {
  const scenarios::TargetModel& target = scenario.targets.front();
  std::string text =
      fmt::format("language: 1\nscenario: a mutant\ntargets:\n  {}:\n    name: \"{}\"\n", target.id,
                  target.name);
  if (!defect.faults.empty()) text += "    faults:\n" + indented(defect.faults, "      ");
  if (!defect.host_faults.empty()) text += "host_faults:\n" + indented(defect.host_faults, "  ");
  return load_case(text, "mutant of " + defect.name);
}

/// The mutant stands at its own end of the wire: what a defective peer does with what it is sent
/// comes behind the scenario's own faults, and what it sends goes before them.
bool is_before(const target_sim::FaultRule& rule, const Defect& defect) {
  const bool is_received = rule.on.direction == pdu::Direction::receive;
  return is_received == (defect.victim == "initiator");
}

std::vector<std::string> lay_over(Scenario& scenario, Scenario mutant, const Defect& defect) {
  std::vector<std::string> names;
  std::vector<scenarios::FaultModel> before, behind;
  for (scenarios::FaultModel& fault : mutant.targets.front().faults) {
    fault.may_not_fire = true;
    names.push_back(fault.rule.name);
    (is_before(fault.rule, defect) ? before : behind).push_back(std::move(fault));
  }
  std::vector<scenarios::FaultModel>& faults = scenario.targets.front().faults;
  faults.insert(faults.begin(), before.begin(), before.end());
  faults.insert(faults.end(), behind.begin(), behind.end());
  for (scenarios::HostFaultModel& fault : mutant.host_faults) {
    fault.may_not_fire = true;
    names.push_back(fault.rule.name);
    scenario.host_faults.push_back(std::move(fault));
  }
  return names;
}

ScenarioReport run(const Scenario& scenario, const std::string& host) {
  scenarios::RunOptions options;
  options.seed = kSeed;
  if (!host.empty())
    options.decorate_host = [&](initiator::Host& healthy) {
      return make_defect_host(host, healthy);
    };
  return scenarios::run_scenario(scenario, options);
}

bool are_distinct(const Scenario& scenario) {
  std::set<std::string> seen;
  bool distinct = true;
  const auto meet = [&](const std::string& name) {
    if (seen.insert(name).second) return;
    fmt::print("two faults are named {}\n", name);
    distinct = false;
  };
  for (const scenarios::TargetModel& target : scenario.targets)
    for (const scenarios::FaultModel& fault : target.faults) meet(fault.rule.name);
  for (const scenarios::HostFaultModel& fault : scenario.host_faults) meet(fault.rule.name);
  return distinct;
}

bool all_fired(const ScenarioReport& report, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const bool fired =
        std::any_of(report.faults.begin(), report.faults.end(),
                    [&](const auto& fault) { return fault.name == name && fault.fired > 0; });
    if (!fired) fmt::print("{}, of the mutant, never fired\n", name);
    return fired;
  });
}

/// A failed expectation of this step of the story; never that a fault did not fire.
const scenarios::CaseReport* conviction(const ScenarioReport& report, const std::string& step) {
  const std::string start = report.id + "#" + step;
  const auto found = std::find_if(report.cases.begin(), report.cases.end(), [&](const auto& one) {
    if (one.verdict != scenarios::Verdict::fail || !one.id.starts_with(start)) return false;
    const std::string rest = one.id.substr(start.size());
    return rest.empty() || rest.front() < '0' || rest.front() > '9';
  });
  return found == report.cases.end() ? nullptr : &*found;
}

bool judge(const ScenarioReport& broken, const Defect& defect,
           const std::vector<std::string>& faults) {
  const auto* convicted = conviction(broken, defect.step);
  const bool fired = all_fired(broken, faults);
  if (convicted != nullptr && fired && !broken.harness_error) {
    fmt::print("{} is convicted by {}: {}\n", defect.name, convicted->id,
               convicted->message.empty() ? convicted->seen : convicted->message);
    return true;
  }
  fmt::print("{} ({}) is not convicted by step {}:\n{}\n", defect.name, defect.what, defect.step,
             scenarios::to_text(broken));
  return false;
}

bool try_one(const std::string& root, const Defect& defect) {
  if (!defect.no_mutant.empty()) {
    fmt::print("{} has no mutant: {}\n", defect.name, defect.no_mutant);
    return true;
  }
  auto scenario = load_case(text_of(root, defect.case_file), defect.case_file);
  if (!scenario || scenario->targets.empty()) return false;
  const ScenarioReport healthy = run(*scenario, "");
  if (healthy.verdict != scenarios::Verdict::pass) {
    fmt::print("the healthy peers are not acquitted:\n{}\n", scenarios::to_text(healthy));
    return false;
  }
  std::vector<std::string> faults;
  if (defect.host.empty()) {
    auto mutant = read_mutant(*scenario, defect);
    if (!mutant) return false;
    faults = lay_over(*scenario, std::move(*mutant), defect);
    if (faults.empty() || !are_distinct(*scenario)) return false;
  }
  return judge(run(*scenario, defect.host), defect, faults);
}

std::set<std::string> required_defects(const std::string& root) {
  std::set<std::string> out;
  std::istringstream lines(text_of(root, "scenarios/engine/required_stories.txt"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("defect-")) out.insert(line);
  return out;
}

bool same(const std::set<std::string>& here, const std::set<std::string>& there,
          const std::string& here_name, const std::string& there_name) {
  for (const std::string& one : here)
    if (!there.contains(one)) fmt::print("{} has no {}\n", there_name, one);
  for (const std::string& one : there)
    if (!here.contains(one)) fmt::print("{} has no {}\n", here_name, one);
  return here == there && !here.empty();
}

bool carries_its_tag(const std::string& root, const Defect& defect) {
  const auto scenario = load_case(text_of(root, defect.case_file), defect.case_file);
  const bool carries = scenario && std::find(scenario->tags.begin(), scenario->tags.end(),
                                             defect.name) != scenario->tags.end();
  if (!carries) fmt::print("{} is no tag of {}\n", defect.name, defect.case_file);
  return carries;
}

}  // namespace

bool try_defect(const std::string& root, const std::string& name) {
  const Defects defects = read_defects(root);
  const auto found = std::find_if(defects.all.begin(), defects.all.end(),
                                  [&](const Defect& one) { return one.name == name; });
  if (found != defects.all.end()) return defects.problems.empty() && try_one(root, *found);
  fmt::print("{} has no {}\n", kFile, name);
  return false;
}

bool all_defects_known(const std::string& root) {
  const Defects defects = read_defects(root);
  std::set<std::string> listed, hosts, coded;
  std::size_t without = 0;
  bool is_closed = defects.problems.empty();
  for (const Defect& defect : defects.all) {
    if (!listed.insert(defect.name).second) {
      fmt::print("{} stands twice\n", defect.name);
      is_closed = false;
    }
    if (!defect.host.empty()) hosts.insert(defect.host);
    if (!defect.no_mutant.empty()) ++without;
    is_closed &= carries_its_tag(root, defect);
  }
  for (const std::string_view name : defect_host_names()) coded.emplace(name);
  is_closed &= same(listed, required_defects(root), kFile, "required_stories.txt");
  is_closed &= same(hosts, coded, kFile, "defect_hosts.cpp");
  if (without > kWithoutMutantMax) fmt::print("{} defects have no mutant\n", without);
  return is_closed && without <= kWithoutMutantMax;
}

}  // namespace lunsim::conformance
