// Tasks that outlive their connection, at ErrorRecoveryLevel 2: logout for recovery, TASK REASSIGN,
// and what is lost all the same.        RFC 7143 §6.3.4, §7.2.2, §7.14, §11.5.1, §11.5.6, §11.14
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/recovery_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

const std::vector<Need> kReassigns{Need::login, Need::lun, Need::error_recovery_2,
                                   Need::multi_connection};
constexpr std::uint16_t kLostCid = 1;

/// A session whose second connection is to be lost; commands are numbered over both.
struct Pair {
  Connection* stays = nullptr;
  Connection* lost = nullptr;

  std::uint32_t issue(Connection& at, RawPdu request) {
    at.cmd_sn = cmd_sn;
    const std::uint32_t tag = at.issue(request);
    cmd_sn = at.cmd_sn;
    return tag;
  }
  std::uint32_t cmd_sn = 0;
};

Pair pair_at_level_2(CaseContext& c, const Pairs& more = {}) {
  Pairs keys{{"MaxConnections", "4"},
             {"DefaultTime2Wait", "0"},
             {"DefaultTime2Retain", "20"},
             {"ImmediateData", "No"},
             {"MaxRecvDataSegmentLength", "1024"}};
  for (const auto& one : more) {
    std::erase_if(keys, [&](const auto& key) { return key.first == one.first; });
    keys.push_back(one);
  }
  Pair out;
  out.stays = &recovering_session(c, keys, "2");
  out.lost = &c.connect();
  LoginPlan plan;
  plan.keys = {{"MaxRecvDataSegmentLength", "1024"}};
  plan.isid = out.stays->isid;
  plan.tsih = out.stays->tsih;
  plan.cid = kLostCid;
  plan.cmd_sn = out.stays->cmd_sn;
  c.expect(out.lost->login(plan).last, {login_done()}, "a second connection");
  out.cmd_sn = out.stays->cmd_sn;
  return out;
}

/// A read on the connection that will be lost; its status stays unacknowledged.
ReadSeen read_there(CaseContext& c, Pair& two, std::uint32_t bytes) {
  two.lost->cmd_sn = two.cmd_sn;
  const ReadSeen read = read_blocks(c, *two.lost, std::max(1u, bytes / c.profile().block_bytes));
  two.cmd_sn = two.lost->cmd_sn;
  return read;
}

/// A write of a block there; it waits for the answer to its R2T.
struct WriteThere {
  std::uint32_t tag = 0;
  Seen r2t;
};
WriteThere write_there(CaseContext& c, Pair& two, bool immediate = false) {
  RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
  write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
  WriteThere out;
  out.tag = two.issue(*two.lost, write.set("I", immediate ? 1 : 0));
  out.r2t = two.lost->answer_to(out.tag);
  if (immediate && out.r2t.is(Opcode::reject)) c.unsupported("an immediate WRITE(10) is rejected");
  c.expect(out.r2t, {pdu_of(Opcode::r2t)}, "the WRITE(10)");
  return out;
}

/// The connection breaks, and is logged out for recovery on the other.
void lose_and_log_out(CaseContext& c, Pair& two, std::uint32_t exp_stat_sn) {
  two.lost->close(true);
  RawPdu request(Opcode::logout_request);
  request.set("I", 1).set("F", 1).set("Reason Code", 2).set("CID", kLostCid);
  two.stays->cmd_sn = two.cmd_sn;
  const std::uint32_t tag = two.stays->stamp(request);
  two.stays->send(request.set("ExpStatSN", exp_stat_sn));
  c.expect(two.stays->answer_to(tag), {pdu_of(Opcode::logout_response, {{"Response", 0}})},
           "the logout for recovery");
}

std::uint32_t ask_to_reassign(Pair& two, std::uint32_t tag, std::uint64_t lun,
                              std::uint32_t exp_data_sn = 0) {
  RawPdu request(Opcode::task_management_request);
  request.set("I", 1).set("F", 1).set("Function", 8).set("Referenced Task Tag", tag);
  request.set("LUN", lun).set("ExpDataSN", exp_data_sn);
  return two.issue(*two.stays, request);
}

std::uint64_t unit_of(const CaseContext& c) { return c.scsi_command({0}).get("LUN"); }

Outcome management(std::uint64_t response) {
  return pdu_of(Opcode::task_management_response, {{"Response", response}});
}

/// Behind the task management response: the data from `first` on, and the status.
void expect_read_to_end(CaseContext& c, Pair& two, const ReadSeen& read, std::uint64_t first) {
  std::uint64_t due = first, bytes = 0, wanted = 0;
  for (std::size_t i = first; i < read.data_pdus.size(); ++i)
    wanted += read.data_pdus[i].pdu.data.size();
  while (true) {
    const Seen seen = two.stays->answer_to(read.tag);
    if (seen.is(Opcode::data_in)) {
      c.expect(seen, {pdu_of(Opcode::data_in, {{"DataSN", due++}})}, "the data");
      bytes += seen.pdu.data.size();
      if (seen.get("S") == 0) continue;
    }
    c.expect(seen, {good()}, "the status");
    c.check(bytes == wanted, fmt::format("{} bytes came, {} are due", bytes, wanted), seen);
    return;
  }
}

void add_reading_cases(CaseList& cases) {
  add(cases, "rfc7143/7.2.2/reassigned_task_is_concluded")
      .requirements({"7143-7.2.2-7", "7143-7.2.2-11"})
      .purpose(
          "A task whose reassignment is answered with function complete goes on behind that "
          "answer, "
          "and its status comes again.")
      .observed(
          "A READ(10) on a second connection, its status unacknowledged; the connection breaks and "
          "is logged out for recovery; TASK REASSIGN on the first.")
      .needs(kReassigns)
      .mutant("reassigned_task_has_no_status", "does not send the status again",
              fault("send: SCSI Response, cid: 0, nth: 3", "drop"))
      .mutant(
          "reassigned_before_the_answer", "goes on before it answers",
          fault("send: Task Management Function Response",
                "{before: [{pdu: Data-In, set: {Initiator Task Tag: {of: Initiator Task Tag}}}]}"))
      .mutant("takes_no_logout_for_recovery", "answers that recovery is not supported",
              fault("send: Logout Response", "{set: {Response: 2}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        const ReadSeen read = read_there(c, two, 4096);
        lose_and_log_out(c, two, read.status_number());
        const std::uint32_t tag = ask_to_reassign(two, read.tag, unit_of(c));
        std::vector<Seen> before;
        const Seen answer = two.stays->answer_to(tag, &before);
        c.expect(answer, {management(0)});
        for (const Seen& one : before)
          c.check(!one.is(Opcode::data_in) && !one.is(Opcode::scsi_response),
                  "the task goes on before its reassignment is answered", one);
        expect_read_to_end(c, two, read, 0);
      });
  struct Row {
    const char* id;
    const char* requirement;
    const char* purpose;
    std::uint32_t exp_data_sn, first;
    const char* mutant;
    const char* what;
    std::string faults;
  };
  const std::string on = "receive: Task Management Function Request, fields: {Function: 8}";
  for (const Row& row :
       {Row{"11.5.6/reassigned_data_begins_where_it_is_expected", "7143-11.5.6-4",
            "Behind TASK REASSIGN the data comes from ExpDataSN on.", 2, 2,
            "reassigned_data_from_the_beginning", "begins with DataSN 0",
            fault(on, "{set: {ExpDataSN: 0}}")},
        Row{"11.5.6/impossible_exp_data_sn_is_ignored", "7143-11.5.6-8",
            "An ExpDataSN beyond all that was sent is ignored: all data comes again.", 1000, 0,
            "takes_any_exp_data_sn", "believes it has all data",
            fault("send: Data-In, cid: 0", "drop")}})
    add(cases, fmt::format("rfc7143/{}", row.id))
        .requirements({row.requirement})
        .purpose(row.purpose)
        .observed(fmt::format("TASK REASSIGN of a READ(10) of several Data-Ins with ExpDataSN {}.",
                              row.exp_data_sn))
        .possible_problems("A target may send all data again, if it keeps no exact state (§7.2.2).")
        .needs(kReassigns)
        .mutant(row.mutant, row.what, row.faults)
        .body([row](CaseContext& c) {
          Pair two = pair_at_level_2(c);
          const ReadSeen read = read_there(c, two, 4096);
          if (read.data_pdus.size() < 3) c.inconclusive("the data came in fewer than three PDUs");
          lose_and_log_out(c, two, read.status_number());
          const std::uint32_t tag = ask_to_reassign(two, read.tag, unit_of(c), row.exp_data_sn);
          c.expect(two.stays->answer_to(tag), {management(0)});
          expect_read_to_end(c, two, read, row.first);
        });
  add(cases, "rfc7143/7.2.2/reassigned_task_has_no_snack_tag")
      .requirements({"7143-7.2.2-12"})
      .purpose("With its reassignment a task loses its SNACK Tag: its response carries 0.")
      .observed("An R-Data SNACK for a READ(10), then its reassignment.")
      .needs(kReassigns)
      .mutant("keeps_a_snack_tag", "sends the SNACK Tag that it had",
              fault("send: SCSI Response, cid: 0, nth: 3", "{set: {SNACK Tag: 1234h}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        const ReadSeen read = read_there(c, two, 4096);
        RawPdu request = snack(kResegmentingSnack, read.tag, 0, 0, read.status_number());
        two.lost->send(request.set("Target Transfer Tag", 0x1234));
        Seen seen = two.lost->next();
        while (seen.is(Opcode::data_in)) seen = two.lost->next();
        if (!seen.is(Opcode::scsi_response)) c.inconclusive("R-Data SNACK: " + describe(seen));
        lose_and_log_out(c, two, read.status_number());
        const std::uint32_t tag = ask_to_reassign(two, read.tag, unit_of(c));
        c.expect(two.stays->answer_to(tag), {management(0)});
        seen = two.stays->answer_to(read.tag);
        while (seen.is(Opcode::data_in)) seen = two.stays->answer_to(read.tag);
        c.expect(seen, {pdu_of(Opcode::scsi_response, {{"SNACK Tag", 0}, {"Status", 0}})});
      });
}

void add_writing_cases(CaseList& cases) {
  NewCase allegiant = add(cases, "rfc7143/7.2.2/task_of_a_live_connection_is_still_allegiant");
  allegiant.requirements({"7143-7.2.2-10"})
      .purpose("A task whose connection was not logged out for recovery is still allegiant to it.")
      .observed(
          "A WRITE(10) with an open R2T on the second connection; TASK REASSIGN on the first.")
      .needs(kReassigns)
      .mutant("reassigns_a_live_task", "says that it is done",
              fault("send: Task Management Function Response", "{set: {Response: 0}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        const WriteThere write = write_there(c, two);
        const std::uint32_t tag = ask_to_reassign(two, write.tag, unit_of(c));
        c.expect(two.stays->answer_to(tag), {management(3)});
      });
  allegiant.writes();
  NewCase suspended = add(cases, "rfc7143/11.14/logout_for_recovery_suspends_what_is_under_way");
  suspended.requirements({"7143-11.14-8", "7143-7.2.2-7"})
      .purpose(
          "Behind a logout for recovery no data, R2T or status of the connection's commands is "
          "sent before they are reassigned; then the task goes on.")
      .observed(
          "A WRITE(10) with an open R2T; a logout of its connection for recovery; TASK REASSIGN; "
          "its R2T is answered.")
      .needs(kReassigns)
      .mutant(
          "suspended_task_asks_on", "asks for the data before it is reassigned",
          fault("send: Logout Response", "{after: [{pdu: R2T, set: {Initiator Task Tag: 515}}]}"))
      .mutant("suspended_task_is_forgotten", "does not ask again",
              fault("send: R2T, cid: 0", "drop"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        const WriteThere write = write_there(c, two);
        lose_and_log_out(c, two, two.lost->exp_stat_sn);
        c.expect_ignored(*two.stays, "a task that is suspended");
        const std::uint32_t tag = ask_to_reassign(two, write.tag, unit_of(c));
        c.expect(two.stays->answer_to(tag), {management(0)});
        const Seen r2t = two.stays->answer_to(write.tag);
        c.expect(r2t, {pdu_of(Opcode::r2t)}, "the task");
        RawPdu out(Opcode::data_out);
        out.set("F", 1).set("LUN", r2t.get("LUN")).set("ExpStatSN", two.stays->exp_stat_sn);
        out.set("Initiator Task Tag", write.tag);
        out.set("Target Transfer Tag", r2t.get("Target Transfer Tag"));
        two.stays->send(out.with_data(c.profile().block_bytes, 0x63));
        c.expect(two.stays->answer_to(write.tag), {good()}, "the status");
      });
  suspended.writes();
  NewCase immediate = add(cases, "rfc7143/7.14/immediate_command_ends_with_its_connection");
  immediate.requirements({"7143-7.14-6"})
      .purpose("Immediate commands end with their connection, whatever is recovered.")
      .observed(
          "An immediate WRITE(10) with an open R2T; its connection breaks and is logged out for "
          "recovery; TASK REASSIGN.")
      .needs(kReassigns)
      .mutant("recovers_immediate_commands", "says that it is reassigned",
              fault("send: Task Management Function Response", "{set: {Response: 0}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        const WriteThere write = write_there(c, two, true);
        lose_and_log_out(c, two, two.lost->exp_stat_sn);
        const std::uint32_t tag = ask_to_reassign(two, write.tag, unit_of(c));
        c.expect(two.stays->answer_to(tag), {management(1)});
      });
  immediate.writes();
  NewCase recovery = add(cases, "rfc7143/7.14/session_recovery_goes_before_connection_recovery");
  recovery.requirements({"7143-7.14-5"})
      .purpose("An initiator that logs in anew has given its session up: no task of it is left.")
      .observed("A WRITE(10) with an open R2T; both connections break; a login with TSIH 0.")
      .needs(kReassigns)
      .mutant("insists_on_connection_recovery", "refuses the login",
              fault("receive: Login Request, fields: {TSIH: 0}, nth: 3", "{login_status: 0302h}"))
      .mutant("old_task_in_a_new_session", "finds the old task",
              fault("send: Task Management Function Response", "{set: {Response: 0}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        const WriteThere write = write_there(c, two);
        two.lost->close(true);
        two.stays->close(true);
        LoginPlan plan;
        plan.isid = two.stays->isid;
        plan.keys = {{"ErrorRecoveryLevel", "2"}};
        Connection& anew = c.connect();
        c.expect(anew.login(plan).last, {login_done()}, "session reinstatement");
        c.settle(anew);
        RawPdu request(Opcode::task_management_request);
        request.set("I", 1).set("F", 1).set("Function", 8).set("LUN", unit_of(c));
        const std::uint32_t tag = anew.issue(request.set("Referenced Task Tag", write.tag));
        c.expect(anew.answer_to(tag), {management(1)});
      });
  recovery.writes();
}

void add_other_cases(CaseList& cases) {
  add(cases, "rfc7143/11.5.1/text_negotiation_is_not_reassigned")
      .requirements({"7143-11.5.1-32"})
      .purpose("TASK REASSIGN of a text negotiation is answered with: function rejected.")
      .observed("A Text Request with F=0, then TASK REASSIGN of its tag.")
      .needs({Need::login, Need::error_recovery_2, Need::text_request})
      .mutant("reassigns_a_text_negotiation", "says that there is no such task",
              fault("send: Task Management Function Response", "{set: {Response: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, {}, "2");
        RawPdu text(Opcode::text_request);
        text.set("F", 0).set("Target Transfer Tag", kReservedTag);
        const std::uint32_t open = one.issue(text.with_text({{"SendTargets", ""}}));
        const Seen answer = one.answer_to(open);
        if (!answer.is(Opcode::text_response) || answer.get("F") == 1)
          c.inconclusive("the negotiation is not open: " + describe(answer));
        RawPdu request(Opcode::task_management_request);
        request.set("I", 1).set("F", 1).set("Function", 8).set("LUN", unit_of(c));
        const std::uint32_t tag = one.issue(request.set("Referenced Task Tag", open));
        c.expect(one.answer_to(tag), {management(255)});
      });
  add(cases, "rfc7143/11.14/logout_for_recovery_discards_what_is_unacknowledged")
      .requirements({"7143-11.14-7"})
      .purpose(
          "A logout for recovery discards requests of the connection that ExpCmdSN does not "
          "acknowledge.")
      .observed(
          "A NOP-Out behind a gap on the second connection, which is logged out; then the gap is "
          "filled on the first.")
      .needs({Need::login, Need::error_recovery_2, Need::multi_connection})
      .mutant("keeps_unacknowledged_requests", "counts it as received",
              fault("send: NOP-In, cid: 0, fields: {Initiator Task Tag: 0..FFFFFFFEh}",
                    "{add: {ExpCmdSN: 1}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c);
        RawPdu early = ping("early").set("I", 0);
        two.lost->cmd_sn = two.cmd_sn + 1;
        two.lost->issue(early);
        two.lost->wait(c.patience() / 30);
        lose_and_log_out(c, two, two.lost->exp_stat_sn);
        RawPdu filling = ping("filling").set("I", 0);
        const Seen seen = two.stays->answer_to(two.issue(*two.stays, filling));
        c.expect(seen, {pdu_of(Opcode::nop_in)}, "the gap");
        c.check(seen.get("ExpCmdSN") == two.cmd_sn, "ExpCmdSN counts what was discarded", seen,
                "ExpCmdSN");
      });
  add(cases, "rfc7143/6.3.4/second_connection_for_recovery_is_taken")
      .requirements({"7143-6.3.4-3"})
      .purpose(
          "With ErrorRecoveryLevel=2 a second connection can be opened, even if "
          "MaxConnections is 1.")
      .observed("MaxConnections=1; a login with the TSIH of the session and another CID.")
      .needs({Need::login, Need::error_recovery_2})
      .mutant("no_room_for_recovery", "refuses it as one too many",
              fault("receive: Login Request, fields: {CID: 1}", "{login_status: 0206h}"))
      .body([](CaseContext& c) {
        Connection& first = recovering_session(c, {{"MaxConnections", "1"}}, "2");
        LoginPlan plan;
        plan.isid = first.isid;
        plan.tsih = first.tsih;
        plan.cid = kLostCid;
        plan.cmd_sn = first.cmd_sn;
        Connection& second = c.connect();
        c.expect(second.login(plan).last, {login_done()}, "the second connection");
        c.expect_alive(second, "its login");
      });
  NewCase retain = add(cases, "rfc7143/11.15.4/task_is_discarded_after_time2retain");
  retain.requirements({"7143-11.15.4-1"})
      .level(Level::should)
      .purpose("A task that is not reassigned within Time2Wait and Time2Retain is discarded.")
      .observed(
          "DefaultTime2Wait=0, DefaultTime2Retain=1; a logout for recovery; TASK REASSIGN after "
          "three seconds.")
      .needs(kReassigns)
      .seconds(5)
      .mutant("keeps_tasks_for_ever", "still has it",
              fault("send: Task Management Function Response", "{set: {Response: 0}}"))
      .body([](CaseContext& c) {
        Pair two = pair_at_level_2(c, {{"DefaultTime2Retain", "1"}});
        const WriteThere write = write_there(c, two);
        lose_and_log_out(c, two, two.lost->exp_stat_sn);
        two.stays->wait(std::chrono::seconds{3});
        const std::uint32_t tag = ask_to_reassign(two, write.tag, unit_of(c));
        c.expect(two.stays->answer_to(tag), {management(1)});
      });
  retain.writes();
}

}  // namespace

void add_reassign_cases(CaseList& cases) {
  add_reading_cases(cases);
  add_writing_cases(cases);
  add_other_cases(cases);
}

}  // namespace lunsim::conform
