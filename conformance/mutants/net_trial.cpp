#include "conformance/mutants/net_trial.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "conformance/mutants/net_defects.hpp"
#include "conformance/net_cases/net_case.hpp"

namespace lunsim::conformance {
namespace {

Judge run(const NetCase& one, const NetDefect& defect) {
  Judge judge;
  NetWorld world(defect);
  NetBench bench = world.bench();
  one.run(bench, judge);
  return judge;
}

bool names_its_file(const RuleTable& table, const std::string& rule, const NetCase& one) {
  const Rule* known = table.find(rule);
  if (known != nullptr &&
      std::find(known->cases.begin(), known->cases.end(), one.file) != known->cases.end())
    return true;
  fmt::print("{}: names {}, which does not name {}\n", one.name, rule, one.file);
  return false;
}

void print_sightings(const Judge& judge) {
  std::set<std::string> printed;
  for (const Judge::Sighting& one : judge.sightings()) {
    const auto line = fmt::format("  {:<9} {}: allowed {}, seen {}\n", one.rule, one.what,
                                  fmt::join(one.allowed, " or "), one.seen);
    if (printed.insert(line).second) fmt::print("{}", line);
  }
}

}  // namespace

bool is_net_mutant(const Mutant& mutant) {
  return mutant.case_file.starts_with("conformance/net_cases/");
}

bool all_net_cases_hold(const RuleTable& table) {
  bool hold = !net_cases().empty();
  for (const NetCase& one : net_cases()) {
    const Judge judge = run(one, {});
    for (const Judge::Failure& failure : judge.failures())
      fmt::print("{}: {}: {}\n", one.name, failure.rule, failure.what);
    hold = hold && judge.failures().empty();
    for (const std::string& rule : judge.rules()) hold = names_its_file(table, rule, one) && hold;
    print_sightings(judge);
  }
  return hold;
}

bool all_hollow_net_functions_fail() {
  bool fail = !net_cases().empty();
  for (const NetCase& one : net_cases()) {
    NetDefect hollow;
    bool is_there = false;
    hollow.functions = [&](NetFunctions& functions) {
      is_there = hollow_net_function(functions, one.function);
    };
    const Judge judge = run(one, hollow);
    if (is_there && !judge.failures().empty()) continue;
    fmt::print("{}: does not notice that {} is hollow\n", one.name, one.function);
    fail = false;
  }
  return fail;
}

bool try_net_mutant(const Mutant& mutant) {
  const auto defect = net_defect(mutant);
  if (!defect) {
    fmt::print("{}: no defect is called {}\n", mutant.name, mutant.does);
    return false;
  }
  for (const NetCase& one : net_cases()) {
    if (one.file != mutant.case_file) continue;
    const Judge judge = run(one, *defect);
    for (const Judge::Failure& failure : judge.failures())
      if (failure.rule == mutant.breaks) return true;
  }
  fmt::print("{} ({}) is not convicted by an expectation of {} that names {}\n", mutant.name,
             mutant.what, mutant.case_file, mutant.breaks);
  return false;
}

bool try_net_mutants(const RuleTable& table) {
  std::size_t tried = 0, convicted = 0;
  for (const Mutant& mutant : table.mutants) {
    if (!is_net_mutant(mutant)) continue;
    ++tried;
    convicted += try_net_mutant(mutant) ? 1u : 0u;
  }
  fmt::print("{} mutants of Net cases, {} convicted\n", tried, convicted);
  return tried > 0 && convicted == tried;
}

}  // namespace lunsim::conformance
