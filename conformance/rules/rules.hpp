// The documented rules of the API as a table: read from conformance/rules/*.yaml, held against the
// cases that prove them and the mutants that those cases convict, and printed. Judges the table,
// not the API: cases do that.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lunsim::conformance {

/// Where something stands: "conformance/rules/x.yaml:14:7". Lines and columns count from 1; 0 is
/// the whole file.
struct RulePlace {
  std::string file;
  std::size_t line = 0, column = 0;
};
std::string to_string(const RulePlace& place);

struct RuleProblem {
  RulePlace place;
  std::string reason;
};
/// "file:line:column: reason".
std::string to_string(const RuleProblem& problem);

/// What is owed instead of a mutant, since when (YYYY-MM-DD) and why.
struct Debt {
  std::string since, why;
};

struct Rule {
  RulePlace place;
  std::string id, function;
  std::string library;  // whose functions: iscsidsc unless its file says so
  std::string when, result, outputs, reading;
  std::string settles;  // of an open question: what would answer it
  std::string windows;  // what the profile of that name reads instead, where it differs
  std::string kind, level;
  std::vector<std::string> source;
  std::vector<std::string> cases;  // paths from the root of the tree
  std::string reason;              // why there is no case
  std::string injected;            // why no case meets it, unless it puts the code into our host
  std::string mutant;
  std::optional<Debt> debt;
  std::string part_of;  // the rule whose sentence goes on in this one; they count as one
};

/// Stated by the sources, and such that a program can break it.
bool is_documented(const Rule& rule);
/// Silent, ambiguous, contradictory or only observed sources: neither documented nor a defect of
/// the documents.
bool is_open(const Rule& rule);

/// A peer with one known defect, and the case that must convict it.
struct Mutant {
  RulePlace place;
  std::string name, breaks, case_file, what;
  // Of one that is data: the function that is wrong, how, and with which codes.
  std::string function{}, does{}, of{}, code{};
};

/// What a scenario says that it proves.
struct ScenarioChecks {
  RulePlace place;
  std::string file;                 // path from the root of the tree
  std::vector<std::string> checks;  // its `checks:` list
  std::vector<std::string> named;   // `rule:` of its expectations
};

struct RuleTable {
  std::map<std::string, std::string> sources;
  std::vector<Rule> rules;  // in the order of file names, then as they stand
  std::vector<Mutant> mutants;
  std::vector<RuleProblem> problems;
  const Rule* find(std::string_view id) const;
};

/// Reads conformance/rules and conformance/mutants/mutants.yaml of the tree at `root`.
/// Errors   whatever is wrong is in `problems`, with its place; what could be read is there
RuleTable read_rules(const std::string& root);
/// One rule file, as text; adds to `table`. For read_rules and its tests.
void read_rule_file(const std::string& name, const std::string& text, RuleTable& table);
/// sources.yaml, as text.
void read_source_file(const std::string& name, const std::string& text, RuleTable& table);

/// Reads what every scenario of scenarios/catalog of the tree at `root` checks.
std::vector<ScenarioChecks> read_scenario_checks(const std::string& root,
                                                 std::vector<RuleProblem>& problems);
/// One scenario's text.
ScenarioChecks scenario_checks(const std::string& name, const std::string& text,
                               std::vector<RuleProblem>& problems);

/// Every hole in the loop of rule, case and mutant; empty if it is closed.
///
/// Shape    a rule has a case or a reason, and never both; a case exists and names the rule; a
/// scenario checks just the
///          rules that its expectations name, and those know it; a rule with a case has a mutant or
///          a dated debt; a mutant's case is its rule's case
/// Cost     reads the unit tests that are named as cases
std::vector<RuleProblem> find_gaps(const RuleTable& table,
                                   const std::vector<ScenarioChecks>& scenarios,
                                   const std::string& root);

/// The table for people: function by function, each rule with its level, result and proof; then the
/// counts.
void print_rules(const RuleTable& table, std::string& out);

/// Two figures that must not be mixed, and what stands behind them: documented rules that a case
/// proves, of those that the sources state and a program can break, and open questions, each with a
/// reading. Rules that have no case come with their reasons, cases without a mutant by name;
/// defects of the documents stand apart. A rule in parts is one rule, and proved if all of them
/// are.
void print_summary(const RuleTable& table, std::string& out);

}  // namespace lunsim::conformance
