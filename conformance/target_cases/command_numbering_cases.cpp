// CmdSN, the window, and StatSN: RFC 7143 §4.2.2.
#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

RawPdu numbered_ping() { return ping("numbered").set("I", 0); }

void add_window_cases(CaseList& cases) {
  add(cases, "rfc7143/4.2.2.1/cmd_sn_above_window_is_ignored")
      .requirements({"7143-4.2.2.1-25"})
      .purpose("A non-immediate command whose CmdSN lies above MaxCmdSN is ignored silently.")
      .observed(
          "A NOP-Out with CmdSN=MaxCmdSN+1, then an immediate ping: only the ping is "
          "answered, and the command with the expected CmdSN is still taken.")
      .known_as({"libiscsi iSCSI.iSCSIcmdsn.iSCSICmdSnTooHigh"})
      .mutant("takes_cmd_sn_above_window", "takes a command far above the window",
              fault("receive: NOP-Out, fields: {I: 0}", "{set: {I: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu request = numbered_ping();
        const std::uint32_t right = one.cmd_sn;
        one.stamp(request);
        one.cmd_sn = right;
        one.send(request.set("CmdSN", one.max_cmd_sn + 1));
        c.expect_ignored(one, "a NOP-Out above the window");
        const std::uint32_t tag = one.issue(numbered_ping());
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)}, "the command that was due");
      });
  add(cases, "rfc7143/4.2.2.1/cmd_sn_below_window_is_ignored")
      .requirements({"7143-4.2.2.1-25"})
      .purpose("A non-immediate command whose CmdSN lies below ExpCmdSN is ignored silently.")
      .observed("A NOP-Out with the CmdSN of a command that was answered, then a ping.")
      .known_as({"libiscsi iSCSI.iSCSIcmdsn.iSCSICmdSnTooLow"})
      .mutant("takes_cmd_sn_again", "answers a command whose CmdSN was used already",
              fault("receive: NOP-Out, fields: {I: 0}, nth: 2", "{set: {I: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t first = one.issue(numbered_ping());
        c.expect(one.answer_to(first), {pdu_of(Opcode::nop_in)});
        RawPdu again = numbered_ping();
        one.stamp(again);
        --one.cmd_sn;
        one.send(again.set("CmdSN", one.cmd_sn - 1));
        c.expect_ignored(one, "a NOP-Out below the window");
      });
  add(cases, "rfc7143/4.2.2.1/commands_wait_for_the_one_before")
      .requirements({"7143-4.2.2.1-13"})
      .purpose("Commands are delivered in the order of CmdSN, whatever order they come in.")
      .observed(
          "Two NOP-Outs, the later CmdSN first: no answer until the gap is closed, then "
          "both, in the order of CmdSN.")
      .mutant("does_not_wait_for_the_gap", "answers a command before the one that it follows",
              fault("receive: NOP-Out, fields: {I: 0}, nth: 1", "{set: {I: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.check(one.max_cmd_sn - one.cmd_sn + 1 >= 2, "the window has no room for two", Seen{},
                "MaxCmdSN");
        RawPdu first = numbered_ping(), second = numbered_ping();
        const std::uint32_t first_tag = one.stamp(first);
        const std::uint32_t second_tag = one.stamp(second);
        one.send(second);
        c.expect_ignored(one, "a command behind a gap");
        one.send(first);
        const Seen a = one.next(), b = one.next();
        c.expect(a, {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", first_tag}})}, "the first");
        c.expect(b, {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", second_tag}})}, "the second");
      });
  add(cases, "rfc7143/4.2.2.1/immediate_command_does_not_advance_exp_cmd_sn")
      .requirements({"7143-4.2.2.1-6"})
      .purpose("Immediate commands carry a CmdSN but do not use it up.")
      .observed("Three immediate pings: ExpCmdSN of each answer stays what it was.")
      .mutant("immediate_command_uses_cmd_sn", "counts immediate commands in ExpCmdSN",
              fault("send: NOP-In, nth: 2", "{add: {ExpCmdSN: 1, MaxCmdSN: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        for (int i = 0; i < 3; ++i) {
          const std::uint32_t tag = one.issue(ping());
          const Seen seen = one.answer_to(tag);
          c.expect(seen, {pdu_of(Opcode::nop_in, {{"ExpCmdSN", one.cmd_sn}})});
        }
      });
  add(cases, "rfc7143/4.2.2.1/exp_cmd_sn_acknowledges_commands")
      .requirements({"7143-4.2.2.1-19"})
      .purpose("ExpCmdSN advances by one with each non-immediate command that was taken.")
      .observed("Five numbered pings: the answer to each tells ExpCmdSN = its CmdSN + 1.")
      .mutant("exp_cmd_sn_stands_still", "never moves ExpCmdSN",
              fault("send: NOP-In", "{freeze: [ExpCmdSN, MaxCmdSN]}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        for (int i = 0; i < 5; ++i) {
          const std::uint32_t tag = one.issue(numbered_ping());
          c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in, {{"ExpCmdSN", one.cmd_sn}})});
        }
      });
  add(cases, "rfc7143/4.2.2.1/max_cmd_sn_never_goes_back")
      .requirements({"7143-4.2.2.1-23"})
      .purpose("MaxCmdSN never falls below what was told before on the session.")
      .observed("Twenty numbered pings: MaxCmdSN of each answer is not before the last one's.")
      .mutant("max_cmd_sn_shrinks", "takes commands back that it had allowed",
              fault("send: NOP-In, nth: 7", "{add: {MaxCmdSN: -64}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        std::uint32_t highest = one.max_cmd_sn;
        for (int i = 0; i < 20; ++i) {
          const std::uint32_t tag = one.issue(numbered_ping());
          const Seen seen = one.answer_to(tag);
          c.expect(seen, {pdu_of(Opcode::nop_in)});
          const auto told = static_cast<std::uint32_t>(seen.get("MaxCmdSN"));
          c.check(static_cast<std::int32_t>(told - highest) >= 0, "MaxCmdSN went back", seen,
                  "MaxCmdSN");
          highest = told;
        }
      });
}

void add_status_cases(CaseList& cases) {
  add(cases, "rfc7143/4.2.2.2/stat_sn_advances_by_one")
      .requirements({"7143-4.2.2.2-6"})
      .purpose("Each response that carries a status has the StatSN that follows the last one's.")
      .observed("Ten pings: StatSN goes up by one from the final Login Response on.")
      .mutant("stat_sn_has_gaps", "leaves a StatSN out",
              fault("send: NOP-In, nth: 4", "{shift: {StatSN: 1}}"))
      .mutant("stat_sn_repeats", "uses a StatSN twice",
              fault("send: NOP-In, nth: 5", "{add: {StatSN: -1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        for (int i = 0; i < 10; ++i) {
          const std::uint32_t due = one.exp_stat_sn;
          const std::uint32_t tag = one.issue(ping());
          c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in, {{"StatSN", due}})});
        }
      });
}

}  // namespace

void add_command_numbering_cases(CaseList& cases) {
  add_window_cases(cases);
  add_status_cases(cases);
}

}  // namespace lunsim::conform
