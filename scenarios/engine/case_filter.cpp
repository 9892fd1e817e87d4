#include "scenarios/engine/case_filter.hpp"

#include <algorithm>

#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::scenarios {
namespace {

bool is_glob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

bool is_like(std::string_view pattern, std::string_view text) {
  return pattern == text || (is_glob(pattern) && target_sim::matches_glob(pattern, text));
}

/// "#3" of "#3[ResponseSize=7]", "#3/row at line 9" and "#3 call 2"; faults are no step.
std::string_view step_of(std::string_view part) {
  if (part.starts_with("#fault")) return part;
  return part.substr(0, part.find_first_of("[/ "));
}

/// A call or repetition is counted in an id only if it is the one that failed.
std::string_view without_repetition(std::string_view part) {
  for (const std::string_view word : {" call ", " repetition "}) {
    const std::size_t at = part.rfind(word);
    if (at == std::string_view::npos) continue;
    const std::string_view count = part.substr(at + word.size());
    if (!count.empty() && count.find_first_not_of("0123456789") == std::string_view::npos)
      return part.substr(0, at);
  }
  return part;
}

}  // namespace

CaseFilter::CaseFilter(std::string_view text) {
  const std::size_t hash_sign = std::min(text.find('#'), text.size());
  scenario_ = text.substr(0, hash_sign);
  case_ = without_repetition(text.substr(hash_sign));
}

bool CaseFilter::takes_scenario(std::string_view scenario_id) const {
  if (scenario_.empty()) return true;
  if (picks_cases() || is_glob(scenario_)) return is_like(scenario_, scenario_id);
  return scenario_id.find(scenario_) != std::string_view::npos;
}

bool CaseFilter::reaches_step(std::size_t number) const {
  if (!picks_cases()) return true;
  const std::string_view step = step_of(case_);
  // A star may stand for the rest of the number and for all that follows it.
  const bool is_open = step.size() < case_.size() && step.find('*') != std::string_view::npos;
  return is_open || is_like(step, "#" + std::to_string(number));
}

bool CaseFilter::takes_case(std::string_view part) const {
  if (!picks_cases()) return true;
  part = without_repetition(part);
  return is_like(case_, part) || is_like(case_, step_of(part));
}

}  // namespace lunsim::scenarios
