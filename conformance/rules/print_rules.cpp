// The rule table for people: what `lunsim rules` shows.
#include <fmt/format.h>

#include <iterator>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {
namespace {

struct Counts {
  std::size_t rules = 0, with_case = 0, with_reason = 0, with_mutant = 0, with_debt = 0;
};

void count(const Rule& rule, Counts& counts) {
  ++counts.rules;
  counts.with_case += rule.cases.empty() ? 0u : 1u;
  counts.with_reason += rule.reason.empty() ? 0u : 1u;
  counts.with_mutant += rule.mutant.empty() ? 0u : 1u;
  counts.with_debt += rule.debt ? 1u : 0u;
}

void print(const Rule& rule, std::string& out) {
  const auto at = std::back_inserter(out);
  fmt::format_to(at, "  {:<9} {:<6} when {}\n", rule.id, rule.level, rule.when);
  const std::string indent(19, ' ');
  fmt::format_to(at, "{}result {}\n", indent, rule.result);
  if (!rule.outputs.empty()) fmt::format_to(at, "{}outputs {}\n", indent, rule.outputs);
  if (!rule.reading.empty()) fmt::format_to(at, "{}we read: {}\n", indent, rule.reading);
  if (!rule.settles.empty()) fmt::format_to(at, "{}settled by: {}\n", indent, rule.settles);
  if (!rule.windows.empty()) fmt::format_to(at, "{}profile windows: {}\n", indent, rule.windows);
  for (const std::string& file : rule.cases) fmt::format_to(at, "{}proved by {}\n", indent, file);
  if (!rule.injected.empty()) fmt::format_to(at, "{}by injection: {}\n", indent, rule.injected);
  if (!rule.reason.empty()) fmt::format_to(at, "{}no case: {}\n", indent, rule.reason);
  if (!rule.mutant.empty()) fmt::format_to(at, "{}convicts {}\n", indent, rule.mutant);
  if (!rule.cases.empty() && rule.mutant.empty())
    fmt::format_to(at, "{}not tried against a mutant: {}\n", indent,
                   rule.debt ? rule.debt->why : "");
  if (!rule.part_of.empty()) fmt::format_to(at, "{}a part of {}\n", indent, rule.part_of);
}

}  // namespace

void print_rules(const RuleTable& table, std::string& out) {
  Counts counts;
  std::string function;
  for (const Rule& rule : table.rules) {
    if (rule.function != function) {
      function = rule.function;
      fmt::format_to(std::back_inserter(out), "{}{}\n", out.empty() ? "" : "\n", function);
    }
    print(rule, out);
    count(rule, counts);
  }
  fmt::format_to(
      std::back_inserter(out),
      "\n{} rules: {} with a case, {} with a reason why not; {} with a mutant, {} owe one\n",
      counts.rules, counts.with_case, counts.with_reason, counts.with_mutant, counts.with_debt);
}

}  // namespace lunsim::conformance
