// Response Fence: the order of responses over the connections of a session, and what they wait for.
// RFC 7143 §4.2.2.3, §4.2.3.4, §11.6.1, §11.14.5, §13.23
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/reservation_steps.hpp"
#include "conformance/target_cases/task_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

const Cdb kReadiness{0, 0, 0, 0, 0, 0};

/// One way to agree to fences, and where its cases stand.
struct FenceWay {
  Need need;
  std::string value;                    // of TaskReporting
  std::string name;                     // in ids
  std::string of_function, of_session;  // sections
  std::vector<std::string> function_rules, session_rules;
};

const std::vector<FenceWay>& fence_ways() {
  static const std::vector<FenceWay> kWays{
      {Need::response_fence,
       "ResponseFence",
       "response_fence",
       "4.2.2.3.3",
       "4.2.2.3.4",
       {"7143-4.2.2.3.3-1", "7143-4.2.2.3.3-3", "7143-4.2.2.3.4-2", "7143-4.2.2.3.2-1",
        "7143-13.23-4"},
       {"7143-4.2.2.3.4-1"}},
      {Need::fast_abort,
       "FastAbort",
       "fast_abort",
       "4.2.3.4",
       "4.2.3.4",
       {"7143-4.2.3.4-17", "7143-4.2.3.4-20", "7143-13.23-6"},
       {"7143-4.2.3.4-18"}}};
  return kWays;
}

std::vector<Need> needs_of(const FenceWay& way) {
  return {Need::login, Need::multi_connection, Need::lun, way.need};
}

/// A TEST UNIT READY on `at` that has been answered; the target has not heard yet that it was.
void leave_status_unacknowledged(CaseContext& c, Connection& at, Connection& other) {
  const std::uint32_t tag = issue_on(at, other, c.scsi_command(kReadiness));
  c.expect(at.answer_to(tag), {good()}, "TEST UNIT READY");
}

/// What must not come before the other connection has acknowledged, and comes then.
Seen after_acknowledgment(CaseContext& c, Connection& waiting, std::uint32_t tag, Connection& other,
                          const std::string& what) {
  expect_waits(c, waiting, tag,
               what + " comes before what was sent on the other connection is acknowledged");
  acknowledge(other);
  return waiting.answer_to(tag);
}

void judge_set(CaseContext& c, const TwoConnections& two, std::uint8_t function) {
  leave_status_unacknowledged(c, *two.first, *two.second);
  const std::uint32_t tag = issue_on(*two.second, *two.first, manages(c, function));
  const Seen end =
      after_acknowledgment(c, *two.second, tag, *two.first, "the response to the function");
  c.expect(end, {managed(0), managed(5).loosely("not supported")}, "once all is acknowledged");
}

void add_before(CaseList& cases, const FenceWay& way) {
  add(cases, fmt::format("rfc7143/{}/{}_holds_the_end_of_a_function", way.of_function, way.name))
      .requirements(way.function_rules)
      .purpose(fmt::format(
          "With {} the response to ABORT TASK SET is not sent before all that was sent on any "
          "connection of the session is acknowledged.",
          way.value))
      .observed(
          "TEST UNIT READY is answered on one connection, and not acknowledged; ABORT TASK SET and "
          "a ping on the other: only the ping is answered, until the status is acknowledged.")
      .possible_problems("A target asks by a NOP-In for what is to be acknowledged, or waits.")
      .needs(needs_of(way))
      .mutant(way.name + "_ends_a_function_at_once", "waits for nothing",
              fault("receive: Task Management Function Request", "{respond: {response: 0}}"))
      .body([value = way.value](CaseContext& c) {
        judge_set(c, two_connections(c, offer_of_reporting(value)), kAbortSet);
      });
}

void add_after(CaseList& cases) {
  add(cases, "rfc7143/4.2.2.3.3/responses_wait_behind_a_fence")
      .requirements({"7143-4.2.2.3.3-5", "7143-4.2.2.3.3-6", "7143-4.2.2.3.2-2"})
      .purpose(
          "With ResponseFence no response of the unit is sent behind that to ABORT TASK SET before "
          "this one is acknowledged.")
      .observed(
          "ABORT TASK SET on one connection; its response is not acknowledged. TEST UNIT READY and "
          "a ping on the other: only the ping is answered, until the response is acknowledged.")
      .needs({Need::login, Need::multi_connection, Need::lun, Need::response_fence})
      .mutant("only_says_response_fence", "agrees to ResponseFence and goes on as by RFC 3720",
              only_says_reporting("ResponseFence"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c, offer_of_reporting("ResponseFence"));
        acknowledge(*two.first);
        const std::uint32_t set = issue_on(*two.second, *two.first, manages(c, kAbortSet));
        c.expect(two.second->answer_to(set), {managed(0)}, "ABORT TASK SET");
        const std::uint32_t tag = issue_on(*two.first, *two.second, c.scsi_command(kReadiness));
        const Seen end = after_acknowledgment(c, *two.first, tag, *two.second, "a status");
        c.expect(end, {good()}, "TEST UNIT READY once the fence is down");
      });
}

/// A session with fences whose unit another session resets.
void add_third(CaseList& cases, const FenceWay& way) {
  add(cases,
      fmt::format("rfc7143/{}/{}_holds_the_attention_of_a_third_session", way.of_session, way.name))
      .requirements(way.session_rules)
      .purpose(fmt::format(
          "With {} the first response behind a reset of the unit by another session, which tells "
          "of it, is not sent before all that was sent earlier is acknowledged, and no other "
          "response before it is acknowledged itself.",
          way.value))
      .observed(
          "TEST UNIT READY is answered on one connection, and not acknowledged; another session "
          "resets the unit; TEST UNIT READY on the second connection waits until the status is "
          "acknowledged; one more on the first waits until the unit attention is.")
      .needs([&] {
        std::vector<Need> needs = needs_of(way);
        needs.push_back(Need::reset_allowed);
        return needs;
      }())
      .mutant("only_says_" + way.name + "_to_third_sessions",
              "agrees to it and goes on as by RFC 3720", only_says_reporting(way.value))
      .body([value = way.value](CaseContext& c) {
        const TwoConnections two = two_connections(c, offer_of_reporting(value));
        leave_status_unacknowledged(c, *two.first, *two.second);
        Connection& other = c.session();
        c.settle(other);
        c.expect(other.answer_to(other.issue(manages(c, kResetUnit))), {managed(0)},
                 "LOGICAL UNIT RESET");
        const std::uint32_t told = issue_on(*two.second, *two.first, c.scsi_command(kReadiness));
        const Seen attention =
            after_acknowledgment(c, *two.second, told, *two.first, "the unit attention");
        c.expect(attention, {condition(kUnitAttention)}, "the first response behind the reset");
        const std::uint32_t next = issue_on(*two.first, *two.second, c.scsi_command(kReadiness));
        const Seen end = after_acknowledgment(c, *two.first, next, *two.second, "a status");
        c.expect(end, {good(), condition(kUnitAttention)}, "the response behind the attention");
      });
}

void add_preempt(CaseList& cases) {
  NewCase one = add(cases, "rfc7143/4.2.2.3.4/preempt_and_abort_is_fenced");
  one.requirements({"7143-4.2.2.3.4-6"})
      .purpose(
          "With ResponseFence the response to PERSISTENT RESERVE OUT with PREEMPT AND ABORT is not "
          "sent before all that was sent on any connection of the session is acknowledged.")
      .observed(
          "TEST UNIT READY is answered on one connection, and not acknowledged; PREEMPT AND ABORT "
          "of another session's key on the second one, and a ping: only the ping is answered.")
      .needs({Need::login, Need::multi_connection, Need::lun, Need::response_fence,
              Need::destructive_allowed})
      .mutant("preempts_without_a_fence", "does it as by RFC 3720",
              only_says_reporting("ResponseFence"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c, offer_of_reporting("ResponseFence"));
        Connection& other = c.session();
        c.settle(other);
        with_registrations(c, [&] {
          register_ours(c, other);
          register_ours(c, *two.first);
          two.second->cmd_sn = two.first->cmd_sn;
          leave_status_unacknowledged(c, *two.first, *two.second);
          RawPdu preempt = c.scsi_command(reserve_out_cdb(kPreemptAndAbort, kWriteExclusive));
          preempt.set("W", 1).set("Expected Data Transfer Length", 24);
          const std::uint32_t tag = issue_on(*two.second, *two.first, preempt);
          const Seen r2t = two.second->answer_to(tag);
          c.expect(r2t, {pdu_of(Opcode::r2t)}, "PREEMPT AND ABORT");
          RawPdu list = data_for(r2t, *two.second, 0, 0);
          two.second->send(list.with_data(reserve_list(kReservationKey, kReservationKey)));
          const Seen end = after_acknowledgment(c, *two.second, tag, *two.first, "the response");
          c.expect(end, {good()}, "PREEMPT AND ABORT");
        });
      });
  one.writes();
}

void add_without_reporting(CaseList& cases) {
  for (const auto& [function, name, text] :
       {std::tuple{kAbortSet, "abort_task_set", "ABORT TASK SET"},
        std::tuple{kClearSet, "clear_task_set", "CLEAR TASK SET"}}) {
    std::vector<Need> needs{Need::login, Need::multi_connection, Need::lun};
    if (function == kClearSet) needs.push_back(Need::reset_allowed);
    add(cases, fmt::format("rfc7143/11.6.1/{}_waits_for_acknowledgments", name))
        .requirements({"7143-11.6.1-6"})
        .purpose(fmt::format("Whatever TaskReporting is, the response to {} is not sent before all "
                             "responses on all connections of the session are acknowledged.",
                             text))
        .observed(fmt::format(
            "TEST UNIT READY is answered on one connection, and not acknowledged; {} and a ping on "
            "the other: only the ping is answered, until the status is acknowledged.",
            text))
        .possible_problems("Targets in the field answer at once.")
        .needs(needs)
        .mutant(fmt::format("{}_ends_unacknowledged", name), "waits for no acknowledgment",
                fault("receive: Task Management Function Request", "{respond: {response: 0}}"))
        .body(
            [function = function](CaseContext& c) { judge_set(c, two_connections(c), function); });
  }
}

void add_lost_tasks(CaseList& cases) {
  NewCase one = add(cases, "rfc7143/11.14.5/tasks_of_a_connection_that_was_logged_out_are_told");
  one.requirements({"7143-11.14.5-3"})
      .purpose(
          "When a logout has ended tasks of a connection, the next command of the session is "
          "answered with UNIT ATTENTION, SOME COMMANDS CLEARED BY ISCSI PROTOCOL EVENT.")
      .observed(
          "A WRITE(10) with an open R2T on the second connection, its logout with reason 1; TEST "
          "UNIT READY on the first.")
      .possible_problems("Targets in the field forget the tasks and tell of nothing.")
      .needs({Need::login, Need::multi_connection, Need::lun})
      .mutant("tells_nothing_of_tasks_of_a_logout", "tells of nothing",
              fault("receive: TEST UNIT READY, nth: 4", "{status: GOOD}"))
      .mutant("tells_another_reason_of_a_logout", "tells of something else",
              fault("receive: TEST UNIT READY, nth: 4",
                    "{status: CHECK CONDITION, sense: {key: UNIT ATTENTION, asc: 2Fh, ascq: 00h}}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        c.settle(*two.first);
        two.second->cmd_sn = two.first->cmd_sn;
        const std::uint32_t tag =
            issue_on(*two.second, *two.first, write_of(c, 1, c.target().first_lba));
        c.expect(two.second->answer_to(tag), {pdu_of(Opcode::r2t)}, "a write");
        RawPdu logout(Opcode::logout_request);
        logout.set("I", 1).set("F", 1).set("Reason Code", 1).set("CID", kSecondCid);
        const std::uint32_t out = issue_on(*two.second, *two.first, logout);
        c.expect(two.second->answer_to(out), {pdu_of(Opcode::logout_response, {{"Response", 0}})},
                 "the logout");
        Asked asked;
        asked.takes_attentions = false;
        const ScsiAnswer ready = ask(c, *two.first, kReadiness, asked);
        c.expect(ready.end, {condition(kUnitAttention, {0x477F})}, "the next command");
      });
  one.writes();
}

}  // namespace

void add_response_fence_cases(CaseList& cases) {
  for (const FenceWay& way : fence_ways()) {
    add_before(cases, way);
    add_third(cases, way);
  }
  add_after(cases);
  add_preempt(cases);
  add_without_reporting(cases);
  add_lost_tasks(cases);
}

}  // namespace lunsim::conform
