// Functions on many tasks and what they wait for, commands that come twice or are rejected, and
// data that is late.                  RFC 7143 §4.2.2.1, §4.2.3, §7.2, §7.3, §7.8, §7.11, §11.4 to
// §11.6
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/task_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

struct OpenWrite {
  Connection* one = nullptr;
  Seen r2t;
  std::uint32_t tag = 0;
};

/// A session with a WRITE(10) whose R2T has not been answered.
OpenWrite open_write(CaseContext& c, std::uint32_t blocks = 1, LoginPlan plan = {}) {
  plan.keys.emplace_back("InitialR2T", "Yes");
  OpenWrite out;
  out.one = &c.session(plan);
  c.settle(*out.one);
  out.tag = out.one->issue(write_of(c, blocks, c.target().first_lba));
  out.r2t = out.one->answer_to(out.tag);
  c.expect(out.r2t, {pdu_of(Opcode::r2t)});
  return out;
}

/// ABORT TASK with a tag that never was is said to be done: nothing can be learned by it.
bool aborts_whatever_it_is_told(CaseContext& c) {
  Connection& one = c.session();
  c.settle(one);
  RawPdu abort = manages(c, kAbortOne, 0x7777'7777u);
  const std::uint32_t tag = one.stamp(abort);
  one.send(abort.set("RefCmdSN", one.cmd_sn - 1));
  const Seen seen = one.answer_to(tag);
  return seen.is(Opcode::task_management_response) && seen.get("Response") == 0;
}

/// The next PDU; behind the status of the task if that comes first: tasks of the set may end in the
/// ordinary way before the function is answered. RFC 7143 §4.2.3.3, what the initiator does
Seen behind_status_of(std::uint32_t task, Connection& one, Seen seen) {
  const bool is_status = seen.is(Opcode::scsi_response) && seen.get("Initiator Task Tag") == task;
  return is_status ? one.next() : seen;
}

const std::vector<Need> kUnit{Need::login, Need::lun};

void add_waiting(CaseList& cases) {
  NewCase data = add(cases, "rfc7143/11.5.1/abort_task_set_waits_for_data_under_way");
  data.requirements({"7143-11.5.1-16", "7143-4.2.3.3-7", "7143-4.2.3.3-15", "7143-13.23-7"})
      .purpose(
          "Without FastAbort the response to ABORT TASK SET waits until the data that R2Ts of the "
          "tasks have asked for has come.")
      .observed(
          "A WRITE(10) whose R2T is open, ABORT TASK SET, a ping: the function is not answered "
          "until the Data-Out has come.")
      .possible_problems(
          "Targets in the field answer at once. One that reads nothing else while it waits for "
          "data does not answer the ping either.")
      .needs(kUnit)
      .mutant("aborts_without_waiting_for_data", "answers at once",
              fault("receive: Task Management Function Request", "{respond: {response: 0}}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        const std::uint32_t abort = open.one->issue(manages(c, kAbortSet));
        const std::uint32_t echo = open.one->issue(ping());
        const Seen first = open.one->next();
        if (first.is(Opcode::task_management_response))
          c.fail("ABORT TASK SET is answered before the data is there", first);
        const Outcome seen =
            c.expect(first, {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", echo}}),
                             silent().loosely("a ping is not answered while data is due")});
        open.one->send(data_for(open.r2t, *open.one, c.profile().block_bytes, 0x11));
        c.expect(open.one->answer_to(abort), {managed(0), managed(5).loosely("not supported")});
        if (seen.grade != Verdict::pass) c.expect_alive(*open.one, "the data");
      });
  data.writes();
  NewCase gap = add(cases, "rfc7143/11.5.1/abort_task_set_waits_for_commands_before_it");
  gap.requirements({"7143-11.5.1-8", "7143-4.2.3.3-9", "7143-4.2.2.1-8", "7143-11.5.1-10"})
      .purpose(
          "An immediate ABORT TASK SET covers the commands with a smaller CmdSN, also those that "
          "come later: it is not answered before.")
      .observed(
          "An immediate ABORT TASK SET behind a CmdSN that is left out, a ping: only the ping is "
          "answered. The command comes: then the function is, and nothing behind it.")
      .possible_problems("Targets in the field answer at once.")
      .needs(kUnit)
      .mutant("aborts_before_commands_have_come", "does not see that a command is missing",
              fault("receive: Task Management Function Request", "{add: {CmdSN: -1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        RawPdu late = write_of(c, 1, c.target().first_lba);
        const std::uint32_t late_tag = one.stamp(late);
        const std::uint32_t abort = one.issue(manages(c, kAbortSet));
        c.expect_ignored(one, "ABORT TASK SET before the commands are there");
        one.send(late);
        Seen seen = one.next();
        if (seen.is(Opcode::r2t)) {
          one.send(data_for(seen, one, c.profile().block_bytes, 0x12));
          seen = one.next();
        }
        seen = behind_status_of(late_tag, one, seen);
        c.expect(seen, {pdu_of(Opcode::task_management_response, {{"Initiator Task Tag", abort}})},
                 "once the command is there");
        c.expect_ignored(one, "the command that was aborted");
      });
  gap.writes();
  NewCase quiet = add(cases, "rfc7143/4.2.3.6/no_response_behind_that_of_the_function");
  quiet.requirements({"7143-4.2.3.6-2", "7143-10.7-2", "7143-4.2.3.3-1", "7143-4.2.3.3-13"})
      .purpose(
          "Behind the response to ABORT TASK SET nothing comes of the tasks, and data of theirs is "
          "passed over in silence; what ends before the response may be answered before it.")
      .observed("A WRITE(10) with an open R2T, ABORT TASK SET, the data, a ping, and a while.")
      .needs(kUnit)
      .mutant("aborted_set_answers", "answers a task of the set after all",
              fault("send: Task Management Function Response",
                    "{after: [{pdu: SCSI Response, set: {Initiator Task Tag: 259}}]}"))
      .mutant("rejects_data_of_aborted_tasks", "rejects the data",
              fault("receive: Data-Out", "{reject: {reason: 09h}}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        const std::uint32_t abort = open.one->issue(manages(c, kAbortSet));
        const Seen early = open.one->next(c.patience() / 6);
        open.one->send(data_for(open.r2t, *open.one, c.profile().block_bytes, 0x13));
        Seen seen = early.kind == Seen::Kind::silence ? open.one->next() : early;
        seen = behind_status_of(open.tag, *open.one, seen);
        c.expect(seen, {pdu_of(Opcode::task_management_response, {{"Initiator Task Tag", abort}})},
                 "ABORT TASK SET");
        c.expect_ignored(*open.one, "the aborted task");
        // A write that goes on in the background ends later than a ping is answered.
        const Seen late = open.one->next(c.patience() / 6);
        c.check(!late.is(Opcode::scsi_response) || late.get("Initiator Task Tag") != open.tag,
                "the aborted task is answered", late);
      });
  quiet.writes();
  NewCase effect = add(cases, "rfc7143/4.2.3.3/aborted_set_is_gone_when_it_is_said");
  effect.requirements({"7143-4.2.3.3-12"})
      .purpose("When the response to ABORT TASK SET comes, it has been done: no task is left.")
      .observed(
          "A WRITE(10) with an open R2T, ABORT TASK SET and the data; then ABORT TASK for the "
          "write: there is no such task.")
      .needs(kUnit)
      .mutant("says_that_it_has_aborted", "says so and does nothing",
              fault("receive: Task Management Function Request, fields: {Function: 2}",
                    "{respond: {response: 0}}"))
      .body([](CaseContext& c) {
        if (aborts_whatever_it_is_told(c)) c.unsupported("it says so of any task");
        const OpenWrite open = open_write(c, 2);
        const std::uint32_t block = c.profile().block_bytes;
        const std::uint32_t abort = open.one->issue(manages(c, kAbortSet));
        const Seen early = open.one->next(c.patience() / 6);
        // Half of it: whoever has not aborted waits for the rest.
        open.one->send(data_for(open.r2t, *open.one, block, 0x14, false));
        if (early.kind == Seen::Kind::silence) {
          open.one->send(data_for(open.r2t, *open.one, block, 0x14, true, 1, block));
          c.expect(open.one->answer_to(abort), {managed(0)});
        } else {
          c.expect(early, {managed(0)});
        }
        RawPdu again = manages(c, kAbortOne, open.tag);
        open.one->stamp(again);
        open.one->send(again.set("RefCmdSN", open.one->cmd_sn - 1));
        c.expect(open.one->next(), {managed(1)}, "ABORT TASK for the write");
      });
  effect.writes();
  NewCase nested = add(cases, "rfc7143/11.5.1/task_management_is_not_aborted");
  nested.requirements({"7143-11.5.1-22"})
      .purpose("ABORT TASK for a task management function is answered with: function rejected.")
      .observed("An ABORT TASK SET that waits for data, and ABORT TASK with its tag.")
      .possible_problems("A target that does not wait has nothing to abort and says so.")
      .needs(kUnit)
      .mutant("aborts_task_management", "says that it is done",
              fault("receive: Task Management Function Request, fields: {Function: 1}",
                    "{respond: {response: 0}}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        const std::uint32_t set = open.one->issue(manages(c, kAbortSet));
        const Seen early = open.one->next(c.patience() / 6);
        if (early.kind != Seen::Kind::silence) c.unsupported("ABORT TASK SET does not wait");
        const std::uint32_t tag = open.one->issue(manages(c, kAbortOne, set));
        const Seen answer = open.one->answer_to(tag);
        if (answer.kind == Seen::Kind::silence)
          c.unsupported("it reads nothing else while it waits for data");
        c.expect(answer, {managed(255)});
        open.one->send(data_for(open.r2t, *open.one, c.profile().block_bytes, 0x15));
        c.expect(open.one->answer_to(set), {managed(0)}, "ABORT TASK SET goes on");
      });
  nested.writes();
}

void add_resets(CaseList& cases) {
  add(cases, "rfc7143/11.6.1/target_cold_reset_ends_all_sessions")
      .requirements({"7143-11.5.1-28", "7143-11.6.1-4"})
      .purpose("TARGET COLD RESET closes all connections of all initiators.")
      .observed("Two sessions; the function on one of them.")
      .possible_problems("The response may be lost with the connection.")
      .needs({Need::login, Need::lun, Need::reset_allowed, Need::destructive_allowed})
      .mutant("cold_reset_keeps_sessions", "says that it is done and goes on",
              fault("receive: Task Management Function Request", "{respond: {response: 0}}"))
      .body([](CaseContext& c) {
        Connection& other = c.session();
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(manages(c, kColdReset));
        const Seen seen = one.answer_to(tag);
        const bool is_refused =
            seen.is(Opcode::task_management_response) && seen.get("Response") != 0;
        if (is_refused) c.unsupported("it does not do TARGET COLD RESET");
        c.expect(seen, {managed(0), ends()});
        if (!seen.is_over()) c.expect(one.next(), {ends()}, "the session that asked for it");
        c.expect(other.next(), {ends(), pdu_of(Opcode::async_message)}, "the other session");
      });
  add(cases, "rfc7143/e.2/target_cold_reset_is_a_power_on")
      .requirements({"7143-E.2-2"})
      .purpose("After TARGET COLD RESET units tell that they have been reset, as after power on.")
      .observed("The function, a login, TEST UNIT READY: UNIT ATTENTION with 29h.")
      .needs({Need::login, Need::lun, Need::reset_allowed, Need::destructive_allowed})
      .mutant("cold_reset_tells_no_unit", "forgets to tell it",
              fault("receive: TEST UNIT READY", "{status: GOOD}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        const Seen seen = one.answer_to(one.issue(manages(c, kColdReset)));
        const bool is_refused =
            seen.is(Opcode::task_management_response) && seen.get("Response") != 0;
        if (is_refused) c.unsupported("it does not do TARGET COLD RESET");
        c.expect(seen, {managed(0), ends()});
        Connection& again = c.session();
        Asked asked;
        asked.takes_attentions = false;
        const ScsiAnswer ready = ask(c, again, {0, 0, 0, 0, 0, 0}, asked);
        const auto sense = ready.sense();
        c.check(sense && sense->key == kUnitAttention && (sense->code >> 8) == 0x29,
                "no unit attention tells of the reset", ready.end, "Status");
      });
  add(cases, "rfc7143/7.11/abort_of_a_command_that_was_answered")
      .requirements({"7143-7.11-4"})
      .purpose("ABORT TASK for a command that has been answered is answered: no such task.")
      .observed("TEST UNIT READY, and ABORT TASK with its tag.")
      .needs(kUnit)
      .mutant("aborts_what_is_over", "says that it is done",
              fault("send: Task Management Function Response", "{set: {Response: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        const std::uint32_t tag = one.issue(c.scsi_command({0, 0, 0, 0, 0, 0}));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::scsi_response)});
        RawPdu abort = manages(c, kAbortOne, tag);
        one.stamp(abort);
        one.send(abort.set("RefCmdSN", one.cmd_sn - 1));
        c.expect(one.next(), {managed(1)});
      });
  NewCase event = add(cases, "rfc7143/11.9.1/no_event_5_without_fast_abort");
  event.requirements({"7143-11.9.1-18"})
      .purpose("Without FastAbort no Asynchronous Message tells of tasks that others have ended.")
      .observed("A WRITE(10) with an open R2T; another session resets the unit.")
      .needs({Need::login, Need::lun, Need::reset_allowed})
      .mutant("tells_event_5_to_everybody", "sends AsyncEvent 5",
              fault("send: NOP-In, nth: 1",
                    "{before: [{pdu: Asynchronous Message, set: {AsyncEvent: 5}}]}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        Connection& other = c.session();
        const Seen done = other.answer_to(other.issue(manages(c, 5)));
        c.expect(done, {pdu_of(Opcode::task_management_response)});
        const std::uint32_t tag = open.one->issue(ping());
        std::vector<Seen> between;
        c.expect(open.one->answer_to(tag, &between), {pdu_of(Opcode::nop_in)});
        for (const Seen& seen : between)
          c.check(!seen.is(Opcode::async_message) || seen.get("AsyncEvent") != 5,
                  "AsyncEvent 5 was not negotiated", seen, "AsyncEvent");
      });
  event.writes();
}

void add_repeated(CaseList& cases) {
  NewCase twice = add(cases, "rfc7143/7.2.1/command_under_way_that_comes_again_is_ignored");
  twice.requirements({"7143-7.2.1-3", "7143-4.2.2.1-35"})
      .purpose(
          "A command that comes again with its CmdSN and tag while it is under way is ignored.")
      .observed("A WRITE(10) with an open R2T, the same PDU again, the data; then a ping.")
      .needs(kUnit)
      .mutant("takes_a_command_again", "takes it for a new one",
              fault("receive: WRITE(10), nth: 2", "{set: {I: 1, Initiator Task Tag: 4242h}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        RawPdu write = write_of(c, 1, c.target().first_lba);
        const std::uint32_t tag = one.issue(write);
        const Seen r2t = one.answer_to(tag);
        c.expect(r2t, {pdu_of(Opcode::r2t)});
        one.send(write);
        one.send(data_for(r2t, one, c.profile().block_bytes, 0x21));
        c.expect(one.next(), {good()}, "behind the same command again and the data");
        c.expect_ignored(one, "what was answered");
      });
  twice.writes();
  add(cases, "rfc7143/4.2.2.1/command_that_waits_and_comes_again_is_ignored")
      .requirements({"7143-4.2.2.1-26"})
      .purpose("A command within the window that has come already is ignored.")
      .observed("A NOP-Out behind a gap, twice; the gap is closed: each is answered once.")
      .mutant("answers_a_repeated_command_twice", "answers both",
              fault("receive: NOP-Out, fields: {I: 0}, nth: 2", "{set: {I: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu first = ping("first").set("I", 0), second = ping("second").set("I", 0);
        const std::uint32_t first_tag = one.stamp(first);
        const std::uint32_t second_tag = one.stamp(second);
        one.send(second);
        one.send(second);
        std::size_t firsts = 0, seconds = 0;
        const auto ping_and_count = [&](RawPdu request, const char* when) {
          std::vector<Seen> between;
          const Seen last = one.answer_to(one.issue(request), &between);
          for (const Seen& answer : between) {
            firsts += answer.get("Initiator Task Tag") == first_tag;
            seconds += answer.get("Initiator Task Tag") == second_tag;
            c.check(firsts <= 1 && seconds <= 1, "a command is answered twice", answer,
                    "Initiator Task Tag");
          }
          c.expect(last, {pdu_of(Opcode::nop_in)}, when);
          return last;
        };
        // Whether what is behind a gap waits is another case's matter.
        ping_and_count(ping(), "a ping while there is a gap");
        one.send(first);
        const Seen last = ping_and_count(ping().set("I", 0), "a ping behind all");
        c.check(firsts == 1 && seconds == 1, "a command is not answered", last);
      });
  add(cases, "rfc7143/4.2.2.1/numbers_go_on_over_the_wrap")
      .requirements({"7143-4.2.2.1-22", "7143-4.2.2.1-32"})
      .purpose("CmdSN, ExpCmdSN and MaxCmdSN go on from FFFFFFFFh to 0.")
      .observed("A login with CmdSN=FFFFFFFDh and six NOP-Outs that are not immediate.")
      .mutant("stops_at_the_wrap", "takes CmdSN 0 for one outside of the window",
              fault("receive: NOP-Out, fields: {CmdSN: 0}", "drop"))
      .body([](CaseContext& c) {
        LoginPlan plan;
        plan.cmd_sn = 0xFFFF'FFFDu;
        Connection& one = c.session(plan);
        for (int i = 0; i < 6; ++i) {
          const std::uint32_t tag = one.issue(ping().set("I", 0));
          c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in, {{"ExpCmdSN", one.cmd_sn}})});
        }
      });
  NewCase full = add(cases, "rfc7143/4.2.2.1/immediate_commands_pass_a_full_window");
  full.requirements({"7143-4.2.2.1-12"})
      .purpose(
          "One immediate task management function and one other immediate command are taken at any "
          "time, however full the window is.")
      .observed(
          "The window is filled with WRITE(10)s that wait for data; then ABORT TASK and a ping.")
      .needs(kUnit)
      .mutant("full_window_stops_everything", "takes nothing while commands are under way",
              fault("receive: [NOP-Out, Task Management Function Request], outstanding: 2", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        int sent = 0;
        while (sent < 300 && one.max_cmd_sn - one.cmd_sn < 0x8000'0000u) {
          const std::uint32_t tag = one.issue(write_of(c, 1, c.target().first_lba));
          if (!one.answer_to(tag).is(Opcode::r2t)) break;
          ++sent;
        }
        if (sent < 2) c.unsupported("it takes one command at a time");
        RawPdu abort = manages(c, kAbortOne, 0x7777'7777u);
        one.stamp(abort);
        one.send(abort.set("RefCmdSN", one.cmd_sn - 100));
        c.expect(one.next(), {pdu_of(Opcode::task_management_response)}, "ABORT TASK");
        const std::uint32_t tag = one.issue(ping());
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)}, "a ping");
      });
  full.writes();
  NewCase number = add(cases, "rfc7143/7.3/rejected_command_uses_no_cmd_sn");
  number.requirements({"7143-7.3-5"})
      .purpose("A command that is rejected does not count as received: ExpCmdSN stays.")
      .observed("TEST UNIT READY with the tag of a write under way: ExpCmdSN of the Reject.")
      .possible_problems("Targets in the field execute both, or count the command.")
      .needs(kUnit)
      .mutant("counts_rejected_commands", "counts it",
              fault("send: Reject", "{add: {ExpCmdSN: 1}}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        RawPdu again = c.scsi_command({0, 0, 0, 0, 0, 0});
        open.one->stamp(again);
        --open.one->cmd_sn;
        open.one->send(again.set("Initiator Task Tag", open.tag));
        const Seen seen = open.one->next();
        if (!seen.is(Opcode::reject)) c.unsupported("it is not rejected: " + describe(seen));
        c.expect(seen, {pdu_of(Opcode::reject, {{"ExpCmdSN", open.one->cmd_sn}})});
      });
  number.writes();
}

void add_late_data(CaseList& cases) {
  NewCase digest = add(cases, "rfc7143/7.8/task_with_bad_data_waits_for_the_rest");
  digest
      .requirements(
          {"7143-7.8-5", "7143-11.17.1-20", "7143-7.3-1", "7143-7.3-2", "7143-11.17.1-18"})
      .purpose(
          "A task that a wrong data digest has spoilt is answered with CHECK CONDITION, but not "
          "before the last Data-Out that is due.")
      .observed("The first of two Data-Outs has a wrong digest; a ping; then the second.")
      .possible_problems("A target may end the connection, or recover the data.")
      .needs({Need::login, Need::lun, Need::data_digest})
      .mutant("answers_before_the_last_data", "answers at once",
              "- f: {on: {send: Reject}, do: {after: [{pdu: SCSI Response, set: {Initiator Task "
              "Tag: 259, Status: 2}}]}}\n")
      .mutant("never_answers_a_rejected_task", "rejects the data and forgets the task",
              fault("send: SCSI Response, command: WRITE(10)", "drop"))
      .body([](CaseContext& c) {
        LoginPlan plan;
        plan.keys = {{"HeaderDigest", "None"}, {"DataDigest", "CRC32C"}};
        const OpenWrite open = open_write(c, 2, plan);
        Connection& one = *open.one;
        const std::uint32_t block = c.profile().block_bytes;
        RawPdu bad = data_for(open.r2t, one, block, 0x31, false);
        bad.spoil_data_digest = true;
        one.send(bad);
        const Seen seen = one.next();
        c.expect(seen, {rejected({0x02}), ends().loosely("closed instead")});
        if (seen.is_over()) return;
        c.expect_ignored(one, "a task whose data is not all there");
        one.send(data_for(open.r2t, one, block, 0x32, true, 1, block));
        c.expect(one.answer_to(open.tag),
                 {condition(0x0B), ends(), pdu_of(Opcode::r2t).loosely("it asks again")});
      });
  digest.writes();
  NewCase early = add(cases, "rfc7143/11.4.2/failed_write_waits_for_unsolicited_data");
  early.requirements({"7143-11.4.2-2"})
      .purpose(
          "A write that fails is not answered before the last unsolicited Data-Out that is due.")
      .observed("A WRITE(10) beyond the end with F=0; a ping; then its Data-Out with F=1.")
      .needs({Need::login, Need::lun, Need::unsolicited_data})
      .mutant("answers_a_write_before_its_data", "answers at once",
              fault("receive: WRITE(10)", "{respond: {status: BUSY}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "No"}, {"ImmediateData", "No"}}});
        c.settle(one);
        RawPdu write = write_of(c, 1, 0xFFFF'FFF0u);
        const std::uint32_t tag = one.issue(write.set("F", 0));
        c.expect_ignored(one, "a write whose data is not there");
        RawPdu out(Opcode::data_out);
        out.set("F", 1).set("Initiator Task Tag", tag).set("Target Transfer Tag", kReservedTag);
        out.set("ExpStatSN", one.exp_stat_sn);
        one.send(out.with_data(c.profile().block_bytes, 0x33));
        c.expect(one.answer_to(tag), {condition(kIllegalRequest)});
      });
  early.writes();
  NewCase other = add(cases, "rfc7143/4.2.5.3/data_for_another_unit_is_refused");
  other.requirements({"7143-4.2.5.3-3"})
      .purpose("A Data-Out whose LUN is not that of its task is a protocol error.")
      .observed("A WRITE(10), its R2T answered with another LUN.")
      .possible_problems("Targets in the field do not look at the LUN of a Data-Out.")
      .needs(kUnit)
      .mutant("takes_data_of_any_unit", "does not look at it",
              fault("receive: Data-Out", "{set: {LUN: 0}}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        RawPdu out = data_for(open.r2t, *open.one, c.profile().block_bytes, 0x34);
        open.one->send(out.set("LUN", out.get("LUN") ^ 0x0009'0000'0000'0000u));
        c.expect(open.one->next(), {rejected(), condition(0x0B), ends()});
      });
  other.writes();
  NewCase empty = add(cases, "rfc7143/11.7.7/empty_data_out_is_taken");
  empty.requirements({"7143-11.7.7-2"})
      .purpose("A Data-Out without data is one like any other.")
      .observed("An R2T answered with a Data-Out without data and one with all of it.")
      .needs(kUnit)
      .mutant("stumbles_over_empty_data", "takes it for an error",
              fault("receive: Data-Out, nth: 1", "{reject: {reason: 09h}}"))
      .body([](CaseContext& c) {
        const OpenWrite open = open_write(c);
        const std::uint32_t block = c.profile().block_bytes;
        open.one->send(data_for(open.r2t, *open.one, 0, 0, false));
        open.one->send(data_for(open.r2t, *open.one, block, 0x35, true, 1));
        c.expect(open.one->next(), {good()});
      });
  empty.writes();
}

}  // namespace

void add_task_set_cases(CaseList& cases) {
  add_waiting(cases);
  add_resets(cases);
  add_repeated(cases);
  add_late_data(cases);
}

}  // namespace lunsim::conform
