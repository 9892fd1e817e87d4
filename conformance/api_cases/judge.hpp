// What a case says of a library: each expectation with the rules that it rests on. A case goes on
// after one that does not hold, so that one run shows all that is wrong.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::conformance {

/// One rule, or several.
struct RuleList {
  std::vector<std::string_view> ids;
  RuleList(const char* one) : ids{one} {}
  RuleList(std::initializer_list<std::string_view> several) : ids(several) {}
};

class Judge {
 public:
  struct Failure {
    std::string rule, what;
  };
  struct NotAskedRules {
    std::vector<std::string> rules;  // empty: whatever the case has behind this point
    std::string why;
  };

  /// `what`: the expectation, as a sentence that is true of a healthy library.
  void expect(bool holds, std::string_view what, std::initializer_list<std::string_view> rules) {
    for (const std::string_view rule : rules) {
      rules_.emplace(rule);
      if (witness_) witness_(rule, what, holds);
      if (!holds) failures_.push_back({std::string(rule), std::string(what)});
    }
  }
  void expect(bool holds, std::string_view what, const RuleList& rules) {
    for (const std::string_view rule : rules.ids) expect(holds, what, {rule});
  }
  /// The bench lacks what these rules need.
  void not_asked(std::initializer_list<std::string_view> rules, std::string why) {
    not_asked_.push_back({{rules.begin(), rules.end()}, std::move(why)});
  }
  /// Sees each expectation as it is judged: a recorder of what a library answered.
  using Witness = std::function<void(std::string_view rule, std::string_view what, bool holds)>;
  void set_witness(Witness witness) { witness_ = std::move(witness); }

  /// A code that must be one of those that the sources allow; where they allow several, which one
  /// was seen is kept for the report.
  struct Sighting {
    std::string rule, what;
    std::vector<std::uint32_t> allowed;
    std::uint32_t seen = 0;
  };
  void expect_one_of(std::uint32_t seen, std::vector<std::uint32_t> allowed, std::string_view what,
                     std::initializer_list<std::string_view> rules) {
    const bool holds = std::find(allowed.begin(), allowed.end(), seen) != allowed.end();
    if (allowed.size() > 1)
      for (const std::string_view rule : rules)
        sightings_.push_back({std::string(rule), std::string(what), allowed, seen});
    expect(holds, what, rules);
  }
  const std::vector<Sighting>& sightings() const { return sightings_; }
  const std::vector<Failure>& failures() const { return failures_; }
  const std::vector<NotAskedRules>& not_asked() const { return not_asked_; }
  /// All that an expectation has named, held or not.
  const std::set<std::string>& rules() const { return rules_; }

 private:
  std::vector<Failure> failures_;
  std::vector<NotAskedRules> not_asked_;
  std::vector<Sighting> sightings_;
  std::set<std::string> rules_;
  Witness witness_;
};

}  // namespace lunsim::conformance
