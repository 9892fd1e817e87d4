// The loop of rule, case and mutant, and every way in which it can be open.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {
namespace {

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// `id` stands in `text` and is no part of a longer id: GISL-R1 is not in GISL-R10.
bool mentions(const std::string& text, const std::string& id) {
  for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    const std::size_t end = at + id.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

bool is_date(const std::string& text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 4 || i == 7;
    if (is_dash ? text[i] != '-' : std::isdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return true;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

class Loop {
 public:
  Loop(const RuleTable& table, const std::vector<ScenarioChecks>& scenarios,
       const std::string& root)
      : table_(table), scenarios_(scenarios), root_(root) {}

  std::vector<RuleProblem> gaps() {
    for (const Rule& rule : table_.rules) judge(rule);
    for (const ScenarioChecks& scenario : scenarios_) judge(scenario);
    for (const Mutant& mutant : table_.mutants) judge(mutant);
    return std::move(gaps_);
  }

 private:
  void report(const RulePlace& place, std::string reason) {
    gaps_.push_back({place, std::move(reason)});
  }

  void judge_part(const Rule& rule) {
    const Rule* whole = table_.find(rule.part_of);
    if (whole == nullptr)
      report(rule.place, rule.id + " is a part of " + rule.part_of + ", which is no rule");
    else if (!whole->part_of.empty() || whole->kind != rule.kind ||
             whole->function != rule.function)
      report(rule.place, rule.id + " is a part of " + rule.part_of +
                             ", which is a part itself or another function's or of another kind");
  }

  void judge(const Rule& rule) {
    if (!rule.part_of.empty()) judge_part(rule);
    if (rule.cases.empty() && rule.reason.empty())
      report(rule.place, rule.id + " has no case and no reason");
    if (!rule.cases.empty() && !rule.reason.empty())
      report(rule.place, rule.id + " has a case and a reason why there is none");
    if (rule.cases.empty() && !rule.injected.empty())
      report(rule.place, rule.id + " says how its case comes about, and has none");
    for (const std::string& file : rule.cases) judge_case(rule, file);
    if (rule.cases.empty()) return;
    if (rule.mutant.empty() && !rule.debt)
      report(rule.place, rule.id + " has a case, but no mutant and no dated debt");
    if (!rule.mutant.empty()) judge_mutant_of(rule);
    if (rule.debt && !is_date(rule.debt->since))
      report(rule.place, rule.id + ": a debt is dated YYYY-MM-DD, not `" + rule.debt->since + "`");
  }

  void judge_case(const Rule& rule, const std::string& file) {
    const auto scenario = std::find_if(scenarios_.begin(), scenarios_.end(),
                                       [&](const ScenarioChecks& s) { return s.file == file; });
    if (scenario != scenarios_.end()) {
      if (!contains(scenario->checks, rule.id))
        report(rule.place, rule.id + " names " + file + ", whose `checks` do not name it");
      return;
    }
    std::ifstream test(std::filesystem::path(root_) / file, std::ios::binary);
    if (!test)
      report(rule.place, rule.id + " names " + file + ", which is not there");
    else if (!mentions(std::string(std::istreambuf_iterator<char>(test), {}), rule.id))
      report(rule.place, rule.id + " names " + file + ", which does not mention it");
  }

  void judge_mutant_of(const Rule& rule) {
    const auto found =
        std::find_if(table_.mutants.begin(), table_.mutants.end(),
                     [&](const Mutant& mutant) { return mutant.name == rule.mutant; });
    if (found == table_.mutants.end())
      report(rule.place, rule.id + " names the mutant " + rule.mutant + ", which is not there");
    else if (found->breaks != rule.id)
      report(rule.place,
             rule.id + " names the mutant " + rule.mutant + ", which breaks " + found->breaks);
  }

  void judge(const ScenarioChecks& scenario) {
    for (const std::string& id : scenario.checks) {
      const Rule* rule = table_.find(id);
      if (rule == nullptr)
        report(scenario.place, "checks " + id + ", which is no rule");
      else if (!contains(rule->cases, scenario.file))
        report(scenario.place, "checks " + id + ", whose `case` does not name this file");
    }
    for (const std::string& id : scenario.checks)
      if (!contains(scenario.named, id))
        report(scenario.place, "checks " + id + ", which no expectation names");
    for (const std::string& id : scenario.named) judge_named(scenario, id);
  }

  void judge_named(const ScenarioChecks& scenario, const std::string& id) {
    if (table_.find(id) == nullptr)
      report(scenario.place, "an expectation names " + id + ", which is no rule");
    else if (!contains(scenario.checks, id))
      report(scenario.place, "an expectation names " + id + ", which is not in `checks`");
  }

  void judge(const Mutant& mutant) {
    const Rule* rule = table_.find(mutant.breaks);
    if (rule == nullptr)
      report(mutant.place, mutant.name + " breaks " + mutant.breaks + ", which is no rule");
    else if (!contains(rule->cases, mutant.case_file))
      report(mutant.place,
             mutant.name + ": " + mutant.case_file + " is no case of " + mutant.breaks);
  }

  const RuleTable& table_;
  const std::vector<ScenarioChecks>& scenarios_;
  const std::string& root_;
  std::vector<RuleProblem> gaps_;
};

}  // namespace

std::vector<RuleProblem> find_gaps(const RuleTable& table,
                                   const std::vector<ScenarioChecks>& scenarios,
                                   const std::string& root) {
  return Loop(table, scenarios, root).gaps();
}

}  // namespace lunsim::conformance
