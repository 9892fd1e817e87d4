#include "scenarios/engine/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

bool is_conditional(const ExpectRow& row) { return !row.conditions.empty() || !row.nth.empty(); }

bool holds(const ExpectRow& row, const Outcome& outcome, const Variables& variables) {
  if (!row.nth.empty() && std::find(row.nth.begin(), row.nth.end(), outcome.nth) == row.nth.end())
    return false;
  return std::all_of(row.conditions.begin(), row.conditions.end(), [&](const auto& condition) {
    const auto swept = outcome.swept.find(condition.first);
    return swept != outcome.swept.end() &&
           !mismatch(condition.second, Seen::of_number(swept->second), variables);
  });
}

std::string expectation_text(const ExpectRow& row) {
  std::string out;
  if (row.returns) out = "return " + describe(*row.returns);
  for (const auto& [name, matcher] : row.out)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, describe(matcher));
  if (row.predicate) out += fmt::format("{}lua holds", out.empty() ? "" : ", ");
  return out.empty() ? "anything" : out;
}

/// What some row of the step speaks of, and sense data, which says why; everything else would be
/// noise.
std::string seen_text(const std::vector<const ExpectRow*>& rows, const Outcome& outcome) {
  std::string out;
  for (const auto& [name, seen] : outcome.out) {
    const bool is_sense =
        (name == "sense" || name == "SenseBuffer") && seen.kind == Seen::Kind::record;
    const bool wanted = name == "return" || is_sense ||
                        std::any_of(rows.begin(), rows.end(),
                                    [&](const ExpectRow* row) { return row->out.contains(name); });
    if (wanted) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, describe(seen));
  }
  return out;
}

std::optional<std::string> row_mismatch(const ExpectRow& row, const Outcome& outcome,
                                        const Variables& variables, const RowPredicate& predicate) {
  static const Seen kNothing = Seen::absent_because("not seen");
  const auto seen_of = [&](const std::string& name) -> const Seen& {
    const auto found = outcome.out.find(name);
    return found == outcome.out.end() ? kNothing : found->second;
  };
  if (row.returns)
    if (const auto why = mismatch(*row.returns, seen_of("return"), variables))
      return "return: " + *why;
  for (const auto& [name, matcher] : row.out)
    if (const auto why = mismatch(matcher, seen_of(name), variables)) return name + ": " + *why;
  if (!row.predicate) return std::nullopt;
  return predicate ? predicate(*row.predicate, outcome) : "lua: nobody is there to ask";
}

}  // namespace

Seen took(std::int64_t ns) {
  return Seen::of_number(static_cast<std::uint64_t>(ns), Names::duration);
}

RowJudge::RowJudge(const std::vector<ExpectRow>& rows, const Variables& variables,
                   RowPredicate predicate)
    : rows_(rows),
      variables_(variables),
      predicate_(std::move(predicate)),
      hit_(rows.size(), false) {}

std::vector<std::size_t> RowJudge::applicable(const Outcome& outcome) const {
  std::vector<std::size_t> conditional;
  std::vector<std::size_t> otherwise;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (holds(rows_[i], outcome, variables_))
      (is_conditional(rows_[i]) ? conditional : otherwise).push_back(i);
  return conditional.empty() ? otherwise : conditional;
}

CaseReport RowJudge::judge(const Outcome& outcome, std::string id, const Place& place) {
  CaseReport report;
  report.id = std::move(id);
  report.place = place;
  if (!outcome.trouble.empty()) {
    had_trouble_ = true;
    report.verdict = Verdict::inconclusive;
    report.message = outcome.trouble;
    return report;
  }
  std::vector<const ExpectRow*> tried;
  for (const std::size_t i : applicable(outcome)) {
    const ExpectRow& row = rows_[i];
    tried.push_back(&row);
    const auto why = row_mismatch(row, outcome, variables_, predicate_);
    if (!why) {
      hit_[i] = true;
      report.rules = row.rules;
      report.place = row.place;
      report.verdict = row.warns ? Verdict::warn : Verdict::pass;
      report.expected.clear();
      report.message = row.warns ? "this is allowed but not wanted" : "";
      return report;
    }
    report.rules.insert(report.rules.end(), row.rules.begin(), row.rules.end());
    report.expected += (report.expected.empty() ? "" : " or ") + expectation_text(row);
    report.message += (report.message.empty() ? "" : "; ") + *why;
    if (tried.size() == 1) report.place = row.place;
  }
  report.verdict = Verdict::fail;
  report.seen = seen_text(tried, outcome);
  if (tried.empty()) report.message = "no row speaks of this case";
  return report;
}

std::vector<const ExpectRow*> RowJudge::never_hit() const {
  std::vector<const ExpectRow*> out;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (!hit_[i]) out.push_back(&rows_[i]);
  return out;
}

}  // namespace lunsim::scenarios
