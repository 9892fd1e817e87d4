// `lunsim rules --summary`: what is proved, what is open, and what is neither.
#include <fmt/format.h>

#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {
namespace {

struct Tally {
  std::size_t rules = 0, with_case = 0, with_mutant = 0, by_injection = 0;

  void count(const Rule& rule) {
    ++rules;
    with_case += rule.cases.empty() ? 0u : 1u;
    with_mutant += rule.mutant.empty() ? 0u : 1u;
    by_injection += rule.injected.empty() ? 0u : 1u;
  }
};

void print_unproved(const std::vector<const Rule*>& rules, std::string& out) {
  for (const Rule* rule : rules) {
    if (!rule->cases.empty() || !is_documented(*rule)) continue;
    fmt::format_to(std::back_inserter(out), "  {:<9} {}\n", rule->id, rule->reason);
  }
}

void print_open(const std::vector<const Rule*>& rules, std::string& out) {
  for (const Rule* rule : rules)
    if (is_open(*rule))
      fmt::format_to(std::back_inserter(out), "  {:<9} {}{}\n", rule->id, rule->when,
                     rule->cases.empty() ? " (no case)" : "");
}

void print_library(std::string_view library, const std::vector<const Rule*>& rules,
                   std::string& out) {
  Tally documented, open;
  std::size_t differ = 0;
  std::size_t defects = 0;
  std::set<std::string_view> functions;
  for (const Rule* rule : rules) {
    functions.insert(rule->function);
    differ += rule->windows.empty() ? 0u : 1u;
    if (is_documented(*rule))
      documented.count(*rule);
    else if (is_open(*rule))
      open.count(*rule);
    else
      ++defects;
  }
  const auto at = std::back_inserter(out);
  fmt::format_to(at, "{}: {} rules of {} functions\n\n", library, rules.size(), functions.size());
  fmt::format_to(
      at,
      "documented rules proved: {} of {} ({:.1f} %), {} of them by a case that is seen to "
      "convict a mutant\n{}",
      documented.with_case, documented.rules,
      documented.rules == 0 ? 0.0
                            : 100.0 * static_cast<double>(documented.with_case) /
                                  static_cast<double>(documented.rules),
      documented.with_mutant, documented.with_case == documented.rules ? "" : "not proved:\n");
  print_unproved(rules, out);
  if (documented.by_injection > 0)
    fmt::format_to(at,
                   "{} of the proved ones are met only by a code that the case puts into our own "
                   "host (`injected` in conformance/rules)\n",
                   documented.by_injection);
  fmt::format_to(at,
                 "\nopen questions, where the sources are silent, ambiguous, contradictory or only "
                 "observed: {}, of which {} have a case that holds our reading{}\n",
                 open.rules, open.with_case,
                 open.rules == 0 ? "" : "; `lunsim rules` tells the reading and what settles it:");
  print_open(rules, out);
  if (differ > 0)
    fmt::format_to(
        at,
        "profiles: documented and windows; {} questions are read differently by windows; "
        "every case of conformance/api_cases acquits the healthy library and convicts its "
        "mutant in both (tests mutants/api_*)\n",
        differ);
  fmt::format_to(at, "defects of the documents themselves: {}\n", defects);
}

}  // namespace

void print_summary(const RuleTable& table, std::string& out) {
  std::map<std::string_view, std::vector<const Rule*>> libraries;
  for (const Rule& rule : table.rules) libraries[rule.library].push_back(&rule);
  bool is_first = true;
  for (const auto& [library, rules] : libraries) {
    if (!is_first) out += "\n";
    is_first = false;
    print_library(library, rules, out);
  }
}

}  // namespace lunsim::conformance
