#include "scenarios/engine/selection.hpp"

#include <algorithm>
#include <array>

#include "scenarios/engine/case_filter.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::scenarios {
namespace {

bool any_is_like(const std::vector<std::string>& words, const std::string& pattern) {
  return !pattern.empty() && std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return target_sim::matches_glob(pattern, word);
  });
}

}  // namespace

SelectionTerm::SelectionTerm(std::string_view text) {
  is_negated_ = text.starts_with('!');
  if (is_negated_) text.remove_prefix(1);
  constexpr std::array<std::pair<std::string_view, What>, 4> kWords{
      {{"id:", What::id}, {"path:", What::path}, {"tag:", What::tag}, {"rule:", What::rule}}};
  for (const auto& [word, what] : kWords) {
    if (!text.starts_with(word)) continue;
    what_ = what;
    text.remove_prefix(word.size());
    break;
  }
  pattern_ = text;
}

bool SelectionTerm::picks_cases() const {
  return what_ == What::id && !is_negated_ && CaseFilter(pattern_).picks_cases();
}

bool SelectionTerm::leaves_out_cases() const {
  return what_ == What::id && is_negated_ && CaseFilter(pattern_).picks_cases();
}

bool SelectionTerm::takes(const Scenario& scenario) const {
  return matches(scenario) != is_negated_;
}

bool SelectionTerm::matches(const Scenario& scenario) const {
  switch (what_) {
    case What::id:
      return CaseFilter(pattern_).takes_scenario(scenario.id);
    case What::path:
      return pattern_.find_first_of("*?") == std::string::npos
                 ? scenario.file.find(pattern_) != std::string::npos
                 : target_sim::matches_glob(pattern_, scenario.file);
    case What::tag:
      return any_is_like(scenario.tags, pattern_);
    case What::rule:
      return any_is_like(rules_of(scenario), pattern_);
  }
  return false;
}

std::vector<std::string> rules_of(const Scenario& scenario) {
  std::vector<std::string> out = scenario.checks;
  for (const Step& step : scenario.steps) {
    std::visit(
        [&out](const auto& body) {
          if constexpr (requires { body.rows; })
            for (const ExpectRow& row : body.rows)
              out.insert(out.end(), row.rules.begin(), row.rules.end());
        },
        step.body);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace lunsim::scenarios
