// SNACK Requests at ErrorRecoveryLevel 1: what was sent comes again, with the numbers that it had,
// and what never was, or is acknowledged, does not.    RFC 7143 §4.2.5.1, §7.8, §11.4.9, §11.16
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/recovery_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

const std::vector<Need> kLevel1{Need::login, Need::error_recovery_1};
const std::vector<Need> kLevel1AndUnit{Need::login, Need::error_recovery_1, Need::lun};
const Pairs kSmallSegments{
    {"MaxRecvDataSegmentLength", "1024"}, {"MaxBurstLength", "4096"}, {"FirstBurstLength", "4096"}};

/// What a target may say to an ask for data: it has it, or it says that it has not.         §7.8
Outcome cannot_any_more() { return rejected({0x03}).loosely("it does not send the data again"); }

std::uint32_t number_of(const Seen& seen, std::string_view field) {
  return static_cast<std::uint32_t>(seen.get(field));
}

void add_status_snack_cases(CaseList& cases) {
  add(cases, "rfc7143/11.16/status_snack_brings_the_response_again")
      .requirements({"7143-11.16-5", "7143-11.4.9-2", "7143-11.16-2"})
      .purpose("A Status SNACK brings the response again, with the StatSN that it had.")
      .observed("TEST UNIT READY; a Status SNACK for its StatSN, which is not acknowledged.")
      .needs(kLevel1)
      .mutant("overlooks_status_snack", "does not answer it",
              fault("receive: SNACK Request", "drop"))
      .mutant("numbers_a_response_anew", "uses a new StatSN for it",
              fault("send: SCSI Response, nth: 4", "{add: {StatSN: 1}}"))
      .mutant("another_response_again", "sends another response",
              fault("send: SCSI Response, nth: 4", "{set: {Status: 08h}}"))
      .mutant("supports_no_status_snack", "rejects it",
              fault("receive: SNACK Request", "{reject: {reason: 03h}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c);
        const Seen first = c.command(one, {0, 0, 0, 0, 0, 0});
        c.expect(first, {good()});
        const std::uint32_t stat_sn = number_of(first, "StatSN");
        one.send(snack(kStatusSnack, kReservedTag, stat_sn, 1, stat_sn));
        c.expect(one.next(), {again(first, {{36, 40}})});
        c.expect_alive(one, "a Status SNACK");
      });
  add(cases, "rfc7143/11.16/status_snack_brings_a_run_again")
      .requirements({"7143-11.16-3", "7143-11.16-4", "7143-11.16-5"})
      .purpose("RunLength says how many, 0 all from BegRun on; both 0 all that is unacknowledged.")
      .observed(
          "Three pings that stay unacknowledged; SNACKs for two, for all from one on, for all.")
      .needs(kLevel1)
      .mutant("sends_less_of_a_run", "sends only the first of a run",
              fault("send: NOP-In, nth: 5", "drop"))
      .mutant("sends_more_of_a_run", "sends one more than was asked for",
              fault("send: NOP-In, nth: 5", "duplicate"))
      .mutant("takes_0_for_none", "sends nothing for RunLength 0",
              fault("receive: SNACK Request, fields: {RunLength: 0}", "drop"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c);
        const std::uint32_t begin = one.exp_stat_sn;
        std::vector<Seen> seen;
        for (int i = 0; i < 3; ++i) {
          RawPdu request = ping(fmt::format("number {}", i));
          const std::uint32_t tag = one.stamp(request);
          one.send(request.set("ExpStatSN", begin));
          seen.push_back(one.answer_to(tag));
          c.expect(seen.back(), {pdu_of(Opcode::nop_in)});
        }
        const auto ask_for = [&](std::uint32_t first, std::uint32_t count,
                                 std::vector<std::size_t> due) {
          one.send(snack(kStatusSnack, kReservedTag, first, count, begin));
          for (const std::size_t i : due) c.expect(one.next(), {again(seen[i])});
          const Seen more = one.next(c.patience() / 10);
          c.check(more.kind == Seen::Kind::silence, "more comes than was asked for", more);
        };
        ask_for(begin, 2, {0, 1});
        ask_for(begin + 1, 0, {1, 2});
        ask_for(0, 0, {0, 1, 2});
      });
  add(cases, "rfc7143/11.16/response_again_has_current_numbers")
      .requirements({"7143-11.16-6"})
      .purpose("ExpCmdSN and MaxCmdSN of a response that comes again are the current ones.")
      .observed("TEST UNIT READY, then a NOP-Out that takes a CmdSN; a SNACK for the response.")
      .needs(kLevel1)
      .mutant("old_numbers_in_a_response", "says the ExpCmdSN of the first time",
              fault("send: SCSI Response, nth: 4", "{add: {ExpCmdSN: -1}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c);
        const Seen first = c.command(one, {0, 0, 0, 0, 0, 0});
        const std::uint32_t stat_sn = number_of(first, "StatSN");
        RawPdu numbered = ping().set("I", 0);
        const std::uint32_t tag = one.stamp(numbered);
        one.send(numbered.set("ExpStatSN", stat_sn));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)});
        one.send(snack(kStatusSnack, kReservedTag, stat_sn, 1, stat_sn));
        const Seen second = one.next();
        c.expect(second, {again(first, {{36, 40}})});
        c.check(second.get("ExpCmdSN") == one.cmd_sn, "ExpCmdSN is not the current one", second,
                "ExpCmdSN");
      });
  struct Wrong {
    const char* name;
    const char* purpose;
    std::uint32_t beyond;  // of the StatSN that is due
    bool acknowledged;
    const char* mutant;
  };
  for (const Wrong row :
       {Wrong{"status_that_was_never_sent_is_rejected",
              "A Status SNACK for a StatSN that was never sent is a protocol error.", 5, false,
              "wrong_reason_for_a_future_status"},
        Wrong{"status_that_is_acknowledged_is_rejected",
              "A Status SNACK for a StatSN that is acknowledged is a protocol error.", 0, true,
              "wrong_reason_for_an_old_status"}})
    add(cases, fmt::format("rfc7143/11.16/{}", row.name))
        .requirements({"7143-11.16-10"})
        .purpose(row.purpose)
        .observed("A Status SNACK for it.")
        .needs(kLevel1)
        .mutant(row.mutant, "rejects it as what it does not have any more",
                fault("send: Reject", "{set: {Reason: 03h}}"))
        .mutant(std::string(row.mutant) + "_none", "does not reject it",
                fault("receive: SNACK Request", "drop"))
        .body([row](CaseContext& c) {
          Connection& one = recovering_session(c);
          pinged(c, one);
          const std::uint32_t due = one.exp_stat_sn;
          const std::uint32_t begin = row.acknowledged ? due - 1 : due + row.beyond;
          one.send(snack(kStatusSnack, kReservedTag, begin, 1, due));
          c.expect(one.next(), {rejected({0x04})});
          c.expect_alive(one, "a SNACK that was rejected");
        });
}

void add_data_snack_cases(CaseList& cases) {
  NewCase data = add(cases, "rfc7143/11.16/data_snack_brings_the_data_again");
  data.requirements({"7143-11.16-8", "7143-7.8-10", "7143-11.16-2"})
      .purpose("A Data SNACK brings the Data-In PDUs that it names again, as they were.")
      .observed("A READ(10) of several Data-Ins; a SNACK for the second and third of them.")
      .needs(kLevel1AndUnit)
      .mutant("overlooks_data_snack", "does not answer it", fault("receive: SNACK Request", "drop"))
      .mutant("other_data_again", "sends other data the second time",
              fault("send: Data-In, nth: 6", "{flip: {at: data+7, bits: 10h}}"))
      .mutant("numbers_data_anew", "numbers it anew",
              fault("send: Data-In, nth: 5", "{set: {DataSN: 4}}"))
      .mutant("data_again_elsewhere", "says another offset",
              fault("send: Data-In, nth: 5", "{add: {Buffer Offset: 512}}"))
      .mutant("rejects_data_snack_for_another_reason", "rejects it for a reason that is none",
              fault("receive: SNACK Request", "{reject: {reason: 05h}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallSegments);
        const ReadSeen read = read_blocks(c, one, std::max(1u, 4096 / c.profile().block_bytes));
        if (read.data_pdus.size() < 3) c.inconclusive("the data came in fewer than three PDUs");
        one.send(snack(kDataOrR2tSnack, read.tag, 1, 2, read.status_number()));
        const Seen second = one.next();
        const Outcome came = c.expect(second, {again(read.data_pdus[1]), cannot_any_more()});
        if (second.is(Opcode::data_in)) c.expect(one.next(), {again(read.data_pdus[2])});
        c.expect_alive(one, "a Data SNACK");
      });
  add(cases, "rfc7143/11.16/data_again_has_current_numbers")
      .requirements({"7143-11.16-9"})
      .purpose("ExpCmdSN and MaxCmdSN of data that comes again are the current ones.")
      .observed("A READ(10), then a NOP-Out that takes a CmdSN; a SNACK for the first Data-In.")
      .needs(kLevel1AndUnit)
      .mutant("old_numbers_in_data", "says the ExpCmdSN of the first time",
              fault("send: Data-In, nth: 5", "{add: {ExpCmdSN: -1}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallSegments);
        const ReadSeen read = read_blocks(c, one, std::max(1u, 4096 / c.profile().block_bytes));
        RawPdu numbered = ping().set("I", 0);
        const std::uint32_t tag = one.stamp(numbered);
        one.send(numbered.set("ExpStatSN", read.status_number()));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)});
        one.send(snack(kDataOrR2tSnack, read.tag, 0, 1, read.status_number()));
        const Seen second = one.next();
        c.expect(second, {again(read.data_pdus[0]), cannot_any_more()});
        if (second.is(Opcode::data_in))
          c.check(second.get("ExpCmdSN") == one.cmd_sn, "ExpCmdSN is not the current one", second,
                  "ExpCmdSN");
      });
  add(cases, "rfc7143/11.16/data_that_was_never_sent_is_rejected")
      .requirements({"7143-11.16-10"})
      .purpose("A Data SNACK for a DataSN that was never sent is a protocol error.")
      .observed("A READ(10) of one block; a SNACK for a DataSN far beyond.")
      .needs(kLevel1AndUnit)
      .mutant("wrong_reason_for_future_data", "rejects it as what it does not have any more",
              fault("send: Reject", "{set: {Reason: 03h}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallSegments);
        const ReadSeen read = read_blocks(c, one, 1);
        one.send(snack(kDataOrR2tSnack, read.tag, 100, 1, read.status_number()));
        c.expect(one.next(), {rejected({0x04})});
        c.expect_alive(one, "a SNACK that was rejected");
      });
  add(cases, "rfc7143/7.8/rejected_snack_ends_the_command")
      .requirements({"7143-7.8-11"})
      .purpose(
          "A target that rejects a Data SNACK before the status ends the command with CHECK "
          "CONDITION, SNACK rejected.")
      .observed("A READ(10) of several Data-Ins; behind the first one, a SNACK for it.")
      .needs(kLevel1AndUnit)
      .mutant("rejects_snack_and_goes_on", "rejects it and ends the command in GOOD",
              fault("receive: SNACK Request", "drop") +
                  "- r: {on: {send: SCSI Response, nth: 3}, do: {before: [{pdu: Reject, set: "
                  "{Reason: 03h, Initiator Task Tag: FFFFFFFFh}}]}}\n")
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallSegments);
        const std::uint32_t bytes = std::max(16384u, c.profile().block_bytes);
        const std::uint32_t begin = one.exp_stat_sn;
        const std::uint32_t tag =
            one.issue(c.read_command(read_cdb(10, 0, bytes / c.profile().block_bytes), bytes));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::data_in)}, "the READ(10)");
        one.send(snack(kDataOrR2tSnack, tag, 0, 1, begin));
        bool is_rejected = false;
        for (std::size_t i = 0; i < 65536; ++i) {
          const Seen seen = one.next();
          if (seen.is(Opcode::reject)) {
            c.expect(seen, {rejected({0x03})});
            is_rejected = true;
            continue;
          }
          const bool has_status =
              seen.is(Opcode::scsi_response) || (seen.is(Opcode::data_in) && seen.get("S") == 1);
          if (seen.is(Opcode::data_in) && !has_status) continue;
          c.expect(seen, {is_rejected ? condition(0x0B, {0x1113}) : good()}, "the status");
          break;
        }
      });
  add(cases, "rfc7143/4.2.5.1/data_comes_again_where_it_was_asked_for")
      .requirements({"7143-4.2.5.1-5"})
      .purpose("A SNACK and what it brings go over the connection of the command.")
      .observed("A READ(10) on the second of two connections; a SNACK there.")
      .needs({Need::login, Need::error_recovery_1, Need::lun, Need::multi_connection})
      .mutant("data_again_on_the_other_connection", "sends nothing on this one",
              fault("send: Data-In, cid: 1, nth: 2", "drop"))
      .body([](CaseContext& c) {
        Connection& first = recovering_session(c, {{"MaxConnections", "4"}});
        LoginPlan plan;
        plan.isid = first.isid;
        plan.tsih = first.tsih;
        plan.cid = 1;
        plan.cmd_sn = first.cmd_sn;
        Connection& second = c.connect();
        c.expect(second.login(plan).last, {login_done()}, "a second connection");
        const ReadSeen read = read_blocks(c, second, 1);
        first.cmd_sn = second.cmd_sn;
        second.send(snack(kDataOrR2tSnack, read.tag, 0, 1, read.status_number()));
        c.expect(second.next(), {again(read.data_pdus[0]), cannot_any_more()});
        c.expect_ignored(first, "a SNACK on the other connection");
      });
}

}  // namespace

void add_snack_cases(CaseList& cases) {
  add_status_snack_cases(cases);
  add_data_snack_cases(cases);
}

}  // namespace lunsim::conform
