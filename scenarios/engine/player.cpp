#include "scenarios/engine/player.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

Matcher exactly(std::uint64_t value, Names names, const Place& place) {
  Matcher matcher;
  matcher.kind = Matcher::Kind::number;
  matcher.names = names;
  matcher.number.value = value;
  matcher.place = place;
  return matcher;
}

}  // namespace

std::vector<ExpectRow> rows_or_success(const std::vector<ExpectRow>& rows, const Place& place,
                                       bool scsi_good) {
  if (!rows.empty()) return rows;
  ExpectRow success;
  success.place = place;
  success.returns = exactly(0, Names::return_code, place);
  if (scsi_good) success.out.emplace("status", exactly(0, Names::scsi_status, place));
  return {success};
}

void Player::play_all() {
  for (const Step& step : stage_.scenario.steps) {
    if (is_over()) break;
    ++step_number_;
    place_ = step.place;
    if (stage_.probe != nullptr) stage_.probe->before_step(step_number_);
    if (is_broken_off_) {
      add(inconclusive(step_id(), "a call before this one ran into a guard"));
      continue;
    }
    std::visit([this](const auto& body) { play(body); }, step.body);
    if (stage_.clock != nullptr && stage_.clock->is_overdue()) {
      // A step without a case of its own, such as a sleep, can be the one that takes too long.
      if (!stage_.clock->has_told()) add(inconclusive(step_id(), ""));
      break;
    }
  }
  step_number_ = 0;
  report_faults();
}

/// What comes later is no part of the story of the cases that were asked for; a fault may fire in
/// any step.
bool Player::is_over() const {
  if (!stage_.filter.picks_cases()) return false;
  for (std::size_t step = step_number_ + 1; step <= stage_.scenario.steps.size(); ++step)
    if (stage_.filter.reaches_step(step)) return false;
  for (const TargetModel& target : stage_.scenario.targets)
    for (const FaultModel& fault : target.faults)
      if (stage_.filter.takes_case("#fault/" + fault.rule.name)) return false;
  return true;
}

std::string_view Player::case_part(const CaseReport& one) const {
  return std::string_view(one.id).substr(stage_.scenario.id.size());
}

bool Player::is_wanted(const CaseReport& one) const {
  return stage_.filter.takes_case(case_part(one));
}

void Player::add(CaseReport one) {
  if (stage_.clock == nullptr) {
    if (is_wanted(one)) report_.cases.push_back(std::move(one));
    return;
  }
  // After the case that took too long nothing is worth telling, and that one is told to everybody.
  if (stage_.clock->has_told()) return;
  const bool goes_on = stage_.clock->stamp(one);
  is_broken_off_ |= !goes_on;
  if (!goes_on || is_wanted(one)) report_.cases.push_back(std::move(one));
}

std::string Player::step_id() const {
  return fmt::format("{}#{}{}", stage_.scenario.id, step_number_, script_part_);
}

CaseReport Player::inconclusive(std::string id, std::string why) const {
  CaseReport report;
  report.id = std::move(id);
  report.place = place_;
  report.verdict = Verdict::inconclusive;
  report.message = std::move(why);
  return report;
}

const TargetModel& Player::target_named(const std::string& id) const {
  return *std::find_if(stage_.scenario.targets.begin(), stage_.scenario.targets.end(),
                       [&](const TargetModel& target) { return target.id == id; });
}

CaseReport Player::row_report(const ExpectRow& row) const {
  CaseReport report;
  report.id = fmt::format("{}/row at line {}", step_id(), row.place.line);
  report.place = row.place;
  report.rules = row.rules;
  return report;
}

void Player::report_never_hit(const RowJudge& judge, const std::vector<ExpectRow>& rows) {
  const std::vector<const ExpectRow*> never_hit = judge.never_hit();
  for (const ExpectRow& row : rows) {
    CaseReport report = row_report(row);
    if (std::find(never_hit.begin(), never_hit.end(), &row) == never_hit.end()) {
      // A hit is only told to somebody who asked for this row, not for its step.
      if (stage_.filter.picks_cases() && is_wanted(report) &&
          !stage_.filter.takes_case(fmt::format("#{}", step_number_)))
        add(std::move(report));
      continue;
    }
    // A row that failed to match has been told already.
    const bool told =
        std::any_of(report_.cases.begin(), report_.cases.end(), [&](const CaseReport& one) {
          return one.verdict != Verdict::pass && one.place.line == row.place.line &&
                 one.place.column == row.place.column;
        });
    if (told) continue;
    report.verdict = Verdict::fail;
    report.message = "nothing ever hit this row";
    add(std::move(report));
  }
}

void Player::play(const LogoutStep& step) {
  bool ansi = false;
  const Function& function = *function_named("LogoutIScsiTarget", ansi);
  Argument session;
  session.kind = Argument::Kind::session;
  session.text = step.session;
  const CallResult result = call(function, false, {{"UniqueSessionId", session}});
  const std::vector<ExpectRow> rows = rows_or_success(step.rows, place_, false);
  judge_call(result, rows);
}

void Player::play(const ArmStep& step) {
  target_sim::FaultPlan& faults = stage_.targets.faults();
  step.disarm ? faults.disarm(step.fault) : faults.arm(step.fault);
}

void Player::play(const ChangeStep& step) {
  const std::string why = stage_.targets.change(step);
  if (!why.empty()) add(inconclusive(step_id(), why));
  stage_.world.wake(stage_.targets.engine());
}

void Player::play(const SleepStep& step) {
  const auto until = stage_.world.now() + runtime::Duration{step.for_ns};
  stage_.world.run_until([] { return false; }, until);
}

void Player::play(const FiredStep& step) {
  for (const target_sim::FaultPlan::Count& count : stage_.targets.faults().counts()) {
    const auto wanted = step.faults.find(count.name);
    if (wanted == step.faults.end()) continue;
    CaseReport report;
    report.id = fmt::format("{}/{}", step_id(), count.name);
    report.place = wanted->second.place;
    if (const auto why = mismatch(wanted->second, Seen::of_number(count.fired), variables_)) {
      report.verdict = Verdict::fail;
      report.expected = "fired " + describe(wanted->second) + " times";
      report.seen = fmt::format("fired {} times, matched {}", count.fired, count.matched);
      report.message = *why;
    }
    add(std::move(report));
  }
}

CaseReport Player::fault_report(const FaultModel& fault, const FaultReport& counts) const {
  CaseReport report;
  report.id = fmt::format("{}#fault/{}", stage_.scenario.id, fault.rule.name);
  report.place = fault.place;
  if (counts.fired > 0) return report;
  report.verdict = Verdict::fail;
  report.expected = "the fault fires";
  report.seen = fmt::format("it never did; what it waits for came {} times", counts.matched);
  report.message = "a scenario whose fault never fired shows nothing";
  return report;
}

void Player::report_faults() {
  report_script_failures();
  report_.faults = stage_.targets.fault_reports();
  for (const TargetModel& target : stage_.scenario.targets)
    for (const FaultModel& fault : target.faults) {
      const auto found =
          std::find_if(report_.faults.begin(), report_.faults.end(),
                       [&](const FaultReport& one) { return one.name == fault.rule.name; });
      if (fault.may_not_fire || found == report_.faults.end()) continue;
      // That it fired is only told to somebody who asked.
      CaseReport report = fault_report(fault, *found);
      if (report.verdict != Verdict::pass || stage_.filter.picks_cases()) add(std::move(report));
    }
}

void play(const Stage& stage, ScenarioReport& report) { Player(stage, report).play_all(); }

}  // namespace lunsim::scenarios
