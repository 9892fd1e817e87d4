#include "scenarios/explore/by_invariants.hpp"

#include <fmt/format.h>

#include "scenarios/explore/explore.hpp"

namespace lunsim::explore {
namespace {

using namespace scenarios;

CaseReport case_of(const Scenario& scenario, const Finding& finding) {
  CaseReport report;
  report.id = fmt::format("{}#{}", scenario.id, finding.step);
  if (finding.step > 0) report.place = scenario.steps[finding.step - 1].place;
  if (finding.step == 0) report.place = {scenario.file, 1, 1};
  report.verdict = Verdict::fail;
  report.expected = "no invariant is broken";
  report.seen = finding.invariant;
  report.message = finding.what;
  return report;
}

}  // namespace

ScenarioReport judge_by_invariants(
    const Scenario& scenario, std::uint64_t seed,
    const std::function<std::unique_ptr<initiator::Host>(initiator::Host&)>& defect) {
  ScenarioReport report;
  report.id = scenario.id;
  report.file = scenario.file;
  report.title = scenario.title;
  report.replay_options = scenario.replay_options;
  report.checks = scenario.checks;
  report.seed = seed;
  VariantPlan plan;
  plan.seed = seed;
  plan.defect = defect;
  const auto trouble = trouble_named(scenario.trouble);
  if (trouble) plan.strike = {*trouble, scenario.trouble_point};
  const VariantRun run = run_variant(scenario, plan);
  for (const Finding& finding : run.findings) report.cases.push_back(case_of(scenario, finding));
  if (report.cases.empty()) {
    CaseReport fine;
    fine.id = fmt::format("{}#invariants", scenario.id);
    fine.place = {scenario.file, 1, 1};
    report.cases.push_back(std::move(fine));
  }
  if (trouble && !run.struck_at) {
    report.cases.front().verdict = Verdict::fail;
    report.cases.front().expected =
        fmt::format("{} strikes at point {}", scenario.trouble, scenario.trouble_point);
    report.cases.front().seen = "the run has no such point";
  }
  report.verdict = report.count(Verdict::fail) > 0 ? Verdict::fail : Verdict::pass;
  report.event_hash = run.event_hash;
  return report;
}

}  // namespace lunsim::explore
