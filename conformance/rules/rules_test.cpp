#include "conformance/rules/rules.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

#include "conformance/rules/embedded_rules.hpp"

namespace conformance = lunsim::conformance;
using conformance::RuleTable;
using conformance::ScenarioChecks;

namespace {

// One rule in the table's format; `more` is added to it, indented as its other keys.
RuleTable table_with(const std::string& more, const std::string& head = "") {
  RuleTable table;
  conformance::read_rule_file("x.yaml",
                              "function: F\n" + head +
                                  "rules:\n"
                                  "  - id: F-R1\n"
                                  "    when: it is called\n"
                                  "    result: ERROR_SUCCESS\n"
                                  "    kind: documented\n"
                                  "    source: [DOC]\n"
                                  "    level: must\n" +
                                  more,
                              table);
  return table;
}

ScenarioChecks scenario(const std::vector<std::string>& checks) {
  return {{"scenarios/catalog/f.yaml"}, "scenarios/catalog/f.yaml", checks, checks};
}

std::string gaps(const RuleTable& table, const std::vector<ScenarioChecks>& scenarios) {
  std::string all;
  for (const auto& gap : conformance::find_gaps(table, scenarios, LUNSIM_SOURCE_DIR))
    all += gap.reason + "; ";
  return all;
}

const std::string kCase = "    case: scenarios/catalog/f.yaml\n";
const std::string kDebt = "    debt: {since: 2026-11-21, why: no mutant yet}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(the_projects_own_table_has_no_problem) {
  const RuleTable table = conformance::read_rules(LUNSIM_SOURCE_DIR);
  for (const auto& problem : table.problems) BOOST_ERROR(conformance::to_string(problem));
  BOOST_TEST(table.rules.size() ==
             403u + 67u +
                 76u);  // of iscsidsc.h (401, two of them in two parts), the Net functions, MS-SRVS
}

BOOST_AUTO_TEST_CASE(the_projects_own_loop_of_rule_case_and_mutant_is_closed) {
  const RuleTable table = conformance::read_rules(LUNSIM_SOURCE_DIR);
  std::vector<conformance::RuleProblem> problems;
  const auto scenarios = conformance::read_scenario_checks(LUNSIM_SOURCE_DIR, problems);
  BOOST_TEST(scenarios.size() >= 30u);
  for (const auto& problem : problems) BOOST_ERROR(conformance::to_string(problem));
  for (const auto& gap : conformance::find_gaps(table, scenarios, LUNSIM_SOURCE_DIR))
    BOOST_ERROR(conformance::to_string(gap));
}

BOOST_AUTO_TEST_CASE(every_function_of_the_table_has_a_rule_with_a_case) {
  const RuleTable table = conformance::read_rules(LUNSIM_SOURCE_DIR);
  std::map<std::string, std::size_t> cases;
  for (const auto& rule : table.rules) cases[rule.function] += rule.cases.size();
  BOOST_TEST(cases.size() >= 9u);
  for (const auto& [function, count] : cases)
    BOOST_TEST(count > 0u, function << " has no case at all");
}

BOOST_AUTO_TEST_CASE(a_rule_with_case_and_debt_closes_the_loop) {
  BOOST_TEST(gaps(table_with(kCase + kDebt), {scenario({"F-R1"})}) == "");
}

BOOST_AUTO_TEST_CASE(a_rule_without_case_needs_a_reason) {
  BOOST_TEST(gaps(table_with(""), {}) == "F-R1 has no case and no reason; ");
  BOOST_TEST(gaps(table_with("    reason: nothing to observe\n"), {}) == "");
}

BOOST_AUTO_TEST_CASE(what_is_injected_into_our_host_needs_a_case) {
  const std::string injected = "    injected: nothing here asks a socket\n";
  BOOST_TEST(gaps(table_with(kCase + kDebt + injected), {scenario({"F-R1"})}) == "");
  BOOST_TEST(gaps(table_with("    reason: none\n" + injected), {}) ==
             "F-R1 says how its case comes about, and has none; ");
}

BOOST_AUTO_TEST_CASE(a_case_without_mutant_or_debt_is_a_gap) {
  BOOST_TEST(gaps(table_with(kCase), {scenario({"F-R1"})}) ==
             "F-R1 has a case, but no mutant and no dated debt; ");
}

BOOST_AUTO_TEST_CASE(a_debt_without_a_date_is_a_gap) {
  const RuleTable table = table_with(kCase + "    debt: {since: soon, why: no mutant yet}\n");
  BOOST_TEST(gaps(table, {scenario({"F-R1"})}) == "F-R1: a debt is dated YYYY-MM-DD, not `soon`; ");
}

BOOST_AUTO_TEST_CASE(a_rule_may_refer_to_the_debt_at_the_head_of_its_file) {
  const RuleTable table =
      table_with(kCase + "    debt: file\n", "debt: {since: 2026-11-21, why: no mutant yet}\n");
  BOOST_TEST(table.problems.empty());
  BOOST_TEST(gaps(table, {scenario({"F-R1"})}) == "");
  BOOST_TEST(table_with(kCase + "    debt: file\n").problems.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_case_must_say_that_it_checks_the_rule) {
  BOOST_TEST(gaps(table_with(kCase + kDebt), {scenario({})}) ==
             "F-R1 names scenarios/catalog/f.yaml, whose `checks` do not name it; ");
  BOOST_TEST(gaps(table_with(kCase + kDebt), {}) ==
             "F-R1 names scenarios/catalog/f.yaml, which is not there; ");
}

BOOST_AUTO_TEST_CASE(a_unit_test_as_case_must_mention_the_whole_id) {
  // This very file mentions F-R1, and of GISL only a longer id: GISL-R100.
  const std::string own = "    case: conformance/rules/rules_test.cpp\n";
  BOOST_TEST(gaps(table_with(own + kDebt), {}) == "");
  RuleTable table = table_with(own + kDebt);
  table.rules[0].id = std::string("GISL-R") + "10";
  BOOST_TEST(gaps(table, {}).find("which does not mention it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_scenario_that_checks_what_is_no_rule_or_does_not_know_it_is_a_gap) {
  const RuleTable table = table_with("    reason: nothing to observe\n");
  BOOST_TEST(gaps(table, {scenario({"F-R9"})}) ==
             "checks F-R9, which is no rule; an expectation names F-R9, which is no rule; ");
  BOOST_TEST(gaps(table, {scenario({"F-R1"})}) ==
             "checks F-R1, whose `case` does not name this file; ");
  ScenarioChecks naming = scenario({});
  naming.named = {"F-R8"};
  BOOST_TEST(gaps(table, {naming}) == "an expectation names F-R8, which is no rule; ");
  naming.named = {"F-R1"};
  BOOST_TEST(gaps(table, {naming}) == "an expectation names F-R1, which is not in `checks`; ");
}

BOOST_AUTO_TEST_CASE(a_scenario_that_checks_a_rule_must_name_it_in_an_expectation) {
  ScenarioChecks silent = scenario({"F-R1"});
  silent.named.clear();
  BOOST_TEST(gaps(table_with(kCase + kDebt), {silent}) ==
             "checks F-R1, which no expectation names; ");
}

BOOST_AUTO_TEST_CASE(a_mutant_must_exist_and_break_the_rule_that_names_it) {
  RuleTable table = table_with(kCase + "    mutant: short_by_one\n");
  const std::vector<ScenarioChecks> cases = {scenario({"F-R1"})};
  BOOST_TEST(gaps(table, cases) == "F-R1 names the mutant short_by_one, which is not there; ");
  table.mutants.push_back(
      {{"m.yaml"}, "short_by_one", "F-R1", "scenarios/catalog/f.yaml", "one byte short"});
  BOOST_TEST(gaps(table, cases) == "");
  table.mutants[0].case_file = "scenarios/catalog/other.yaml";
  BOOST_TEST(gaps(table, cases) ==
             "short_by_one: scenarios/catalog/other.yaml is no case of F-R1; ");
  table.mutants[0].breaks = "F-R2";
  BOOST_TEST(gaps(table, cases).find("which breaks F-R2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_scenarios_checks_and_the_rules_of_its_expectations_are_found) {
  std::vector<conformance::RuleProblem> problems;
  const ScenarioChecks found =
      conformance::scenario_checks("s.yaml",
                                   "scenario: one\n"
                                   "checks: [A-R1, A-R2]\n"
                                   "steps:\n"
                                   "  - call: F\n"
                                   "    expect:\n"
                                   "      - {return: ERROR_SUCCESS, rule: [A-R3, A-R4]}\n"
                                   "      - {return: ERROR_SUCCESS, rule: A-R5}\n",
                                   problems);
  BOOST_TEST(problems.empty());
  BOOST_TEST(found.checks == (std::vector<std::string>{"A-R1", "A-R2"}),
             boost::test_tools::per_element());
  BOOST_TEST(found.named == (std::vector<std::string>{"A-R3", "A-R4", "A-R5"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_mistake_in_the_table_has_a_place) {
  const RuleTable typo = table_with("    reson: none\n");
  BOOST_REQUIRE(typo.problems.size() == 1u);
  BOOST_TEST(conformance::to_string(typo.problems[0]) == "x.yaml:9:5: unknown key `reson`");
  const RuleTable twice = table_with("    level: must\n");
  BOOST_REQUIRE(twice.problems.size() == 1u);
  BOOST_TEST(conformance::to_string(twice.problems[0]) == "x.yaml:9:5: `level` stands twice");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_yaml_is_a_problem_and_no_exception) {
  RuleTable table;
  conformance::read_rule_file("x.yaml", "function: [F\nrules: }", table);
  BOOST_REQUIRE(table.problems.size() == 1u);
  BOOST_TEST(table.problems[0].place.line >= 1u);
  conformance::read_rule_file("y.yaml", "- just\n- a list\n", table);
  BOOST_TEST(table.rules.empty());
  BOOST_TEST(table.problems.size() > 1u);
}

BOOST_AUTO_TEST_CASE(an_open_rule_needs_our_reading_and_an_unknown_word_is_refused) {
  RuleTable table;
  conformance::read_rule_file(
      "x.yaml",
      "function: F\nrules:\n"
      "  - {id: F-R1, when: w, result: r, kind: silent, source: DOC, level: open}\n"
      "  - {id: F-R1, when: w, result: r, kind: guessed, source: DOC, level: must}\n",
      table);
  std::string all;
  for (const auto& problem : table.problems) all += conformance::to_string(problem) + "\n";
  BOOST_TEST(all ==
             "x.yaml:3:5: F-R1: the sources leave it open, and no `reading` decides\n"
             "x.yaml:3:5: F-R1: the sources leave it open, and nothing says what `settles` it\n"
             "x.yaml:4:5: F-R1: unknown kind `guessed`\n"
             "x.yaml:4:5: F-R1: the id stands twice\n");
}

BOOST_AUTO_TEST_CASE(the_printed_table_shows_each_rule_with_its_proof_and_counts) {
  std::string out;
  conformance::print_rules(table_with(kCase + kDebt), out);
  BOOST_TEST(out ==
             "F\n"
             "  F-R1      must   when it is called\n"
             "                   result ERROR_SUCCESS\n"
             "                   proved by scenarios/catalog/f.yaml\n"
             "                   not tried against a mutant: no mutant yet\n"
             "\n1 rules: 1 with a case, 0 with a reason why not; 0 with a mutant, 1 owe one\n");
}

BOOST_AUTO_TEST_CASE(a_rule_in_parts_counts_once_and_is_proved_if_all_of_it_is) {
  const std::string part =
      "  - {id: F-R2, when: w, result: r, kind: documented, source: DOC, level: must, part_of: "
      "F-R1, ";
  const RuleTable half = table_with(kCase + kDebt + part + "reason: nobody can}\n");
  std::string out;
  conformance::print_summary(half, out);
  BOOST_TEST(out.find("1 rules of 1 functions") != std::string::npos);
  BOOST_TEST(out.find("documented rules proved: 0 of 1 ") != std::string::npos);
  BOOST_TEST(out.find("F-R2      nobody can (so F-R1 is not proved as a whole)") !=
             std::string::npos);
  BOOST_TEST(out.find("not tried against a mutant: 1: F-R1\n") != std::string::npos);
  out.clear();
  conformance::print_summary(
      table_with(kCase + kDebt + part + "case: scenarios/catalog/f.yaml, mutant: m}\n"), out);
  BOOST_TEST(out.find("documented rules proved: 1 of 1 (100.0 %), 0 of them by a case") !=
             std::string::npos);
  BOOST_TEST(gaps(table_with("    reason: none\n    part_of: F-R9\n"), {}) ==
             "F-R1 is a part of F-R9, which is no rule; ");
}

BOOST_AUTO_TEST_CASE(what_is_built_in_is_what_stands_in_the_tree) {
  std::string built_in, tree;
  conformance::print_rules(conformance::embedded_rules(), built_in);
  conformance::print_rules(conformance::read_rules(LUNSIM_SOURCE_DIR), tree);
  BOOST_TEST(built_in == tree);
  BOOST_TEST(conformance::embedded_rules().rules.size() > 150u);
}

BOOST_AUTO_TEST_CASE(the_summary_keeps_what_is_documented_from_what_is_open) {
  std::string out;
  conformance::print_summary(conformance::embedded_rules(), out);
  BOOST_TEST(out.find("401 rules of 46 functions") != std::string::npos);
  BOOST_TEST(out.find(" of 235 (") != std::string::npos);
  BOOST_TEST(out.find("SPD-R3 and SPD-R5 are one rule in two parts") != std::string::npos);
  BOOST_TEST(out.find("defects of the documents themselves: 17\n") != std::string::npos);
  BOOST_TEST(out.find("\n  AIC-R4    iscsicli passes the initiator name in Reserved\n") !=
             std::string::npos);
  BOOST_TEST(out.find("\n  GISL-R24  a very large size is passed (no case)\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
