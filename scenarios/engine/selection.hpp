// Which scenarios of many somebody asked for: by id, path, tag and rule. Which of their cases is
// CaseFilter's affair, which shard Shard's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/model.hpp"
#include "scenarios/engine/shard.hpp"

namespace lunsim::scenarios {

/// One condition, as written: `tag:slow`, `rule:SRC-R2`, `path:*/faults/*`, `id:login/*`, or an id
/// without a word before it (a part of it, or a glob). `!` in front of it turns it round. Tags and
/// rules are whole words or globs, without regard to case.
class SelectionTerm {
 public:
  explicit SelectionTerm(std::string_view text);
  bool takes(const Scenario& scenario) const;
  /// A plain id with `#` in it, without `!`: see CaseFilter.
  bool picks_cases() const;
  /// The same with `!`: no selection of scenarios, and so none at all.
  bool leaves_out_cases() const;
  /// What CaseFilter reads, for ids.
  const std::string& pattern() const { return pattern_; }

 private:
  enum class What : std::uint8_t { id, path, tag, rule };
  bool matches(const Scenario& scenario) const;
  What what_ = What::id;
  bool is_negated_ = false;
  std::string pattern_;
};

/// Rules that a scenario names, in `checks:` and in its expectations, each once.
std::vector<std::string> rules_of(const Scenario& scenario);

}  // namespace lunsim::scenarios
