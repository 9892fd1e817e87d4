// Tries one mutant: its case is run on a healthy host, which must be acquitted, and on the mutant,
// which must be convicted by an expectation that names the rule that it breaks.
//   mutant_trial ROOT NAME          ROOT is the source tree
//   mutant_trial ROOT --api-cases   the cases of conformance/api_cases acquit the healthy library
//   mutant_trial ROOT --api-mutants  ... and convict their mutants, all in one run
//   mutant_trial ROOT --scenario-mutants  mutants that are data convicted by scenarios
//   mutant_trial ROOT --api-hollow   ... and every function that is emptied
//   mutant_trial ROOT --api-sweeps   ... and what each sweep is made for, in every function
//   mutant_trial ROOT --net-cases, --net-mutants, --net-hollow   the same of conformance/net_cases
//   mutant_trial ROOT --all-known   every mutant of the code stands in mutants.yaml, and the other
//   way round
//   mutant_trial ROOT defect-NAME    a defect of the field, with what defects.yaml says
//   mutant_trial ROOT --all-defects  every defect that the catalogue must have stands there
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "conformance/api_cases/bench.hpp"
#include "conformance/mutants/api_trial.hpp"
#include "conformance/mutants/case_file.hpp"
#include "conformance/mutants/defect_trial.hpp"
#include "conformance/mutants/host_defects.hpp"
#include "conformance/mutants/host_mutants.hpp"
#include "conformance/mutants/net_trial.hpp"
#include "conformance/mutants/server_mutants.hpp"
#include "conformance/rules/rules.hpp"
#include "initiator/host/profile.hpp"
#include "scenarios/engine/runner.hpp"

namespace lunsim::conformance {
namespace {

constexpr std::uint64_t kSeed = 1;

/// With a mutant, or (null) with the healthy host.
scenarios::ScenarioReport run(const scenarios::Scenario& scenario, const Mutant* mutant) {
  scenarios::RunOptions options;
  options.seed = kSeed;
  if (mutant != nullptr)
    options.decorate_host = [mutant](initiator::Host& healthy) {
      return mutant->does.empty() ? make_mutant(mutant->name, healthy)
                                  : make_host_defect(*mutant, healthy);
    };
  if (mutant != nullptr)
    options.decorate_server = [mutant](smb_server::MessageTap* own) {
      return make_server_mutant(mutant->name, own);
    };
  return scenarios::run_scenario(scenario, options);
}

/// A failed case whose expectation names the rule.
const scenarios::CaseReport* conviction(const scenarios::ScenarioReport& report,
                                        const std::string& rule) {
  const auto found = std::find_if(report.cases.begin(), report.cases.end(), [&](const auto& one) {
    const bool names_it = std::find(one.rules.begin(), one.rules.end(), rule) != one.rules.end();
    return one.verdict == scenarios::Verdict::fail && names_it;
  });
  return found == report.cases.end() ? nullptr : &*found;
}

bool try_mutant_on(const scenarios::Scenario& scenario, const Mutant& mutant, Reading reading) {
  const auto healthy = run(scenario, nullptr);
  if (healthy.verdict != scenarios::Verdict::pass) {
    fmt::print("{}: the healthy host ({}) is not acquitted:\n{}\n", mutant.name, name_of(reading),
               scenarios::to_text(healthy));
    return false;
  }
  const auto broken = run(scenario, &mutant);
  const auto* convicted = conviction(broken, mutant.breaks);
  if (convicted == nullptr) {
    fmt::print("{} ({}, {}) is not convicted by an expectation that names {}:\n{}\n", mutant.name,
               mutant.what, name_of(reading), mutant.breaks, scenarios::to_text(broken));
    return false;
  }
  fmt::print("{} breaks {} and is convicted by {} ({}): {}\n", mutant.name, mutant.breaks,
             convicted->id, name_of(reading), convicted->message);
  return true;
}

/// The same story on hosts that read as Windows was seen to answer.
scenarios::Scenario as_windows(scenarios::Scenario scenario) {
  const auto windows = initiator::profile_named("windows");
  for (scenarios::HostModel& host : scenario.hosts)
    host.empty_list_probe_insufficient = windows->empty_list_probe_insufficient;
  return scenario;
}

/// In both readings, but for a rule that the other one reads otherwise: its case holds ours.
bool try_mutant(const std::string& root, const RuleTable& table, const Mutant& mutant) {
  const auto scenario = load_case(text_of(root, mutant.case_file), mutant.case_file);
  if (!scenario) {
    fmt::print("{}: no scenario\n", mutant.case_file);
    return false;
  }
  if (!try_mutant_on(*scenario, mutant, Reading::documented)) return false;
  const Rule* rule = table.find(mutant.breaks);
  if (rule != nullptr && !rule->windows.empty()) return true;
  return try_mutant_on(as_windows(*scenario), mutant, Reading::windows);
}

/// Mutants that are data, of cases that are scenarios.
bool try_scenario_mutants(const std::string& root, const RuleTable& table) {
  std::size_t tried = 0, convicted = 0;
  for (const Mutant& mutant : table.mutants) {
    if (mutant.does.empty() || is_api_mutant(mutant) || is_net_mutant(mutant)) continue;
    ++tried;
    convicted += try_mutant(root, table, mutant) ? 1u : 0u;
  }
  fmt::print("{} mutants of scenarios, {} convicted in both readings\n", tried, convicted);
  return tried > 0 && convicted == tried;
}

bool all_known(const RuleTable& table) {
  std::set<std::string> listed, coded;
  for (const Mutant& mutant : table.mutants)
    if (mutant.does.empty()) listed.insert(mutant.name);
  for (const std::string_view name : mutant_names()) coded.emplace(name);
  for (const std::string_view name : server_mutant_names()) coded.emplace(name);
  for (const std::string& name : coded)
    if (!listed.contains(name)) fmt::print("mutants.yaml has no {}\n", name);
  for (const std::string& name : listed)
    if (!coded.contains(name))
      fmt::print("host_mutants.cpp and server_mutants.cpp have no {}\n", name);
  return listed == coded && !coded.empty();
}

bool trial(const std::string& root, const std::string& name) {
  if (name == "--all-defects") return all_defects_known(root);
  if (name.starts_with("defect-")) return try_defect(root, name);
  const RuleTable table = read_rules(root);
  for (const RuleProblem& problem : table.problems) fmt::print("{}\n", to_string(problem));
  if (name == "--all-known") return all_known(table);
  if (name == "--api-cases") return all_api_cases_hold(table);
  if (name == "--api-mutants") return try_api_mutants(table);
  if (name == "--scenario-mutants") return try_scenario_mutants(root, table);
  if (name == "--api-hollow") return all_hollow_functions_fail();
  if (name == "--api-sweeps") return all_sweeps_convict();
  if (name == "--net-cases") return all_net_cases_hold(table);
  if (name == "--net-mutants") return try_net_mutants(table);
  if (name == "--net-hollow") return all_hollow_net_functions_fail();
  const auto mutant = std::find_if(table.mutants.begin(), table.mutants.end(),
                                   [&](const Mutant& one) { return one.name == name; });
  if (mutant != table.mutants.end() && is_net_mutant(*mutant)) return try_net_mutant(*mutant);
  if (mutant != table.mutants.end())
    return is_api_mutant(*mutant) ? try_api_mutant(*mutant) : try_mutant(root, table, *mutant);
  fmt::print("mutants.yaml has no {}\n", name);
  return false;
}

}  // namespace
}  // namespace lunsim::conformance

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs(
        "usage: mutant_trial ROOT "
        "NAME|--api-cases|--scenario-mutants|--api-mutants|--api-hollow|--api-sweeps|--net-cases|"
        "--net-mutants|--net-hollow|--all-known|--all-defects\n",
        stderr);
    return 2;
  }
  return lunsim::conformance::trial(argv[1], argv[2]) ? 0 : 1;
}
