#include "target_sim/faults/fault_plan.hpp"

#include <cassert>

namespace lunsim::target_sim {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return true;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

FaultPlan::FaultPlan(std::vector<FaultRule> rules, std::uint64_t seed)
    : rules_(std::move(rules)), states_(rules_.size()), chance_(seed) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    assert(index_of(rules_[i].name) == i);
    states_[i].armed = rules_[i].armed;
    if (rules_[i].after.empty()) continue;
    states_[i].after = index_of(rules_[i].after);
    assert(states_[i].after != kNone);
  }
}

bool FaultPlan::is_awake(std::size_t rule) const {
  const State& state = states_[rule];
  if (!state.armed) return false;
  if (rules_[rule].times != 0 && state.fired_since_armed >= rules_[rule].times) return false;
  return state.after == kNone || states_[state.after].fired >= rules_[rule].after_count;
}

std::string FaultPlan::scope_key(FaultScope scope, const FaultOccasion& occasion) {
  switch (scope) {
    case FaultScope::run:
      break;
    case FaultScope::session:
      return std::string(occasion.session);
    case FaultScope::connection:
      return std::to_string(occasion.connection);
    case FaultScope::lun:
      return std::to_string(occasion.lun);
  }
  return {};
}

bool FaultPlan::holds(const FaultSelector& on, const FaultOccasion& occasion) const {
  if (occasion.now_ns < on.after_time_ns) return false;
  if (on.before_time_ns && occasion.now_ns >= *on.before_time_ns) return false;
  if (occasion.outstanding < on.outstanding_min) return false;
  if (!on.file.empty() && (conditions_ == nullptr || !conditions_->file_exists(on.file)))
    return false;
  if (!on.variable) return true;
  return conditions_ != nullptr && conditions_->variable(on.variable->name) == on.variable->value;
}

bool FaultPlan::is_due(std::size_t rule, const FaultOccasion& occasion) {
  const FaultSelector& on = rules_[rule].on;
  if (!is_awake(rule) || !holds(on, occasion)) return false;
  State& state = states_[rule];
  ++state.matched;
  if (state.matches_of_scope.size() >= kScopesMax) state.matches_of_scope.clear();
  const std::uint64_t match = ++state.matches_of_scope[scope_key(on.per, occasion)];
  if (on.nth != 0 && match != on.nth) return false;
  if (on.every != 0 && match % on.every != 0) return false;
  if (on.probability >= 1.0) return true;
  constexpr std::uint64_t kSteps = std::uint64_t{1} << 32;
  return static_cast<double>(chance_.below(kSteps)) < on.probability * static_cast<double>(kSteps);
}

void FaultPlan::count_fired(std::size_t rule) {
  ++states_[rule].fired;
  ++states_[rule].fired_since_armed;
  ++generation_;  // it may be used up now, and may have woken another
  if (listener_) listener_(rules_[rule], false);
}

void FaultPlan::retract(std::size_t rule) {
  State& state = states_[rule];
  if (state.fired > 0) --state.fired;
  if (state.fired_since_armed > 0) --state.fired_since_armed;
  ++generation_;
  if (listener_) listener_(rules_[rule], true);
}

bool FaultPlan::arm(std::string_view name) {
  const std::size_t rule = index_of(name);
  if (rule == kNone) return false;
  states_[rule].armed = true;
  states_[rule].fired_since_armed = 0;
  states_[rule].matches_of_scope.clear();
  ++generation_;
  return true;
}

bool FaultPlan::disarm(std::string_view name) {
  const std::size_t rule = index_of(name);
  if (rule == kNone) return false;
  states_[rule].armed = false;
  ++generation_;
  return true;
}

bool FaultPlan::is_armed(std::string_view name) const {
  const std::size_t rule = index_of(name);
  return rule != kNone && states_[rule].armed;
}

std::vector<FaultPlan::Count> FaultPlan::counts() const {
  std::vector<Count> out;
  for (std::size_t i = 0; i < rules_.size(); ++i)
    out.push_back({rules_[i].name, states_[i].matched, states_[i].fired});
  return out;
}

std::size_t FaultPlan::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (rules_[i].name == name) return i;
  return kNone;
}

}  // namespace lunsim::target_sim
