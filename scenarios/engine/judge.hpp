// Rows against what was seen: which row governs, whether it matches, and the words for a report.
// Pure; remembers only which rows have been hit.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/engine/model.hpp"
#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// What a row looks at: the observations by name ("return" among them), the swept values, the
/// repetition from 1.
struct Outcome {
  std::map<std::string, Seen> out;
  std::map<std::string, std::uint64_t> swept;
  std::uint64_t nth = 1;
  std::string trouble;  // no verdict is possible
};

/// Asks a row's script: empty if it holds, else why not.
using RowPredicate = std::function<std::optional<std::string>(const LuaScript&, const Outcome&)>;

/// How long it took in the world's time, for "took".
Seen took(std::int64_t ns);

class RowJudge {
 public:
  RowJudge(const std::vector<ExpectRow>& rows, const Variables& variables,
           RowPredicate predicate = {});

  /// Rows with an `if` or `nth` that holds go before rows without one; of those that apply the
  /// first that matches wins. No match fails.
  CaseReport judge(const Outcome& outcome, std::string id, const Place& place);
  /// Rows that no outcome has hit.
  std::vector<const ExpectRow*> never_hit() const;
  /// Some outcome allowed no verdict: nothing can be said of rows that none has hit.
  bool had_trouble() const { return had_trouble_; }

 private:
  std::vector<std::size_t> applicable(const Outcome& outcome) const;

  const std::vector<ExpectRow>& rows_;
  const Variables& variables_;
  RowPredicate predicate_;
  std::vector<bool> hit_;
  bool had_trouble_ = false;
};

}  // namespace lunsim::scenarios
