// Several connections of one session, and what ends and takes over sessions and connections.
// RFC 7143 §4.2.2, §4.2.5, §4.2.6, §4.4.3, §6.3.4, §7.1.4, §7.15, §11.14, §13
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/task_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

RawPdu one_block_write(const CaseContext& c) {
  RawPdu request = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
  return request.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
}

RawPdu logout_of(std::uint16_t cid) {
  RawPdu request(Opcode::logout_request);
  return request.set("I", 1).set("F", 1).set("Reason Code", 1).set("CID", cid);
}

const std::vector<Need> kSeveral{Need::login, Need::multi_connection};
const std::vector<Need> kSeveralAndUnit{Need::login, Need::multi_connection, Need::lun};

/// The write of a tag on `at`: its R2T, the data, its end.
void finish_on(CaseContext& c, Connection& at, std::uint32_t tag) {
  const Seen r2t = at.answer_to(tag);
  c.expect(r2t, {pdu_of(Opcode::r2t)}, "the R2T");
  RawPdu out(Opcode::data_out);
  out.set("F", 1).set("LUN", r2t.get("LUN")).set("ExpStatSN", at.exp_stat_sn);
  out.set("Initiator Task Tag", tag).set("Target Transfer Tag", r2t.get("Target Transfer Tag"));
  at.send(out.with_data(c.profile().block_bytes, 0x41));
  c.expect(at.answer_to(tag), {good()}, "the status");
}

void add_allegiance(CaseList& cases) {
  add(cases, "rfc7143/4.4.3/further_connection_has_the_tsih")
      .requirements({"7143-4.4.3-6"})
      .purpose("A session has one TSIH, on all of its connections.")
      .observed("A second connection that logs in with the TSIH of the first.")
      .needs(kSeveral)
      .mutant("changes_the_tsih", "tells another one on the second connection",
              fault("send: Login Response, cid: 1, fields: {T: 1, NSG: 3}", "{set: {TSIH: 7777}}"))
      .body([](CaseContext& c) {
        Connection& first = c.session({.keys = {{"MaxConnections", "4"}}});
        Connection& second = c.connect();
        const LoginResult login = second.login(joining(first));
        c.expect(login.last, {login_done()});
        c.check(login.last.get("TSIH") == first.tsih, "it is another TSIH", login.last, "TSIH");
        c.expect_alive(second, "its login");
      });
  add(cases, "rfc7143/4.2.5.1/ping_is_answered_where_it_came")
      .requirements({"7143-4.2.5.1-1"})
      .purpose("What belongs to a request goes over the connection on which it came.")
      .observed("A ping on each of two connections.")
      .needs(kSeveral)
      .mutant("answers_on_the_first_connection", "does not answer on the second one",
              fault("send: NOP-In, cid: 1", "drop"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        const std::uint32_t a = issue_on(*two.first, *two.second, ping());
        const std::uint32_t b = issue_on(*two.second, *two.first, ping());
        c.expect(two.second->next(), {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", b}})});
        c.expect(two.first->next(), {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", a}})});
      });
  add(cases, "rfc7143/4.2.5.1/read_is_answered_where_it_came")
      .requirements({"7143-4.2.5.1-2"})
      .purpose("Data and status of a read come on the connection of its command.")
      .observed("A READ(10) on the second of two connections.")
      .needs(kSeveralAndUnit)
      .mutant("reads_on_the_first_connection", "sends nothing on the second one",
              fault("send: Data-In, cid: 1", "drop"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        const std::uint32_t bytes = c.profile().block_bytes;
        const std::uint32_t tag =
            issue_on(*two.second, *two.first, c.read_command(read_cdb(10, 0, 1), bytes));
        const Seen seen = two.second->answer_to(tag);
        c.expect(seen, {pdu_of(Opcode::data_in)});
        if (seen.get("S") == 0) c.expect(two.second->answer_to(tag), {good()});
        c.expect_ignored(*two.first, "a command of the other connection");
      });
  NewCase write = add(cases, "rfc7143/4.2.5.1/write_is_answered_where_it_came");
  write.requirements({"7143-4.2.5.1-4"})
      .purpose("R2Ts and the status of a write come on the connection of its command.")
      .observed("A WRITE(10) on the second of two connections.")
      .needs(kSeveralAndUnit)
      .mutant("asks_on_the_first_connection", "sends no R2T on the second one",
              fault("send: R2T, cid: 1", "drop"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        finish_on(c, *two.second, issue_on(*two.second, *two.first, one_block_write(c)));
        c.expect_ignored(*two.first, "a command of the other connection");
      });
  write.writes();
  add(cases, "rfc7143/4.2.2.1/commands_are_in_order_over_connections")
      .requirements({"7143-4.2.2.1-13", "7143-4.2.2.1-19"})
      .purpose("CmdSN is the session's: a command waits for the one before it, wherever it comes.")
      .observed(
          "The later of two NOP-Outs on the first connection, then the earlier on the second.")
      .needs(kSeveral)
      .mutant("counts_commands_by_connection", "does not wait for the other connection",
              fault("receive: NOP-Out, fields: {I: 0}, nth: 1", "{set: {I: 1}}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        RawPdu early = ping("early").set("I", 0), late = ping("late").set("I", 0);
        const std::uint32_t early_tag = two.second->stamp(early);
        two.first->cmd_sn = two.second->cmd_sn;
        const std::uint32_t late_tag = two.first->stamp(late);
        two.first->send(late);
        c.expect_ignored(*two.first, "a command behind a gap");
        two.second->send(early);
        c.expect(two.second->answer_to(early_tag), {pdu_of(Opcode::nop_in)}, "the earlier");
        c.expect(two.first->answer_to(late_tag), {pdu_of(Opcode::nop_in)}, "the later");
      });
  add(cases, "rfc7143/13/leading_only_key_on_a_further_connection_is_refused")
      .requirements({"7143-13-1"})
      .purpose("What holds for the session is negotiated on its first connection only.")
      .observed("MaxConnections=2 in the login of a second connection.")
      .possible_problems("Targets in the field answer it and change nothing.")
      .needs(kSeveral)
      .mutant(
          "negotiates_the_session_again", "does not notice the key",
          fault("receive: Login Request, fields: {CID: 1}", "{text: {remove: [MaxConnections]}}"))
      .body([](CaseContext& c) {
        Connection& first = c.session({.keys = {{"MaxConnections", "4"}}});
        Connection& second = c.connect();
        LoginPlan plan = joining(first);
        plan.keys = {{"MaxConnections", "2"}};
        const LoginResult login = second.login(plan);
        if (login.ok) {
          const std::string said = login.value("MaxConnections");
          c.check(said == "Reject" || said == "Irrelevant", "it is negotiated again", login.last,
                  "MaxConnections");
          return;
        }
        c.expect(login.last, {login_refused(2), ends().loosely("closed without a word")});
      });
}

void add_endings_of_connections(CaseList& cases) {
  add(cases, "rfc7143/11.15/logout_of_another_connection_closes_that_one")
      .requirements({"7143-11.15-2", "7143-11.14-6"})
      .purpose("A logout with reason 1 closes the connection that it names, and no other.")
      .observed("A logout of the second connection on the first.")
      .needs(kSeveral)
      .mutant("logs_no_other_connection_out", "says so and leaves it open",
              fault("receive: Logout Request, nth: 1", "{respond: {response: 0}}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        const std::uint32_t tag = issue_on(*two.first, *two.second, logout_of(kSecondCid));
        c.expect(two.first->answer_to(tag), {pdu_of(Opcode::logout_response, {{"Response", 0}})});
        c.expect(two.second->next(), {ends()}, "the second connection");
        c.expect_alive(*two.first, "the logout of the other");
      });
  NewCase again = add(cases, "rfc7143/6.3.4/connection_that_logs_in_again_has_no_tasks");
  again.requirements({"7143-6.3.4-6"})
      .purpose(
          "A login with the TSIH and CID of a connection takes its place; below ErrorRecoveryLevel "
          "2 "
          "its tasks end and are not answered.")
      .observed(
          "A WRITE(10) with an open R2T on the second connection; a login with its CID; a ping.")
      .needs(kSeveralAndUnit)
      .mutant("reinstated_connection_answers_old_tasks", "answers the task on the new connection",
              fault("send: NOP-In, cid: 1",
                    "{before: [{pdu: SCSI Response, set: {Initiator Task Tag: 515}}]}"))
      .mutant("keeps_the_old_connection", "lets the old connection live",
              fault("receive: Login Request, fields: {CID: 1}, nth: 3", "{set: {CID: 2}}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        const std::uint32_t write = issue_on(*two.second, *two.first, one_block_write(c));
        c.expect(two.second->answer_to(write), {pdu_of(Opcode::r2t)});
        Connection& anew = c.connect();
        const LoginResult login = anew.login(joining(*two.first));
        c.expect(login.last, {login_done()}, "the login with its CID");
        c.expect(two.second->next(), {ends()}, "the old connection");
        anew.cmd_sn = two.first->cmd_sn;
        c.expect_ignored(anew, "the old task");
        c.expect_alive(*two.first, "the reinstatement of the other");
      });
  again.writes();
  add(cases, "rfc7143/7.1.4.3/lost_connection_leaves_the_session")
      .requirements({"7143-7.1.4.3-7"})
      .purpose("A connection that fails is closed; the session goes on with the others.")
      .observed("The second connection is reset; the first answers, and the CID can be used again.")
      .needs(kSeveral)
      .mutant("lost_connection_blocks_its_cid", "has no room for it any more",
              fault("receive: Login Request, fields: {CID: 1}, nth: 3", "{login_status: 0206h}"))
      .body([](CaseContext& c) {
        const TwoConnections two = two_connections(c);
        two.second->close(true);
        c.expect_alive(*two.first, "the loss of the other");
        Connection& anew = c.connect();
        const LoginResult login = anew.login(joining(*two.first));
        c.expect(login.last, {login_done()}, "a login with its CID");
        c.expect_alive(anew, "its login");
      });
}

void add_endings_of_sessions(CaseList& cases) {
  NewCase stale = add(cases, "rfc7143/4.2.6/nothing_stale_behind_a_lost_session");
  stale.requirements({"7143-4.2.6-4", "7143-7.15-5"})
      .purpose(
          "A session that was lost is cleaned up when its initiator logs in again, at any time: "
          "nothing of it comes any more.")
      .observed("A WRITE(10) with an open R2T; a login with the same ISID; a ping.")
      .needs({Need::login, Need::lun})
      .mutant(
          "stale_answer_in_a_new_session", "answers the task of the old session",
          fault("send: NOP-In", "{before: [{pdu: SCSI Response, set: {Initiator Task Tag: 259}}]}"))
      .mutant("does_not_take_sessions_over", "refuses a login while the old session lives",
              fault("receive: Login Request, nth: 3", "{login_status: 0302h}"))
      .body([](CaseContext& c) {
        Connection& old_one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(old_one);
        const std::uint32_t tag = old_one.issue(one_block_write(c));
        c.expect(old_one.answer_to(tag), {pdu_of(Opcode::r2t)});
        LoginPlan plan;
        plan.isid = old_one.isid;
        Connection& anew = c.connect();
        const LoginResult login = anew.login(plan);
        c.expect(login.last, {login_done()}, "session reinstatement");
        c.expect_ignored(anew, "the old session");
      });
  stale.writes();
  NewCase third = add(cases, "rfc7143/4.2.3.3/third_session_is_told_before_it_goes_on");
  third.requirements({"7143-4.2.3.3-14", "7143-4.2.3.6-1"})
      .purpose(
          "When another session has reset the unit, the first response here tells of it; no "
          "response "
          "of a task that has ended comes behind it.")
      .observed(
          "A WRITE(10) with an open R2T; another session resets the unit; TEST UNIT READY and a "
          "ping.")
      .needs({Need::login, Need::lun, Need::reset_allowed})
      .mutant("third_session_hears_old_answers", "answers the old task behind the attention",
              fault("send: NOP-In, fields: {Initiator Task Tag: 0..FFFFFFFEh}",
                    "{before: [{pdu: SCSI Response, set: {Initiator Task Tag: 259}}]}"))
      .mutant("third_session_is_not_told", "does not tell of the reset",
              fault("send: SCSI Response, fields: {Status: 2}, nth: 2",
                    "{set: {Status: 0}, data: {bytes: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        c.settle(one);
        const std::uint32_t write = one.issue(one_block_write(c));
        c.expect(one.answer_to(write), {pdu_of(Opcode::r2t)});
        Connection& other = c.session();
        RawPdu reset(Opcode::task_management_request);
        reset.set("I", 1).set("F", 1).set("Function", 5).set("Referenced Task Tag", kReservedTag);
        const Seen done =
            other.answer_to(other.issue(reset.set("LUN", c.scsi_command({0}).get("LUN"))));
        c.expect(done, {pdu_of(Opcode::task_management_response, {{"Response", 0}})});
        Asked asked;
        asked.takes_attentions = false;
        const ScsiAnswer ready = ask(c, one, {0, 0, 0, 0, 0, 0}, asked);
        c.expect(ready.end, {condition(kUnitAttention)}, "TEST UNIT READY");
        c.expect_ignored(one, "the task that has ended");
      });
  third.writes();
}

}  // namespace

void add_connection_cases(CaseList& cases) {
  add_allegiance(cases);
  add_endings_of_connections(cases);
  add_endings_of_sessions(cases);
}

}  // namespace lunsim::conform
