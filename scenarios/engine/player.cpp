#include "scenarios/engine/player.hpp"

#include <algorithm>
#include <type_traits>

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

/// Steps that only look are not the "last step" of those behind them.
bool does_something(const Step& step) {
  return !std::holds_alternative<ObserveStep>(step.body) &&
         !std::holds_alternative<MarkStep>(step.body) &&
         !std::holds_alternative<FiredStep>(step.body) &&
         !std::holds_alternative<ConnectionsStep>(step.body);
}

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
    play_step(step);
    if (stage_.clock != nullptr && stage_.clock->is_overdue()) {
      // A step without a case of its own, such as a sleep, can be the one that takes too long.
      if (!stage_.clock->has_told()) add(inconclusive(step_id(), ""));
      break;
    }
  }
  const bool has_played_all = !is_broken_off_ && step_number_ == stage_.scenario.steps.size();
  if (has_played_all) report_never_awaited();
  // Whoever explores judges by other means.
  if (has_played_all && !has_judged_ && stage_.probe == nullptr)
    add(inconclusive(step_id() + "/nothing",
                     "no step of this scenario judges anything: it would pass whatever came"));
  step_number_ = 0;
  report_faults();
}

void Player::play_step(const Step& step) {
  host_ = host_of(step);
  if (stage_.wire != nullptr && does_something(step)) wire_before_step_ = stage_.wire->end();
  stage_.hosts.make_current(host_);
  std::visit([this](const auto& body) { play(body); }, step.body);
}

std::string Player::host_of(const Step& step) const {
  if (!step.host.empty()) return step.host;
  const auto of_session = [this](const std::string& name) {
    const auto found = host_of_session_.find(name);
    return found == host_of_session_.end() ? std::string{} : found->second;
  };
  const auto of = [&]<class What>(const What& what) -> std::string {
    if constexpr (std::is_same_v<What, IoStep> || std::is_same_v<What, LogoutStep> ||
                  std::is_same_v<What, ManageStep>) {
      return of_session(what.session);
    } else if constexpr (std::is_same_v<What, CallStep>) {
      for (const auto& [name, argument] : what.with)
        if (argument.kind == Argument::Kind::session) return of_session(argument.text);
    }
    return {};
  };
  if (const auto* start = std::get_if<StartStep>(&step.body)) return std::visit(of, start->what);
  return std::visit(of, step.body);
}

std::int64_t Player::since(runtime::TimePoint begin) const {
  return (stage_.world.now() - begin).count();
}

/// What comes later is no part of the story of the cases that were asked for; a fault may fire in
/// any step.
bool Player::is_over() const {
  if (!stage_.filter.picks_cases() || is_anything_unawaited()) return false;
  for (std::size_t step = step_number_ + 1; step <= stage_.scenario.steps.size(); ++step)
    if (stage_.filter.reaches_step(step)) return false;
  for (const TargetModel& target : stage_.scenario.targets)
    for (const FaultModel& fault : target.faults)
      if (stage_.filter.takes_case("#fault/" + fault.rule.name)) return false;
  for (const SmbServerModel& server : stage_.scenario.servers)
    for (const SmbFaultModel& fault : server.faults)
      if (stage_.filter.takes_case("#fault/" + fault.fault.rule.name)) return false;
  for (const HostFaultModel& fault : stage_.scenario.host_faults)
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
  has_judged_ = true;
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
  if (judge.had_trouble()) return;
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
  const runtime::TimePoint begin = stage_.world.now();
  const CallResult result = make_call(step);
  judge_call(result, rows_or_success(step.rows, place_, false), step_id(), since(begin));
}

void Player::play(const ArmStep& step) {
  for (target_sim::FaultPlan* faults :
       {&stage_.targets.faults(), &stage_.servers.faults(), &stage_.hosts.faults()})
    step.disarm ? faults->disarm(step.fault) : faults->arm(step.fault);
}

void Player::play(const ChangeStep& step) {
  const std::string why = stage_.targets.change(step);
  if (!why.empty()) add(inconclusive(step_id(), why));
  stage_.world.wake(stage_.targets.engine());
}

void Player::play(const ServerChangeStep& step) { stage_.servers.change(step); }

void Player::play(const SleepStep& step) {
  const auto until = stage_.world.now() + runtime::Duration{step.for_ns};
  stage_.hosts.run_until([] { return false; }, until);
}

std::vector<target_sim::FaultPlan::Count> Player::fault_counts() const {
  std::vector<target_sim::FaultPlan::Count> out = stage_.targets.faults().counts();
  for (target_sim::FaultPlan* plan : {&stage_.servers.faults(), &stage_.hosts.faults()}) {
    const std::vector<target_sim::FaultPlan::Count> more = plan->counts();
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

void Player::note_hang(std::string& trouble) {
  if (const std::string fault = stage_.hosts.take_hung_by(); !fault.empty())
    trouble = fmt::format(
        "this call never returns, by the fault \"{}\": `start:` it, and `await:` "
        "what becomes of it",
        fault);
}

void Player::play(const ServiceStep& step) { stage_.hosts.set_service(step.host, step.runs); }

void Player::play(const ConnectionsStep& step) {
  for (const auto& [name, matcher] : step.sessions) {
    CaseReport report = inconclusive(fmt::format("{}/{}", step_id(), name),
                                     fmt::format("there is no session {} here", name));
    report.place = matcher.place;
    initiator::UniqueId id;
    const auto host = host_of_session_.find(name);
    initiator::KeptSession* session = host != host_of_session_.end() && session_id_of(name, id)
                                          ? stage_.hosts.direct(host->second).session(id)
                                          : nullptr;
    if (session != nullptr) {
      const std::uint64_t seen = session->connections();
      const auto why = mismatch(matcher, Seen::of_number(seen), variables_);
      report.verdict = why ? Verdict::fail : Verdict::pass;
      report.message = why.value_or("");
      report.expected = why ? describe(matcher) + " connections" : "";
      report.seen = why ? fmt::format("{}", seen) : "";
    }
    add(std::move(report));
  }
}

void Player::play(const SetStep& step) {
  for (const auto& [name, value] : step.values) stage_.targets.set_variable(name, value);
}

void Player::play(const FiredStep& step) {
  for (const target_sim::FaultPlan::Count& count : fault_counts()) {
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

CaseReport Player::fault_report(const Place& place, const FaultReport& counts) const {
  CaseReport report;
  report.id = fmt::format("{}#fault/{}", stage_.scenario.id, counts.name);
  report.place = place;
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
  std::vector<Place> places;
  for (const TargetModel& target : stage_.scenario.targets)
    for (const FaultModel& fault : target.faults) places.push_back(fault.place);
  for (const FaultReport& fault : stage_.servers.fault_reports()) report_.faults.push_back(fault);
  for (const SmbServerModel& server : stage_.scenario.servers)
    for (const SmbFaultModel& fault : server.faults) places.push_back(fault.place);
  const std::vector<target_sim::FaultPlan::Count> of_hosts = stage_.hosts.faults().counts();
  for (std::size_t i = 0; i < of_hosts.size(); ++i) {
    const HostFaultModel& fault = stage_.scenario.host_faults[i];
    report_.faults.push_back(
        {of_hosts[i].name, of_hosts[i].matched, of_hosts[i].fired, fault.may_not_fire});
    places.push_back(fault.place);
  }
  for (std::size_t i = 0; i < report_.faults.size(); ++i) {
    if (report_.faults[i].may_not_fire) continue;
    // That it fired is only told to somebody who asked.
    CaseReport report = fault_report(places[i], report_.faults[i]);
    if (report.verdict != Verdict::pass || stage_.filter.picks_cases()) add(std::move(report));
  }
}

void play(const Stage& stage, ScenarioReport& report) { Player(stage, report).play_all(); }

}  // namespace lunsim::scenarios
