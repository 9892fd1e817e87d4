#include "scenarios/report/rule_texts.hpp"

#include <fmt/format.h>

#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

RuleText text_of(const conformance::Rule& rule, const conformance::RuleTable& table) {
  RuleText out;
  out.text = fmt::format("{}: {}: {}", rule.function, rule.when, rule.result);
  if (!rule.outputs.empty()) out.text += fmt::format("; {}", rule.outputs);
  out.reading = rule.reading;
  for (const std::string& source : rule.source) {
    const auto known = table.sources.find(source);
    out.sources.push_back(known == table.sources.end() ? source : known->second);
  }
  return out;
}

}  // namespace

std::string rule_line(const conformance::RuleTable& table, const std::string& id) {
  const conformance::Rule* rule = table.find(id);
  if (rule == nullptr) return {};
  const RuleText text = text_of(*rule, table);
  return fmt::format("{} ({})", text.text, joined(text.sources, "; "));
}

void add_rule_texts(const conformance::RuleTable& table, RunReport& report) {
  const auto add = [&](const std::string& id) {
    if (report.rules.contains(id)) return;
    if (const conformance::Rule* rule = table.find(id))
      report.rules.emplace(id, text_of(*rule, table));
  };
  for (const ScenarioReport& scenario : report.scenarios) {
    for (const std::string& id : scenario.checks) add(id);
    for (const CaseReport& one : scenario.cases)
      for (const std::string& id : one.rules) add(id);
  }
}

}  // namespace lunsim::scenarios
