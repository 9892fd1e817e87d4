// Task management, task tags, and what ends a session.        RFC 7143 §11.5, §11.6, §11.14,
// §11.15, §7.11
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

constexpr std::uint64_t kUnknownLun = 0x7E80'0000'0000'0000u;
constexpr std::uint8_t kAbortTask = 1;

RawPdu function(const CaseContext& c, std::uint8_t code) {
  RawPdu request(Opcode::task_management_request);
  request.set("I", 1).set("F", 1).set("Function", code);
  return request.set("LUN", c.scsi_command({0}).get("LUN"))
      .set("Referenced Task Tag", kReservedTag);
}

Outcome responds(std::vector<std::uint8_t> codes) {
  std::string name = "a Task Management Function Response with";
  for (const std::uint8_t code : codes) name += fmt::format(" {}", code);
  return such_that(name, [codes = std::move(codes)](const Seen& seen) -> Objection {
    if (!seen.is(Opcode::task_management_response)) return {describe(seen), ""};
    for (const std::uint8_t code : codes)
      if (seen.get("Response") == code) return {};
    return {fmt::format("Response is {}", seen.get("Response")), "Response"};
  });
}

std::string answers_with(int code) {
  return fault("send: Task Management Function Response",
               fmt::format("{{set: {{Response: {}}}}}", code));
}

constexpr const char* kOptional =
    "SAM leaves it to the target whether it says that the logical unit number is wrong.";

struct TaskRow {
  const char* id;
  const char* requirement;
  const char* purpose;
  const char* observed;
  std::uint8_t code;
  bool at_nobodys_lun;
  std::vector<std::uint8_t> legal;
  const char* mutant;
  int wrong;
  std::vector<Need> needs;
  bool may_be_rejected = false;
  Level level = Level::must;
  const char* possible_problems = "";
};

void add_functions(CaseList& cases) {
  const std::vector<Need> plain{Need::login, Need::lun};
  const std::vector<Need> reset{Need::login, Need::lun, Need::reset_allowed};
  const std::vector<TaskRow> rows{
      {"11.6.1/abort_task_set_without_tasks_is_done",
       "7143-11.5.1-6",
       "ABORT TASK SET with nothing to abort is done.",
       "The function at the LUN under test.",
       2,
       false,
       {0, 5},
       "abort_task_set_finds_no_task",
       1,
       plain},
      {"11.6.1/abort_task_set_at_no_unit_is_said_so",
       "7143-11.6.1-1",
       "ABORT TASK SET at a LUN without unit is answered with: LUN does not exist.",
       "The function at LUN 16000.",
       2,
       true,
       {2, 5},
       "aborts_at_any_lun",
       0,
       plain,
       false,
       Level::should,
       kOptional},
      {"11.6.1/clear_aca_is_done_or_not_supported",
       "7143-11.5.1-6",
       "CLEAR ACA is done, or told not to be supported.",
       "The function without an ACA.",
       3,
       false,
       {0, 5, 255},
       "clear_aca_finds_no_task",
       1,
       plain,
       true},
      {"11.6.1/clear_task_set_is_done",
       "7143-11.5.1-6",
       "CLEAR TASK SET is done.",
       "The function at the LUN under test.",
       4,
       false,
       {0, 5},
       "clear_task_set_finds_no_unit",
       2,
       reset},
      {"11.6.1/logical_unit_reset_is_done",
       "7143-11.5.1-23",
       "LOGICAL UNIT RESET is done.",
       "The function at the LUN under test.",
       5,
       false,
       {0},
       "logical_unit_reset_is_refused",
       255,
       reset},
      {"11.6.1/logical_unit_reset_at_no_unit_is_said_so",
       "7143-11.6.1-1",
       "LOGICAL UNIT RESET at a LUN without unit is answered with: LUN does not exist.",
       "The function at LUN 16000.",
       5,
       true,
       {2, 5},
       "resets_at_any_lun",
       0,
       plain,
       false,
       Level::should,
       kOptional},
      {"11.6.1/target_warm_reset_is_done_or_refused",
       "7143-11.5.1-26",
       "TARGET WARM RESET is done, not supported or not authorized.",
       "The function.",
       6,
       false,
       {0, 5, 6, 255},
       "warm_reset_finds_no_task",
       1,
       reset},
      {"7.2.2/task_reassign_at_level_0_is_not_supported",
       "7143-7.2.2-9",
       "TASK REASSIGN at ErrorRecoveryLevel 0 is answered with: not supported.",
       "The function.",
       8,
       false,
       {4, 5, 255, 1},
       "reassigns_at_level_0",
       0,
       plain,
       true},
      {"11.5.1/reserved_function_is_refused",
       "7143-11-4",
       "A reserved function is rejected, or told not to be supported.",
       "Function 7Fh.",
       0x7F,
       false,
       {5, 255},
       "does_any_function",
       0,
       plain,
       true},
  };
  for (const TaskRow& row : rows) {
    const std::string faults = row.code == 0x7F ? fault("receive: Task Management Function Request",
                                                        "{respond: {response: 0}}")
                                                : answers_with(row.wrong);
    add(cases, fmt::format("rfc7143/{}", row.id))
        .requirements({row.requirement, "7143-11.6.1-1"})
        .level(row.level)
        .purpose(row.purpose)
        .possible_problems(row.possible_problems)
        .observed(row.observed)
        .needs(row.needs)
        .mutant(row.mutant, "gives another answer", faults)
        .body([row](CaseContext& c) {
          Connection& one = c.session();
          RawPdu request = function(c, row.code);
          if (row.at_nobodys_lun) request.set("LUN", kUnknownLun);
          one.issue(request);
          std::vector<Outcome> legal{responds(row.legal)};
          if (row.may_be_rejected) legal.push_back(rejected());
          c.expect(one.next(), legal);
        });
  }
  add(cases, "rfc7143/11.6.2/response_has_no_data")
      .requirements({"7143-11.6.2-1"})
      .purpose("TotalAHSLength and DataSegmentLength of a Task Management Function Response are 0.")
      .observed("The answer to ABORT TASK SET.")
      .needs(plain)
      .mutant("tmf_response_with_data", "sends data with it",
              fault("send: Task Management Function Response", "{data: {bytes: 8}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(function(c, 2));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::task_management_response,
                                             {{"TotalAHSLength", 0}, {"DataSegmentLength", 0}})});
      });
}

void add_aborts(CaseList& cases) {
  add(cases, "rfc7143/11.6.1/abort_of_an_unknown_task_is_said_so")
      .requirements({"7143-11.6.1-9"})
      .level(Level::should)  // "must" in small letters
      .purpose(
          "ABORT TASK for a tag that is not there, with RefCmdSN outside of the window, is "
          "answered with: task does not exist.")
      .observed("ABORT TASK with a tag that was never used and RefCmdSN=CmdSN-100.")
      .mutant("aborts_what_is_not_there", "says that it is done", answers_with(0))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu request = function(c, kAbortTask);
        one.stamp(request);
        one.send(request.set("Referenced Task Tag", 0x7777'7777).set("RefCmdSN", one.cmd_sn - 100));
        c.expect(one.next(), {responds({1})});
      });
  add(cases, "rfc7143/11.6.1/abort_of_a_task_on_its_way_is_done")
      .requirements({"7143-11.6.1-8", "7143-7.11-3"})
      .level(Level::should)  // "must" in small letters
      .purpose(
          "ABORT TASK for a command that has not come yet, its CmdSN within the window, is done "
          "and uses that CmdSN up.")
      .observed("An immediate ABORT TASK for a CmdSN that is left out, then a ping with the next.")
      .possible_problems("Targets in the field say that there is no such task.")
      .mutant("aborts_nothing_that_has_not_come", "says that there is no such task",
              answers_with(1))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t missing = one.cmd_sn++;
        RawPdu request = function(c, kAbortTask);
        one.stamp(request);
        one.send(request.set("Referenced Task Tag", 0x7777'7777).set("RefCmdSN", missing));
        c.expect(one.next(), {responds({0})});
        const std::uint32_t tag = one.issue(ping().set("I", 0));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)}, "the command behind it");
      });
  NewCase waiting = add(cases, "rfc7143/11.5.1/aborted_task_does_not_answer");
  waiting.requirements({"7143-11.5.1-13", "7143-11.6.1-7"})
      .purpose("Once ABORT TASK is confirmed no response of the task comes.")
      .possible_problems(
          "That an existing task is not denied (Response 1) is a \"must\" in small letters, here "
          "as "
          "in the cases of 11.6.1: a warning.")
      .observed("A WRITE(10) whose R2T is left alone, ABORT TASK, then a ping.")
      .needs({Need::login, Need::lun})
      .mutant("aborted_task_answers", "answers a task after its abort",
              fault("send: Task Management Function Response",
                    "{after: [{pdu: SCSI Response, set: {Initiator Task Tag: 5}}]}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        const std::uint32_t tag = one.issue(write);
        c.expect(one.next(), {pdu_of(Opcode::r2t)});
        RawPdu request = function(c, kAbortTask);
        one.stamp(request);
        one.send(request.set("Referenced Task Tag", tag).set("RefCmdSN", one.cmd_sn - 1));
        const Outcome denied = responds({1}).with_warning("it says that the task is not there");
        c.expect(one.next(), {responds({0}), denied});
        c.expect_ignored(one, "the aborted task");
      });
  waiting.writes();
  NewCase twice = add(cases, "rfc7143/11.17/tag_that_is_in_use_is_rejected");
  twice.requirements({"7143-11.17.1-7"})
      .level(Level::should)
      .purpose("A command with the tag of a task that is not done is rejected: task in progress.")
      .observed("A WRITE(10) whose R2T is left alone, and TEST UNIT READY with its tag.")
      .possible_problems("Targets in the field execute both.")
      .needs({Need::login, Need::lun})
      .mutant("takes_a_tag_twice", "says nothing of it", fault("send: Reject", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        const std::uint32_t tag = one.issue(write);
        c.expect(one.next(), {pdu_of(Opcode::r2t)});
        RawPdu again = c.scsi_command({0, 0, 0, 0, 0, 0});
        one.stamp(again);
        one.send(again.set("Initiator Task Tag", tag));
        c.expect(one.next(), {rejected({0x07}), rejected().loosely("for another reason"), ends()});
      });
  twice.writes();
}

RawPdu logout(std::uint8_t reason, std::uint16_t cid = 0) {
  RawPdu request(Opcode::logout_request);
  return request.set("I", 1).set("F", 1).set("Reason Code", reason).set("CID", cid);
}

void add_logouts(CaseList& cases) {
  for (const std::uint8_t reason : std::initializer_list<std::uint8_t>{0, 1}) {
    const char* what = reason == 0 ? "session" : "connection";
    add(cases, fmt::format("rfc7143/11.15/logout_of_the_{}_closes_it", what))
        .requirements({"7143-11.15-2"})
        .purpose("A Logout Request is answered with response 0, and the TCP connection is closed.")
        .observed(fmt::format("Reason {}: close the {}.", reason, what))
        .mutant(fmt::format("logout_of_the_{}_fails", what), "cannot log out",
                fault("send: Logout Response", "{set: {Response: 3}}"))
        .mutant(fmt::format("logout_of_the_{}_is_not_answered", what), "closes without a word",
                fault("send: Logout Response", "drop"))
        .body([reason](CaseContext& c) {
          Connection& one = c.session();
          const std::uint32_t tag = one.issue(logout(reason, one.cid));
          c.expect(one.answer_to(tag), {pdu_of(Opcode::logout_response, {{"Response", 0}})});
          c.expect(one.next(), {ends()}, "behind the Logout Response");
        });
  }
  const auto refused = [&](std::string id, std::string requirement, std::string purpose,
                           std::uint8_t reason, std::uint16_t cid, std::vector<std::uint8_t> legal,
                           std::string mutant) {
    add(cases, "rfc7143/" + id)
        .requirements({std::move(requirement)})
        .purpose(std::move(purpose))
        .observed(
            fmt::format("A Logout Request with reason {} and CID {}, then a ping.", reason, cid))
        .mutant(std::move(mutant), "says that it is done",
                fault("receive: Logout Request, nth: 1", "{respond: {response: 0}}"))
        .body([reason, cid, legal](CaseContext& c) {
          Connection& one = c.session();
          one.issue(logout(reason, cid));
          const Seen seen = one.next();
          std::vector<Outcome> outcomes{rejected(), ends().loosely("closed instead of answering")};
          for (const std::uint8_t code : legal)
            outcomes.push_back(pdu_of(Opcode::logout_response, {{"Response", code}}));
          c.expect(seen, outcomes);
          if (!seen.is_over()) c.expect_alive(one, "a logout that was refused");
        });
  };
  refused("11.15.1/unknown_cid_is_said_so", "7143-11.15.1-1",
          "A logout of a connection that is not there is answered with: CID not found.", 1, 4711,
          {1}, "logs_out_any_cid");
  refused("11.15.1/recovery_at_level_0_is_not_supported", "7143-11.15.1-1",
          "A logout for recovery at ErrorRecoveryLevel 0 is answered with: not supported.", 2, 4711,
          {1, 2}, "logs_out_for_recovery");
  refused("11.14.1/reserved_reason_is_refused", "7143-11-4",
          "A reserved reason is a protocol error.", 0x55, 0, {3}, "logs_out_for_any_reason");
  add(cases, "rfc7143/11.15.2/response_has_no_data")
      .requirements({"7143-11.15.2-1"})
      .purpose("TotalAHSLength and DataSegmentLength of a Logout Response are 0.")
      .observed("A logout of the session.")
      .mutant("logout_response_with_data", "sends data with it",
              fault("send: Logout Response", "{data: {bytes: 8}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(logout(0));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::logout_response,
                                             {{"TotalAHSLength", 0}, {"DataSegmentLength", 0}})});
      });
  add(cases, "rfc7143/11.15/session_can_be_opened_again")
      .requirements({"7143-11.15-2"})
      .purpose("After a logout the same initiator port can log in again.")
      .observed("Login, logout, login with the same ISID.")
      .mutant("one_session_for_ever", "has no room for a session again",
              fault("receive: Login Request, nth: 3", "{login_status: 0302h}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(logout(0));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::logout_response)});
        LoginPlan plan;
        plan.isid = one.isid;
        Connection& again = c.connect();
        const LoginResult login = again.login(plan);
        c.expect(login.last, {login_done()});
      });
  NewCase pending = add(cases, "rfc7143/11.14/logout_ends_tasks_without_responses");
  pending.requirements({"7143-11.14-6"})
      .purpose("A logout of the session ends its tasks; they are not answered any more.")
      .observed("A WRITE(10) whose R2T is left alone, then a logout.")
      .needs({Need::login, Need::lun})
      .mutant("logged_out_task_answers", "answers a task between logout and its response",
              fault("send: Logout Response",
                    "{before: [{pdu: SCSI Response, set: {Initiator Task Tag: 5}}]}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        one.issue(write);
        c.expect(one.next(), {pdu_of(Opcode::r2t)});
        one.issue(logout(0));
        c.expect(one.next(), {pdu_of(Opcode::logout_response, {{"Response", 0}})});
        c.expect(one.next(), {ends()}, "behind the Logout Response");
      });
  pending.writes();
}

}  // namespace

void add_task_cases(CaseList& cases) {
  add_functions(cases);
  add_aborts(cases);
  add_logouts(cases);
}

}  // namespace lunsim::conform
