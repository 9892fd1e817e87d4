#include "tools/lunsim/exec_judge.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::tools {
namespace {

using scenarios::CaseReport;
using scenarios::Verdict;

CaseReport case_named(const scenarios::Scenario& scenario, std::string_view part) {
  CaseReport one;
  one.id = fmt::format("{}#{}", scenario.id, part);
  one.place = {scenario.file, 0, 0};
  return one;
}

void fail(CaseReport& one, std::string expected, std::string seen, std::string message) {
  one.verdict = Verdict::fail;
  one.expected = std::move(expected);
  one.seen = std::move(seen);
  one.message = std::move(message);
}

CaseReport exit_case(const scenarios::Scenario& scenario, const ExecOutcome& outcome) {
  CaseReport one = case_named(scenario, "exit");
  if (outcome.stopped) {
    one.verdict = Verdict::inconclusive;
    one.message = "lunsim was stopped by a signal, and has ended the program";
  } else if (outcome.timed_out) {
    fail(one, "the program ends by itself",
         fmt::format("it still ran after {:g} s and was ended",
                     static_cast<double>(outcome.timeout_ns) / 1e9),
         "the time limit is over; --timeout sets another");
  } else if (outcome.end.signal != 0) {
    fail(one, "exit code 0", "ended by " + signal_text(outcome.end.signal),
         "a signal ended the program");
  } else if (outcome.end.exit_code != 0) {
    fail(one, "exit code 0", fmt::format("exit code {}", outcome.end.exit_code),
         "the program says that it failed");
  }
  return one;
}

CaseReport fault_case(const scenarios::Scenario& scenario, const scenarios::FaultModel& fault,
                      const scenarios::FaultReport& counts) {
  CaseReport one = case_named(scenario, "fault/" + counts.name);
  one.place = fault.place;
  if (counts.fired == 0)
    fail(one, "the fault fires",
         fmt::format("it never did; what it waits for came {} times", counts.matched),
         "a program that never met its fault shows nothing; may_not_fire: true lets it pass");
  return one;
}

CaseReport session_case(const scenarios::Scenario& scenario, const ExecOutcome& outcome) {
  CaseReport one = case_named(scenario, "invariant/sessions");
  if (outcome.sessions_open.empty()) return one;
  one.verdict = Verdict::warn;
  one.expected = "no session is left open";
  for (const std::string& text : outcome.sessions_open)
    one.seen += (one.seen.empty() ? "" : "; ") + text;
  one.message = "the program ended without logging out";
  return one;
}

/// A fault on the wire may be what made a peer's words wrong.
bool may_be_ours(const scenarios::Scenario& scenario, const ExecOutcome& outcome) {
  for (const scenarios::TargetModel& target : scenario.targets)
    for (const scenarios::FaultModel& fault : target.faults)
      for (const scenarios::FaultReport& counts : outcome.faults)
        if (counts.name == fault.rule.name && counts.fired > 0 &&
            !fault.rule.action.is_for_device())
          return true;
  return false;
}

CaseReport protocol_case(const scenarios::Scenario& scenario, const ExecOutcome& outcome) {
  CaseReport one = case_named(scenario, "invariant/protocol");
  if (outcome.violations == 0) return one;
  fail(one, "nobody breaks RFC 7143",
       fmt::format("{} violation{}; the last by {}", outcome.violations,
                   outcome.violations == 1 ? "" : "s", outcome.last_violation),
       "the targets met what RFC 7143 does not allow");
  if (!may_be_ours(scenario, outcome)) return one;
  one.verdict = Verdict::warn;
  one.message += "; a fault on the wire fired, which may be why";
  return one;
}

CaseReport process_case(const scenarios::Scenario& scenario) {
  CaseReport one = case_named(scenario, "invariant/processes");
  one.verdict = Verdict::warn;
  one.expected = "nothing of the program outlives it";
  one.seen = "processes of its group that still ran; they were ended";
  one.message = "the program left processes behind";
  return one;
}

}  // namespace

void judge_program(const scenarios::Scenario& scenario, const ExecOutcome& outcome,
                   scenarios::ScenarioReport& report) {
  report.cases.push_back(exit_case(scenario, outcome));
  report.faults = outcome.faults;
  for (const scenarios::TargetModel& target : scenario.targets)
    for (const scenarios::FaultModel& fault : target.faults) {
      const auto counts = std::find_if(
          outcome.faults.begin(), outcome.faults.end(),
          [&](const scenarios::FaultReport& one) { return one.name == fault.rule.name; });
      if (!fault.may_not_fire && counts != outcome.faults.end())
        report.cases.push_back(fault_case(scenario, fault, *counts));
    }
  for (const scenarios::SmbServerModel& server : scenario.servers)
    for (const scenarios::SmbFaultModel& model : server.faults) {
      scenarios::FaultModel fault;
      fault.place = model.place;
      fault.rule = model.fault.rule;
      for (const scenarios::FaultReport& counts : outcome.faults)
        if (counts.name == fault.rule.name && !model.may_not_fire)
          report.cases.push_back(fault_case(scenario, fault, counts));
    }
  report.cases.push_back(session_case(scenario, outcome));
  report.cases.push_back(protocol_case(scenario, outcome));
  if (outcome.end.left_processes && !outcome.timed_out)
    report.cases.push_back(process_case(scenario));
  for (const Verdict verdict : {Verdict::warn, Verdict::inconclusive, Verdict::fail})
    if (report.count(verdict) > 0) report.verdict = verdict;
}

}  // namespace lunsim::tools
