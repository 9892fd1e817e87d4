#include "scenarios/explore/explore.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/engine/runner.hpp"

namespace lunsim::explore {
namespace {

using namespace scenarios;

struct StepKind {
  std::string what;
  bool may_touch_wire = true;
  bool is_call = false;  // of a function of the library
};

struct KindOf {
  StepKind operator()(const LoginStep&) const { return {"login", true, true}; }
  StepKind operator()(const LogoutStep&) const { return {"logout", true, true}; }
  StepKind operator()(const CallStep& step) const { return {"call " + step.function, true, true}; }
  StepKind operator()(const IoStep& step) const {
    constexpr const char* kWhat[] = {"read", "write", "scsi"};
    return {kWhat[static_cast<std::size_t>(step.kind)]};
  }
  StepKind operator()(const StartStep&) const { return {"start"}; }
  StepKind operator()(const AwaitStep&) const { return {"await"}; }
  StepKind operator()(const ChangeStep&) const { return {"change"}; }
  StepKind operator()(const SetStep&) const { return {"set", false}; }
  StepKind operator()(const SleepStep&) const { return {"sleep", false}; }
  StepKind operator()(const ArmStep&) const { return {"arm", false}; }
  StepKind operator()(const FiredStep&) const { return {"fired", false}; }
  StepKind operator()(const ObserveStep&) const { return {"observe", false}; }
  StepKind operator()(const MarkStep&) const { return {"mark", false}; }
  StepKind operator()(const ConnectionsStep&) const { return {"connections", false}; }
  StepKind operator()(const ServiceStep&) const { return {"service", false}; }
  template <class Other>
  StepKind operator()(const Other&) const {
    return {"step"};
  }
};

bool strikes_calls(Trouble trouble) {
  return trouble == Trouble::outcomes || trouble == Trouble::oom;
}

StepLine line_of(const Scenario& scenario, Trouble trouble, std::size_t number,
                 const StepPoints& seen) {
  const StepKind kind = std::visit(KindOf{}, scenario.steps[number - 1].body);
  StepLine line;
  line.number = number;
  line.what = kind.what;
  line.points = seen.points;
  if (line.points > 0) return line;
  if (strikes_calls(trouble)) {
    if (!kind.is_call) line.why_none = "calls no function of the library";
  } else if (!kind.may_touch_wire) {
    line.why_none = "touches no wire";
  }
  if (line.why_none.empty() && seen.wire_successes == 0)
    line.why_none = "asked nothing of a target that was carried out here";
  return line;
}

/// Started operations may have passed the wire before the step that awaits them: then it has no
/// point of its own, and those of the steps since the start are its points.
void explain_awaits(const Scenario& scenario, std::vector<StepLine>& lines) {
  std::map<std::string, std::size_t> started;  // to the place in `lines`
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const auto& body = scenario.steps[lines[at].number - 1].body;
    if (const auto* start = std::get_if<StartStep>(&body)) started[start->as] = at;
    const auto* await = std::get_if<AwaitStep>(&body);
    if (await == nullptr || lines[at].points > 0 || !lines[at].why_none.empty()) continue;
    const bool all_passed = std::all_of(
        await->operations.begin(), await->operations.end(), [&](const Awaited& awaited) {
          const auto begin = started.find(awaited.operation);
          return begin != started.end() &&
                 std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(begin->second),
                             lines.begin() + static_cast<std::ptrdiff_t>(at),
                             [](const StepLine& line) { return line.points > 0; });
        });
    if (all_passed) lines[at].why_none = "what it awaits passed the wire in steps before it";
  }
}

ExploreReport head_of(const Scenario& scenario, const ExploreOptions& options) {
  ExploreReport report;
  report.id = scenario.id;
  report.file = scenario.file;
  report.title = scenario.title;
  report.replay_options = scenario.replay_options;
  report.trouble = options.trouble;
  report.seed = options.seed_is_explicit ? options.seed : scenario.seed.value_or(options.seed);
  if (scenario.steps.empty()) report.skipped = "no steps: a file for `lunsim serve`";
  return report;
}

VariantPlan plan_of(const ExploreOptions& options, std::uint64_t seed, std::uint64_t point) {
  VariantPlan plan;
  plan.strike = {options.trouble, point};
  plan.seed = seed;
  plan.defect = options.defect;
  plan.calls_defect = options.calls_defect;
  plan.server_defect = options.server_defect;
  return plan;
}

/// Plays the variant of one point; false if no such point was met.
bool try_point(const Scenario& scenario, const ExploreOptions& options, std::uint64_t point,
               ExploreReport& report) {
  const VariantPlan plan = plan_of(options, report.seed, point);
  VariantRun run = run_variant(scenario, plan);
  if (!run.struck_at) return false;
  ++report.variants;
  if (!run.findings.empty())
    report.failed.push_back({point, *run.struck_at, run.struck_in_step, std::move(run.findings)});
  return true;
}

}  // namespace

bool ExploreReport::has_unexplained_step() const {
  return std::any_of(steps.begin(), steps.end(), [](const StepLine& step) {
    return step.points == 0 && step.why_none.empty();
  });
}

std::string why_inconclusive(const Scenario& scenario, std::uint64_t seed) {
  if (scenario.judged_by_invariants) return {};
  RunOptions options;
  options.seed = seed;
  options.seed_is_explicit = true;
  const ScenarioReport report = run_scenario(scenario, options);
  if (report.verdict != Verdict::inconclusive) return {};
  for (const CaseReport& one : report.cases)
    if (one.verdict == Verdict::inconclusive)
      return fmt::format("the story itself says nothing, and exploring it would not either: {}, {}",
                         one.id, one.message);
  return "the story itself says nothing: " + report.reason;
}

ExploreReport explore(const Scenario& scenario, const ExploreOptions& options) {
  ExploreReport report = head_of(scenario, options);
  if (!report.skipped.empty()) return report;
  if (options.point) {
    if (!try_point(scenario, options, *options.point, report))
      report.skipped = fmt::format("the run has no point {}", *options.point);
    return report;
  }
  const VariantRun calm = run_variant(scenario, plan_of(options, report.seed, 0));
  report.points = calm.points;
  report.in_peace = calm.findings;
  if (const std::string why = why_inconclusive(scenario, report.seed); !why.empty())
    report.in_peace.push_back({"inconclusive", 0, why});
  report.not_followed = units_not_followed(scenario);
  for (const auto& [number, seen] : calm.steps)
    if (number > 0) report.steps.push_back(line_of(scenario, options.trouble, number, seen));
  explain_awaits(scenario, report.steps);
  if (calm.points <= options.points_max) {
    for (std::uint64_t point = 1; try_point(scenario, options, point, report); ++point) {
    }
    return report;
  }
  for (std::uint64_t i = 0; i < options.points_max; ++i)
    try_point(scenario, options, 1 + i * calm.points / options.points_max, report);
  return report;
}

}  // namespace lunsim::explore
