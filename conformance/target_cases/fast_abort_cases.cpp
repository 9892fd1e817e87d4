// FastAbort: functions on many tasks that do not wait for their data, and who is told of them.
// RFC 7143 §4.2.3.4, §4.2.3.5, §11.9, §13.23
#include <fmt/format.h>

#include <map>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/task_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

constexpr std::uint8_t kTermination = 5;  // AsyncEvent

const std::vector<Need> kFast{Need::login, Need::lun, Need::fast_abort};
const std::vector<Need> kFastAndReset{Need::login, Need::lun, Need::fast_abort,
                                      Need::reset_allowed};
const std::vector<Need> kFastAndSeveral{Need::login, Need::lun, Need::fast_abort,
                                        Need::multi_connection};

const Pairs& fast_keys() {
  static const Pairs kKeys = [] {
    Pairs keys = offer_of_reporting("FastAbort");
    keys.emplace_back("InitialR2T", "Yes");
    return keys;
  }();
  return kKeys;
}

Connection& fast_session(CaseContext& c) {
  Connection& one = c.session({.keys = fast_keys()});
  c.settle(one);
  return one;
}

/// The R2T of a write that is left open.
Seen open_transfer(CaseContext& c, Connection& at, std::uint32_t tag) {
  const Seen r2t = at.answer_to(tag);
  c.expect(r2t, {pdu_of(Opcode::r2t)}, "a write");
  return r2t;
}

std::uint64_t lun_under_test(const CaseContext& c) { return c.scsi_command({0}).get("LUN"); }

Outcome told_of_termination(std::uint64_t lun) {
  return pdu_of(Opcode::async_message, {{"AsyncEvent", kTermination}, {"LUN", lun}});
}

bool is_termination(const Seen& seen) {
  return seen.is(Opcode::async_message) && seen.get("AsyncEvent") == kTermination;
}

/// The next PDU but for those that only tell numbers.
Seen next_event(Connection& one) {
  while (true) {
    Seen seen = one.next();
    const bool tells_numbers = seen.is(Opcode::nop_in) &&
                               seen.get("Initiator Task Tag") == kReservedTag &&
                               seen.get("Target Transfer Tag") == kReservedTag;
    if (!tells_numbers) return seen;
  }
}

/// What the initiator answers AsyncEvent 5 with.                                    RFC 7143 §11.9
void confirm(Connection& one, const Seen& event) { acknowledge(one, event.get("LUN")); }

void add_issuing(CaseList& cases) {
  NewCase data = add(cases, "rfc7143/4.2.3.4/fast_abort_waits_for_no_data");
  data.requirements({"7143-4.2.3.4-2", "7143-13.23-5"})
      .purpose(
          "With FastAbort the response to ABORT TASK SET does not wait for data that R2Ts have "
          "asked for: none comes after the function.")
      .observed("A WRITE(10) whose R2T is left open, and ABORT TASK SET.")
      .needs(kFast)
      .mutant("waits_for_data_in_spite_of_fast_abort", "waits for the data, as by RFC 3720",
              only_says_reporting("FastAbort"))
      .body([](CaseContext& c) {
        Connection& one = fast_session(c);
        open_transfer(c, one, one.issue(write_of(c, 1, c.target().first_lba)));
        const std::uint32_t tag = one.issue(manages(c, kAbortSet));
        c.expect(one.answer_to(tag), {managed(0)}, "ABORT TASK SET");
        c.expect_ignored(one, "the aborted task");
      });
  data.writes();
  NewCase gap = add(cases, "rfc7143/4.2.3.4/fast_abort_waits_for_commands_before_it");
  gap.requirements({"7143-4.2.3.4-8"})
      .purpose(
          "With FastAbort, too, an immediate ABORT TASK SET covers the commands with a smaller "
          "CmdSN that are still to come.")
      .observed(
          "An immediate ABORT TASK SET behind a CmdSN that is left out, a ping: only the ping is "
          "answered. The command comes: then the function is.")
      .needs(kFast)
      .mutant("fast_abort_does_not_see_the_gap", "does not see that a command is missing",
              fault("receive: Task Management Function Request", "{add: {CmdSN: -1}}"))
      .body([](CaseContext& c) {
        Connection& one = fast_session(c);
        RawPdu late = write_of(c, 1, c.target().first_lba);
        const std::uint32_t late_tag = one.stamp(late);
        const std::uint32_t abort = one.issue(manages(c, kAbortSet));
        c.expect_ignored(one, "ABORT TASK SET before the commands are there");
        one.send(late);
        std::vector<Seen> between;
        c.expect(one.answer_to(abort, &between), {managed(0)}, "once the command is there");
        for (const Seen& seen : between)
          c.check(seen.get("Initiator Task Tag") == late_tag, "something else comes", seen);
        c.expect_ignored(one, "the command that was aborted");
      });
  gap.writes();
  NewCase effect = add(cases, "rfc7143/4.2.3.4/fast_abort_is_done_when_it_is_said");
  effect.requirements({"7143-4.2.3.4-11"})
      .purpose("When the response to ABORT TASK SET comes, no task is left.")
      .observed(
          "A WRITE(10) whose R2T is left open, ABORT TASK SET; then ABORT TASK for the write: "
          "there "
          "is no such task.")
      .needs(kFast)
      .mutant("says_that_it_has_aborted_fast", "says so and does nothing",
              fault("receive: Task Management Function Request, nth: 1", "{set: {Function: 3}}") +
                  "- g: {on: {send: Task Management Function Response, nth: 1}, do: {set: "
                  "{Response: 0}}}\n")
      .body([](CaseContext& c) {
        Connection& one = fast_session(c);
        const std::uint32_t write = one.issue(write_of(c, 1, c.target().first_lba));
        open_transfer(c, one, write);
        c.expect(one.answer_to(one.issue(manages(c, kAbortSet))), {managed(0)}, "ABORT TASK SET");
        RawPdu again = manages(c, kAbortOne, write);
        const std::uint32_t tag = one.stamp(again);
        one.send(again.set("RefCmdSN", one.cmd_sn - 1));
        c.expect(one.answer_to(tag), {managed(1)}, "ABORT TASK for the write");
      });
  effect.writes();
}

void add_other_connection(CaseList& cases) {
  NewCase told = add(cases, "rfc7143/4.2.3.4/other_connections_are_told_of_a_fast_abort");
  told.requirements({"7143-4.2.3.4-14", "7143-4.2.3.4-16"})
      .purpose(
          "With FastAbort each connection of the session with tasks of the unit, but not the one "
          "that the function came on, gets an Asynchronous Message with AsyncEvent 5 and the LUN.")
      .observed(
          "A WRITE(10) with an open R2T on each of two connections; ABORT TASK SET on the second.")
      .needs(kFastAndSeveral)
      .mutant("tells_no_other_connection_of_a_fast_abort", "tells nobody",
              fault("send: Asynchronous Message", "drop"))
      .mutant("tells_another_lun_of_a_fast_abort", "names another LUN",
              fault("send: Asynchronous Message", "{set: {LUN: 0005000000000000h}}"))
      .mutant("tells_the_issuing_connection_of_a_fast_abort",
              "tells the one that asked for it, too",
              fault("send: Task Management Function Response",
                    "{before: [{pdu: Asynchronous Message, set: {AsyncEvent: 5}}]}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c, offer_of_reporting("FastAbort"));
        const RawPdu write = write_of(c, 1, c.target().first_lba);
        open_transfer(c, *two.first, issue_on(*two.first, *two.second, write));
        open_transfer(c, *two.second, issue_on(*two.second, *two.first, write));
        const std::uint32_t tag = issue_on(*two.second, *two.first, manages(c, kAbortSet));
        const Seen event = next_event(*two.first);
        c.expect(event, {told_of_termination(lun_under_test(c))}, "the first connection");
        confirm(*two.first, event);
        std::vector<Seen> between;
        c.expect(two.second->answer_to(tag, &between), {managed(0)}, "ABORT TASK SET");
        for (const Seen& seen : between)
          c.check(!is_termination(seen), "the connection that it came on is told", seen,
                  "AsyncEvent");
      });
  told.writes();
  NewCase late = add(cases, "rfc7143/4.2.3.4/data_under_way_of_a_fast_abort_goes_by");
  late.requirements({"7143-4.2.3.4-12"})
      .purpose(
          "With FastAbort the Target Transfer Tags of aborted tasks stay valid until the initiator "
          "has answered the Asynchronous Message: data that is under way is passed over.")
      .observed(
          "A WRITE(10) with an open R2T on the first connection; ABORT TASK SET on the second; "
          "behind the Asynchronous Message the data, and a ping.")
      .needs(kFastAndSeveral)
      .mutant("rejects_data_of_a_fast_abort", "rejects the data",
              fault("receive: Data-Out", "{reject: {reason: 09h}}"))
      .mutant("hangs_up_on_data_of_a_fast_abort", "ends the connection",
              fault("receive: Data-Out", "{cut: {how: finish}}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c, offer_of_reporting("FastAbort"));
        const RawPdu write = write_of(c, 1, c.target().first_lba);
        const Seen r2t = open_transfer(c, *two.first, issue_on(*two.first, *two.second, write));
        const std::uint32_t tag = issue_on(*two.second, *two.first, manages(c, kAbortSet));
        const Seen event = next_event(*two.first);
        c.expect(event, {told_of_termination(lun_under_test(c))}, "the first connection");
        RawPdu data = data_for(r2t, *two.first, c.profile().block_bytes, 0x51);
        two.first->send(data);
        std::vector<Seen> between;
        const Seen echo = two.first->answer_to(two.first->issue(ping()), &between);
        for (const Seen& seen : between)
          c.check(!seen.is(Opcode::reject) && !seen.is(Opcode::scsi_response),
                  "the data is not passed over: " + describe(seen), seen);
        c.expect(echo, {pdu_of(Opcode::nop_in)}, "a ping behind the data");
        confirm(*two.first, event);
        c.expect(two.second->answer_to(tag), {managed(0)}, "ABORT TASK SET");
      });
  late.writes();
}

/// A session with a write under way, whose unit another session resets.
struct Third {
  Connection* one = nullptr;
  Connection* other = nullptr;
};

Third third_session(CaseContext& c, bool is_fast, bool issuer_is_fast) {
  Third out;
  const Pairs plain{{"InitialR2T", "Yes"}};
  out.one = &c.session({.keys = is_fast ? fast_keys() : plain});
  c.settle(*out.one);
  out.other = &c.session({.keys = issuer_is_fast ? fast_keys() : plain});
  c.settle(*out.other);
  open_transfer(c, *out.one, out.one->issue(write_of(c, 1, c.target().first_lba)));
  return out;
}

void reset_by_other(CaseContext& c, const Third& both) {
  const std::uint32_t tag = both.other->issue(manages(c, kResetUnit));
  c.expect(both.other->answer_to(tag), {managed(0)}, "LOGICAL UNIT RESET");
}

void add_third_party(CaseList& cases) {
  NewCase both = add(cases, "rfc7143/4.2.3.4/third_session_is_told_of_a_fast_abort");
  both.requirements({"7143-4.2.3.4-13", "7143-4.2.3.4-16", "7143-11.9.3-1"})
      .purpose(
          "When a session with FastAbort resets a unit, others with FastAbort get an Asynchronous "
          "Message with AsyncEvent 5 and the LUN on each connection that has tasks of it.")
      .observed(
          "A WRITE(10) with an open R2T; another session resets the unit; both have FastAbort.")
      .needs(kFastAndReset)
      .mutant("tells_no_third_session_of_a_fast_abort", "tells nobody",
              fault("send: Asynchronous Message", "drop"))
      .mutant("tells_third_sessions_another_event", "says that a session is dropped",
              fault("send: Asynchronous Message", "{set: {AsyncEvent: 3}}"))
      .body([](CaseContext& c) {
        const Third both_fast = third_session(c, true, true);
        reset_by_other(c, both_fast);
        const Seen event = next_event(*both_fast.one);
        c.expect(event, {told_of_termination(lun_under_test(c))}, "the third session");
        confirm(*both_fast.one, event);
        c.expect_alive(*both_fast.one, "the answer to the event");
      });
  both.writes();
  NewCase old_one = add(cases, "rfc7143/4.2.3.5/third_session_of_old_is_not_told");
  old_one.requirements({"7143-4.2.3.5-4"})
      .purpose("A session without FastAbort gets no AsyncEvent 5 when one with FastAbort aborts.")
      .observed(
          "A WRITE(10) with an open R2T on a session without TaskReporting; one with FastAbort "
          "resets the unit; a ping.")
      .needs(kFastAndReset)
      .mutant(
          "tells_third_sessions_of_old", "sends AsyncEvent 5 there, too",
          fault("send: NOP-In", "{before: [{pdu: Asynchronous Message, set: {AsyncEvent: 5}}]}"))
      .body([](CaseContext& c) {
        const Third mixed = third_session(c, false, true);
        reset_by_other(c, mixed);
        std::vector<Seen> between;
        c.expect(mixed.one->answer_to(mixed.one->issue(ping()), &between),
                 {pdu_of(Opcode::nop_in)});
        for (const Seen& seen : between)
          c.check(!is_termination(seen), "AsyncEvent 5 was not negotiated", seen, "AsyncEvent");
      });
  old_one.writes();
  NewCase mixed = add(cases, "rfc7143/4.2.3.5/fast_third_session_is_told_with_the_lun");
  mixed.requirements({"7143-4.2.3.5-2"})
      .purpose(
          "When a session without FastAbort resets a unit, one with FastAbort should get "
          "AsyncEvent "
          "5, and that has the LUN.")
      .observed(
          "A WRITE(10) with an open R2T on a session with FastAbort; one without resets the unit.")
      .needs(kFastAndReset)
      .mutant("tells_fast_third_sessions_another_lun", "names another LUN",
              fault("send: Asynchronous Message", "{set: {LUN: 0006000000000000h}}"))
      .body([](CaseContext& c) {
        const Third both_kinds = third_session(c, true, false);
        reset_by_other(c, both_kinds);
        const Seen event = next_event(*both_kinds.one);
        c.expect(event, {told_of_termination(lun_under_test(c)),
                         silent().with_warning("it should tell of the tasks")});
      });
  mixed.writes();
}

/// The LUN field of another unit that takes VERIFY with data; ends the case if there is none.
std::uint64_t other_unit(CaseContext& c, Connection& one) {
  const ScsiAnswer list =
      ask(c, one, {0xA0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0}, 1024);  // REPORT LUNS
  for (std::size_t at = 8; at + 8 <= list.data.size(); at += 8) {
    const std::uint64_t lun = list.number(at, 8);
    if (lun == lun_under_test(c)) continue;
    Asked asked{.expected_bytes = 8};
    asked.lun = lun;
    if (ask(c, one, {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, asked).data.size() == 8) return lun;
  }
  c.unsupported("there is no second block device");
}

/// VERIFY(10) of a block that is to be compared with data: it writes nothing, whatever comes of it.
RawPdu verify_of(const CaseContext& c, std::uint64_t lun) {
  RawPdu request = c.scsi_command({0x2F, 0x02, 0, 0, 0, 0, 0, 0, 1, 0});
  request.set("LUN", lun).set("W", 1);
  return request.set("Expected Data Transfer Length", c.profile().block_bytes);
}

void add_several_units(CaseList& cases) {
  add(cases, "rfc7143/4.2.3.4/each_unit_of_a_fast_abort_is_told")
      .requirements({"7143-4.2.3.4-15"})
      .purpose(
          "When a reset of the target ends tasks of several units, a connection with FastAbort "
          "gets "
          "one Asynchronous Message for each of them.")
      .observed(
          "VERIFY(10) with an open R2T on two units of one session; TARGET WARM RESET by another.")
      .possible_problems("Targets without a second block device are not judged.")
      .needs({Need::login, Need::lun, Need::fast_abort, Need::reset_allowed,
              Need::destructive_allowed})
      .mutant("tells_one_unit_of_a_fast_abort", "tells of the first unit only",
              fault("send: Asynchronous Message, nth: 2", "drop"))
      .mutant("tells_one_unit_twice", "names the same unit twice",
              fault("send: Asynchronous Message", "{set: {LUN: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = fast_session(c);
        const std::uint64_t second = other_unit(c, one);
        for (const std::uint64_t lun : {lun_under_test(c), second}) {
          const Seen r2t = one.answer_to(one.issue(verify_of(c, lun)));
          if (!r2t.is(Opcode::r2t)) c.unsupported("VERIFY(10) takes no data: " + describe(r2t));
        }
        Connection& other = fast_session(c);
        const Seen done = other.answer_to(other.issue(manages(c, kWarmReset)));
        if (done.is(Opcode::task_management_response) && done.get("Response") == 5)
          c.unsupported("TARGET WARM RESET is not supported");
        c.expect(done, {managed(0)}, "TARGET WARM RESET");
        std::map<std::uint64_t, int> told;
        std::vector<Seen> between;
        const Seen echo = one.answer_to(one.issue(ping()), &between);
        for (const Seen& seen : between)
          if (is_termination(seen)) ++told[seen.get("LUN")];
        c.check(told[lun_under_test(c)] == 1 && told[second] == 1,
                fmt::format("{} messages for the one unit and {} for the other",
                            told[lun_under_test(c)], told[second]),
                between.empty() ? echo : between.back(), "LUN");
      });
}

}  // namespace

void add_fast_abort_cases(CaseList& cases) {
  add_issuing(cases);
  add_other_connection(cases);
  add_third_party(cases);
  add_several_units(cases);
}

}  // namespace lunsim::conform
