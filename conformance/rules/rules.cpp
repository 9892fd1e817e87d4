#include "conformance/rules/rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "conformance/rules/yaml_text.hpp"

namespace lunsim::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 11> kKinds = {"documented",
                                                     "derived",
                                                     "documented+usage",
                                                     "documented+inferred-code",
                                                     "observed",
                                                     "inferred",
                                                     "usage",
                                                     "silent",
                                                     "ambiguity",
                                                     "contradiction",
                                                     "doc-defect"};
constexpr std::array<std::string_view, 4> kLevels = {"must", "should", "open", "none"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::string> text_of_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// YAML files of a folder, as paths from `root`, sorted.
std::vector<std::string> yaml_files(const fs::path& root, const fs::path& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at(root / folder, error), end; !error && at != end;
       at.increment(error))
    if (at->path().extension() == ".yaml")
      found.push_back(at->path().lexically_relative(root).generic_string());
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<Debt> read_debt(const std::string& name, const YAML::Node& node, RuleTable& table) {
  YamlMap map(name, node, table.problems);
  map.expect_only({"since", "why"});
  return Debt{map.text("since", true), map.text("why", true)};
}

Rule read_rule(const std::string& name, const YAML::Node& node,
               const std::optional<Debt>& file_debt, RuleTable& table) {
  YamlMap map(name, node, table.problems);
  map.expect_only({"id", "when", "result", "outputs", "kind", "source", "level", "reading",
                   "settles", "windows", "case", "reason", "injected", "mutant", "debt",
                   "part_of"});
  Rule rule;
  rule.place = map.place();
  rule.id = map.text("id", true);
  rule.when = map.text("when", true);
  rule.result = map.text("result", true);
  rule.outputs = map.text("outputs", false);
  rule.kind = map.text("kind", true);
  rule.level = map.text("level", true);
  rule.reading = map.text("reading", false);
  rule.settles = map.text("settles", false);
  rule.windows = map.text("windows", false);
  rule.source = map.texts("source");
  rule.cases = map.texts("case");
  rule.reason = map.text("reason", false);
  rule.injected = map.text("injected", false);
  rule.mutant = map.text("mutant", false);
  rule.part_of = map.text("part_of", false);
  const YAML::Node debt = map.node("debt");
  if (!debt.IsDefined()) return rule;
  if (!debt.IsScalar())
    rule.debt = read_debt(name, debt, table);
  else if (debt.Scalar() == "file" && file_debt)
    rule.debt = file_debt;
  else
    table.problems.push_back({place_of(name, debt),
                              "`debt` is a map with `since` and `why`, or `file` where the "
                              "file's head has one"});
  return rule;
}

void judge_words(const Rule& rule, RuleTable& table) {
  const auto report = [&](std::string reason) {
    table.problems.push_back({rule.place, rule.id + ": " + std::move(reason)});
  };
  if (!is_one_of(kKinds, rule.kind)) report("unknown kind `" + rule.kind + "`");
  if (!is_one_of(kLevels, rule.level)) report("unknown level `" + rule.level + "`");
  if (rule.source.empty()) report("no source");
  if (table.find(rule.id) != nullptr) report("the id stands twice");
  if (!is_open(rule)) return;
  if (rule.reading.empty()) report("the sources leave it open, and no `reading` decides");
  if (rule.settles.empty()) report("the sources leave it open, and nothing says what `settles` it");
}

void read_mutants(const std::string& name, const std::string& text, RuleTable& table) {
  const YAML::Node document = load_yaml(name, text, table.problems);
  if (document.IsNull()) return;
  YamlMap head(name, document, table.problems);
  head.expect_only({"mutants"});
  for (const auto& node : head.node("mutants")) {
    YamlMap map(name, node, table.problems);
    map.expect_only({"name", "breaks", "case", "what", "function", "does", "of", "code"});
    const bool is_data = map.node("does").IsDefined();
    table.mutants.push_back({map.place(), map.text("name", true), map.text("breaks", true),
                             map.text("case", true), map.text("what", true),
                             map.text("function", is_data), map.text("does", false),
                             map.text("of", false), map.text("code", false)});
  }
}

void collect_rule_names(const YAML::Node& node, bool is_rule, std::vector<std::string>& named) {
  if (node.IsScalar() && is_rule) named.push_back(node.Scalar());
  if (node.IsSequence())
    for (const auto& item : node) collect_rule_names(item, is_rule, named);
  if (node.IsMap())
    for (const auto& entry : node)
      collect_rule_names(entry.second, entry.first.IsScalar() && entry.first.Scalar() == "rule",
                         named);
}

}  // namespace

std::string to_string(const RulePlace& place) {
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string to_string(const RuleProblem& problem) {
  return to_string(problem.place) + ": " + problem.reason;
}

bool is_documented(const Rule& rule) {
  constexpr std::array<std::string_view, 4> kDocumented{"documented", "documented+usage",
                                                        "documented+inferred-code", "derived"};
  return is_one_of(kDocumented, rule.kind);
}

bool is_open(const Rule& rule) {
  constexpr std::array<std::string_view, 6> kOpen{"observed", "inferred",  "usage",
                                                  "silent",   "ambiguity", "contradiction"};
  return is_one_of(kOpen, rule.kind);
}

const Rule* RuleTable::find(std::string_view id) const {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

void read_rule_file(const std::string& name, const std::string& text, RuleTable& table) {
  const YAML::Node document = load_yaml(name, text, table.problems);
  if (document.IsNull()) return;
  YamlMap head(name, document, table.problems);
  head.expect_only({"function", "library", "forms", "what", "debt", "rules"});
  const std::string function = head.text("function", true);
  const std::string library =
      head.node("library").IsDefined() ? head.text("library", true) : std::string("iscsidsc");
  std::optional<Debt> debt;
  if (head.node("debt").IsDefined()) debt = read_debt(name, head.node("debt"), table);
  const YAML::Node rules = head.node("rules");
  if (!rules.IsSequence()) table.problems.push_back({head.place(), "no list of `rules`"});
  for (std::size_t i = 0; rules.IsSequence() && i < rules.size(); ++i) {
    Rule rule = read_rule(name, rules[i], debt, table);
    rule.function = function;
    rule.library = library;
    judge_words(rule, table);
    table.rules.push_back(std::move(rule));
  }
}

void read_source_file(const std::string& name, const std::string& text, RuleTable& table) {
  const YAML::Node document = load_yaml(name, text, table.problems);
  if (document.IsNull()) return;
  YamlMap head(name, document, table.problems);
  head.expect_only({"sources"});
  for (const auto& entry : head.node("sources"))
    table.sources[entry.first.Scalar()] = entry.second.Scalar();
}

RuleTable read_rules(const std::string& root) {
  RuleTable table;
  const auto read = [&](const std::string& name, auto reader) {
    if (const auto text = text_of_file(fs::path(root) / name))
      reader(name, *text, table);
    else
      table.problems.push_back({{name}, "cannot be read"});
  };
  const std::string sources = "conformance/rules/sources.yaml";
  read(sources, read_source_file);
  for (const std::string& name : yaml_files(root, "conformance/rules"))
    if (name != sources) read(name, read_rule_file);
  read("conformance/mutants/mutants.yaml", read_mutants);
  read("conformance/mutants/api_mutants.yaml", read_mutants);
  read("conformance/mutants/net_mutants.yaml", read_mutants);
  if (table.rules.empty()) table.problems.push_back({{"conformance/rules"}, "holds no rule"});
  for (const Rule& rule : table.rules)
    for (const std::string& source : rule.source)
      if (!table.sources.contains(source))
        table.problems.push_back(
            {rule.place, rule.id + ": sources.yaml knows no `" + source + "`"});
  return table;
}

ScenarioChecks scenario_checks(const std::string& name, const std::string& text,
                               std::vector<RuleProblem>& problems) {
  ScenarioChecks found{{name}, name, {}, {}};
  const YAML::Node document = load_yaml(name, text, problems);
  if (document.IsNull()) return found;
  YamlMap head(name, document, problems);
  if (head.node("checks").IsDefined()) found.place = place_of(name, head.node("checks"));
  found.checks = head.texts("checks");
  collect_rule_names(document, false, found.named);
  return found;
}

std::vector<ScenarioChecks> read_scenario_checks(const std::string& root,
                                                 std::vector<RuleProblem>& problems) {
  std::vector<ScenarioChecks> found;
  for (const std::string& name : yaml_files(root, "scenarios/catalog"))
    if (const auto text = text_of_file(fs::path(root) / name))
      found.push_back(scenario_checks(name, *text, problems));
  return found;
}

}  // namespace lunsim::conformance
