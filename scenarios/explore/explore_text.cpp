#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/text.hpp"
#include "scenarios/explore/explore.hpp"

namespace lunsim::explore {
namespace {

std::string where(std::size_t step) {
  return step == 0 ? std::string("after the last step") : fmt::format("step {}", step);
}

void add_findings(std::string& out, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings)
    out += fmt::format("      {}, {}: {}\n", finding.invariant, where(finding.step), finding.what);
}

std::string count_of(const ExploreReport& report) {
  if (report.points == report.variants || report.points == 0)
    return fmt::format("{} variants", report.variants);
  return fmt::format("{} variants of {} points", report.variants, report.points);
}

}  // namespace

std::string replay_line(const ExploreReport& report, std::uint64_t point) {
  return fmt::format("lunsim run {}{} --seed {:#x} --explore {} --point {}",
                     scenarios::shell_path(report.file), report.replay_options, report.seed,
                     name_of(report.trouble), point);
}

std::string to_text(const ExploreReport& report, bool verbose) {
  if (!report.skipped.empty()) return fmt::format("skip  {}: {}\n", report.id, report.skipped);
  std::string out =
      fmt::format("{}  {}  {}\n", report.is_red() ? "FAIL" : "ok  ", report.id, count_of(report));
  for (const StepLine& step : report.steps) {
    const bool is_mistake = step.points == 0 && step.why_none.empty();
    if (!verbose && !is_mistake) continue;
    out += fmt::format("    step {:<3} {:<32} {} points", step.number, step.what, step.points);
    if (is_mistake) out += "  ERROR: a step at the wire without a point";
    if (step.points == 0 && !is_mistake) out += "  (" + step.why_none + ")";
    out += '\n';
  }
  constexpr std::size_t kNamedMax = 8;
  if (verbose && !report.not_followed.empty()) {
    out +=
        "    the story itself changes what is on them; a write that is lost there is no finding:";
    for (std::size_t i = 0; i < std::min(kNamedMax, report.not_followed.size()); ++i)
      out += (i == 0 ? " " : ", ") + report.not_followed[i];
    if (report.not_followed.size() > kNamedMax)
      out += fmt::format(" and {} more", report.not_followed.size() - kNamedMax);
    out += '\n';
  }
  if (!report.in_peace.empty()) out += "    without any trouble\n";
  add_findings(out, report.in_peace);
  for (const FailedVariant& failed : report.failed) {
    out +=
        fmt::format("    point {}: {} ({})\n", failed.point, failed.struck_at, where(failed.step));
    add_findings(out, failed.findings);
    out += fmt::format("      replay: {}\n", replay_line(report, failed.point));
  }
  return out;
}

}  // namespace lunsim::explore
