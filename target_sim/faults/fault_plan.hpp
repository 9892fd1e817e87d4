// The faults of one run with their counters: which are awake, which of their matches fires. Shared
// by the tap and the devices; neither knows what a PDU or a task looks like here: they bring the
// match, the plan decides.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ports/entropy.hpp"
#include "target_sim/faults/fault_conditions.hpp"
#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::target_sim {

/// `*` stands for any characters, `?` for one. Names compare without regard to case. An empty
/// pattern matches all.
bool matches_glob(std::string_view pattern, std::string_view text);

/// What a match is counted under.
struct FaultOccasion {
  std::string_view session;  // any text that names the session
  std::uint32_t connection = 0;
  std::uint64_t lun = 0;
  std::int64_t now_ns = 0;
  std::uint32_t outstanding = 0;  // commands of the session without a status
};

class FaultPlan {
 public:
  /// Names must differ and `after` must name a rule of the plan (asserted).
  FaultPlan(std::vector<FaultRule> rules, std::uint64_t seed);

  std::span<const FaultRule> rules() const { return rules_; }
  /// Rewrites redirect addresses once the portals are known. Before any traffic.
  void set_redirect(std::size_t rule, std::string to) {
    rules_[rule].action.wire.redirect->to = std::move(to);
  }
  /// What `file` and `variable` ask; without it no file exists and no variable is set.
  void set_conditions(const FaultConditions* conditions) { conditions_ = conditions; }

  /// Awake: armed, not used up, and what it waits for has fired.
  bool is_awake(std::size_t rule) const;
  /// Counts a match of a rule that is awake and whose conditions hold; true if it is to fire now.
  /// Whoever then sees an effect says so with count_fired().
  bool is_due(std::size_t rule, const FaultOccasion& occasion);
  void count_fired(std::size_t rule);
  /// Both, for what cannot but have an effect.
  bool strike(std::size_t rule, const FaultOccasion& occasion) {
    if (!is_due(rule, occasion)) return false;
    count_fired(rule);
    return true;
  }
  std::uint64_t fired(std::size_t rule) const { return states_[rule].fired; }
  /// The rule's place in rules(), or nothing.
  std::optional<std::size_t> find(std::string_view name) const {
    const std::size_t rule = index_of(name);
    return rule == kNone ? std::nullopt : std::optional(rule);
  }

  /// What struck had no effect after all: it has not fired.
  void retract(std::size_t rule);
  /// Chance for what a fault does; uniform in [0, bound), from the plan's own seed.
  std::uint64_t draw_below(std::uint64_t bound) { return chance_.below(bound); }

  /// Told of every fault that fires, in the moment when it does; `is_retracted`: it has not, after
  /// all.
  using Listener = std::function<void(const FaultRule&, bool is_retracted)>;
  void set_listener(Listener listener) { listener_ = std::move(listener); }

  /// False if there is no such fault. Arming again starts its counters of matches and its `times`
  /// anew.
  bool arm(std::string_view name);
  bool disarm(std::string_view name);

  /// Also once it is used up. False if there is no such fault.
  bool is_armed(std::string_view name) const;

  struct Count {
    std::string name;
    std::uint64_t matched = 0;
    std::uint64_t fired = 0;
  };
  std::vector<Count> counts() const;
  /// Grows with every change of what is awake: who keeps a table compares.
  std::uint64_t generation() const { return generation_; }

 private:
  struct State {
    bool armed = true;
    std::uint64_t matched = 0;
    std::uint64_t fired = 0;
    std::uint64_t fired_since_armed = 0;
    std::size_t after = kNone;
    std::map<std::string, std::uint64_t> matches_of_scope;  // at most kScopesMax
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kScopesMax = 65536;

  std::size_t index_of(std::string_view name) const;
  bool holds(const FaultSelector& on, const FaultOccasion& occasion) const;
  static std::string scope_key(FaultScope scope, const FaultOccasion& occasion);

  std::vector<FaultRule> rules_;
  std::vector<State> states_;
  runtime::SeededEntropy chance_;
  Listener listener_;
  const FaultConditions* conditions_ = nullptr;
  std::uint64_t generation_ = 1;
};

}  // namespace lunsim::target_sim
