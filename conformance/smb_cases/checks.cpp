#include "conformance/smb_cases/checks.hpp"

#include <fmt/format.h>

#include "conformance/smb_cases/listing.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

constexpr std::size_t kSessionsWanted = 3;  // so that there is something to page through

/// Everything at that level, with so many sessions as pages need; empty if they cannot be had.
std::optional<Listing> several(SrvsvcBench& bench, std::uint32_t level) {
  Listing all = list(bench, {.level = level});
  while (all.has(kSuccess) && all.answer->sessions.size() < kSessionsWanted) {
    if (!bench.open_session()) return std::nullopt;
    const std::size_t before = all.answer->sessions.size();
    all = list(bench, {.level = level});
    if (all.has(kSuccess) && all.answer->sessions.size() <= before) return std::nullopt;
  }
  return all;
}

Finding judge_at(const Row& row, SrvsvcBench& bench, std::uint32_t level) {
  Ground on{bench, level};
  if (row.needs == Needs::several) {
    auto all = several(bench, level);
    if (!all || !all->answer) return left_out("no further session could be opened");
    on.all = std::move(*all);
  }
  Finding finding = row.run(on);
  if (finding.verdict == Finding::Verdict::fail)
    finding.seen += fmt::format(" (at level {})", level);
  return finding;
}

/// The first level at which it does not hold; skipped only if it is skipped at all of them.
Finding judge(const Row& row, SrvsvcBench& bench) {
  if (row.needs == Needs::leave && !bench.may_end_sessions)
    return left_out("it could end sessions: --allow end-sessions");
  if (row.needs == Needs::nothing || row.needs == Needs::leave) {
    Ground on{bench};
    return row.run(on);
  }
  std::optional<Finding> sum;
  for (const std::uint32_t level : kLevels) {
    if (!list(bench, {.level = level}).has(kSuccess)) continue;
    Finding finding = judge_at(row, bench, level);
    if (finding.verdict == Finding::Verdict::fail) return finding;
    if (!sum || finding.verdict == Finding::Verdict::pass) sum = std::move(finding);
  }
  return sum ? std::move(*sum) : failed("some level that is served", "none is");
}

}  // namespace

std::vector<Check> checks() {
  std::vector<Check> all;
  for (const auto rows : {name_rows(), content_rows(), page_rows(), del_rows()})
    for (const Row& row : rows)
      all.push_back({row.id, row.section, [&row](SrvsvcBench& bench) { return judge(row, bench); },
                     row.needs == Needs::leave});
  return all;
}

bool refuses_everything(SrvsvcBench& bench) {
  for (const std::uint32_t level : {502u, 2u, 1u})
    if (!list(bench, {.level = level}).has(kAccessDenied)) return false;
  return true;
}

}  // namespace lunsim::conformance::srvsvc
