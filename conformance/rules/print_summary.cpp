// `lunsim rules --summary`: what is proved, what is open, and what is neither.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {
namespace {

using Rules = std::vector<const Rule*>;

struct Tally {
  std::size_t rules = 0, with_case = 0, with_mutant = 0, by_injection = 0;
};

/// A rule and the parts in which its sentence goes on.
Rules whole(const Rule& rule, const Rules& all) {
  Rules parts{&rule};
  std::copy_if(all.begin(), all.end(), std::back_inserter(parts),
               [&](const Rule* other) { return other->part_of == rule.id; });
  return parts;
}

template <class Holds>
bool all_of(const Rules& parts, Holds holds) {
  return std::all_of(parts.begin(), parts.end(), [&](const Rule* part) { return holds(*part); });
}

bool has_case(const Rule& rule) { return !rule.cases.empty(); }
bool has_mutant(const Rule& rule) { return !rule.mutant.empty(); }

/// Of those for which `is_counted` holds. What has several parts has a case if each of them has.
template <class IsCounted>
Tally tally(const Rules& rules, IsCounted is_counted) {
  Tally tally;
  for (const Rule* rule : rules) {
    if (!rule->part_of.empty() || !is_counted(*rule)) continue;
    const Rules parts = whole(*rule, rules);
    ++tally.rules;
    tally.with_case += all_of(parts, has_case) ? 1u : 0u;
    tally.with_mutant += all_of(parts, has_mutant) ? 1u : 0u;
    tally.by_injection += rule->injected.empty() ? 0u : 1u;
  }
  return tally;
}

void print_unproved(const Rules& rules, std::string& out) {
  for (const Rule* rule : rules) {
    if (has_case(*rule) || !is_documented(*rule)) continue;
    const std::string part = rule->part_of.empty()
                                 ? ""
                                 : fmt::format(" (so {} is not proved as a whole)", rule->part_of);
    fmt::format_to(std::back_inserter(out), "  {:<9} {}{}\n", rule->id, rule->reason, part);
  }
}

/// Which numbers stand for several rules of this table, so that both counts can be followed.
void print_parts(const Rules& rules, std::string& out) {
  for (const Rule* rule : rules)
    if (!rule->part_of.empty())
      fmt::format_to(std::back_inserter(out),
                     "{} and {} are one rule in two parts, which counts once and is proved if both "
                     "are\n",
                     rule->part_of, rule->id);
}

void print_untried(const Rules& rules, std::string& out) {
  Rules untried;
  std::copy_if(rules.begin(), rules.end(), std::back_inserter(untried),
               [](const Rule* rule) { return has_case(*rule) && !has_mutant(*rule); });
  const auto at = std::back_inserter(out);
  fmt::format_to(at, "rules whose case is not tried against a mutant: {}", untried.size());
  for (std::size_t i = 0; i < untried.size(); ++i)
    fmt::format_to(at, "{}{}", i == 0 ? ": " : ", ", untried[i]->id);
  fmt::format_to(at, "\n");
}

void print_open(const Rules& rules, std::string& out) {
  for (const Rule* rule : rules)
    if (is_open(*rule))
      fmt::format_to(std::back_inserter(out), "  {:<9} {}{}\n", rule->id, rule->when,
                     rule->cases.empty() ? " (no case)" : "");
}

void print_library(std::string_view library, const Rules& rules, std::string& out) {
  const Tally all = tally(rules, [](const Rule&) { return true; });
  const Tally documented = tally(rules, is_documented), open = tally(rules, is_open);
  std::size_t differ = 0;
  std::set<std::string_view> functions;
  for (const Rule* rule : rules) {
    functions.insert(rule->function);
    differ += rule->windows.empty() ? 0u : 1u;
  }
  const auto at = std::back_inserter(out);
  fmt::format_to(at, "{}: {} rules of {} functions\n\n", library, all.rules, functions.size());
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
  print_parts(rules, out);
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
  print_untried(rules, out);
  fmt::format_to(at, "defects of the documents themselves: {}\n",
                 all.rules - documented.rules - open.rules);
}

}  // namespace

void print_summary(const RuleTable& table, std::string& out) {
  std::map<std::string_view, Rules> libraries;
  for (const Rule& rule : table.rules) libraries[rule.library].push_back(&rule);
  bool is_first = true;
  for (const auto& [library, rules] : libraries) {
    if (!is_first) out += "\n";
    is_first = false;
    print_library(library, rules, out);
  }
}

}  // namespace lunsim::conformance
