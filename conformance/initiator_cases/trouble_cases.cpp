// What an initiator makes of a target that drops it, lies about lengths, sends wrong digests or
// what is no PDU of a target's, and of one that does not answer. RFC 7143 §7.
#include <array>

#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;
using TroublePlay = std::function<void(InitiatorContext&, InitiatorLine&, const Seen& command)>;

/// Something that a session cannot survive, while a command is under way: the initiator leaves.
void fatal(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
           std::string purpose, std::string observed, InitiatorMutant mutant, TroublePlay play,
           const TargetPlan& plan = {}) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(observed + " The initiator ends the connection.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([play = std::move(play), observed, plan](InitiatorContext& c) {
        InitiatorLine& line = c.session(plan);
        const Seen command =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        play(c, line, command);
        c.expect_leaves(line, observed);
      });
}

InitiatorMutant hangs(std::string name) {
  return {std::move(name), "closes nothing when it should",
          goes_dead_after(1, Opcode::scsi_command)};
}

/// The connection is lost at some stage: the initiator sees it.
void dropped(InitiatorCaseList& cases, std::string id, std::string observed, std::string mutant,
             std::uint32_t bytes, bool by_reset, bool in_login) {
  add(cases, std::move(id))
      .requirements({"7143-7.1.4.3-1"})
      .purpose("An initiator that loses its connection sees it: it comes back, or gives up.")
      .observed(observed + " A new connection comes, or the program ends.")
      .mutant(std::move(mutant), "waits for ever when its connection is lost",
              goes_dead_after(1, in_login ? Opcode::login_request : Opcode::scsi_command))
      .body([bytes, by_reset, in_login](InitiatorContext& c) {
        auto [line, first] = c.knock();
        Seen last = first;
        c.expect(first, {pdu_of(Opcode::login_request)});
        if (!in_login) {
          if (!c.log_in(line, first, {})) c.unsupported("no login gets to full feature phase");
          const auto is_request = [](const RawPdu& pdu) {
            return pdu.opcode() == Opcode::scsi_command || pdu.opcode() == Opcode::text_request;
          };
          last = c.serve_until(line, is_request, "sends a request");
        }
        RawPdu answer =
            line.reply(last.pdu, in_login ? Opcode::login_response : Opcode::scsi_response);
        const auto wire = wire_bytes(line.stamp(answer), line.header_digest, line.data_digest);
        if (bytes > 0) line.send_bytes(std::span(wire).first(bytes), "the begin of a response");
        line.close(by_reset);
        c.expect_comes_back_or_ends(last);
      });
}

void add_drops(InitiatorCaseList& cases) {
  dropped(cases, "rfc7143/7.1.4.3/close_before_the_login_response_is_seen",
          "FIN in the place of our first Login Response.", "keeps_a_lost_login", 0, false, true);
  dropped(cases, "rfc7143/7.1.4.3/reset_before_the_login_response_is_seen",
          "RST in the place of our first Login Response.", "keeps_a_reset_login", 0, true, true);
  dropped(cases, "rfc7143/7.1.4.3/close_within_a_login_response_is_seen",
          "20 bytes of a Login Response, then FIN.", "keeps_half_a_login_response", 20, false,
          true);
  dropped(cases, "rfc7143/7.1.4.3/close_with_a_command_under_way_is_seen",
          "FIN in the place of a SCSI Response.", "keeps_a_lost_session", 0, false, false);
  dropped(cases, "rfc7143/7.1.4.3/reset_with_a_command_under_way_is_seen",
          "RST in the place of a SCSI Response.", "keeps_a_reset_session", 0, true, false);
  dropped(cases, "rfc7143/7.1.4.3/close_within_a_response_is_seen",
          "30 bytes of a SCSI Response, then FIN.", "keeps_half_a_response", 30, false, false);
}

void add_nonsense(InitiatorCaseList& cases) {
  fatal(cases, "rfc7143/7.7/unknown_opcode_is_a_format_error", {"7143-7.7-2", "7143-7.7-3"},
        "A PDU with an opcode that does not exist is a format error: the connection ends.",
        "A PDU with opcode 3Dh.",
        {"passes_unknown_opcodes_over", "passes a PDU with an unknown opcode over",
         never_hears(static_cast<Opcode>(0x3D))},
        [](InitiatorContext&, InitiatorLine& line, const Seen&) {
          RawPdu odd(Opcode::nop_in);
          line.stamp(odd.set("F", 1));
          line.send(odd.put(0, 0x3D));
        });
  fatal(cases, "rfc7143/7.7/opcode_of_an_initiator_is_a_format_error", {"7143-7.7-2", "7143-7.7-3"},
        "A PDU that only initiators send is a format error: the connection ends.",
        "A SCSI Command from us.",
        {"passes_initiator_opcodes_over", "passes a SCSI Command from the target over",
         never_hears(Opcode::scsi_command)},
        [](InitiatorContext&, InitiatorLine& line, const Seen&) {
          RawPdu odd(Opcode::scsi_command);
          line.send(odd.set("F", 1));
        });
  fatal(
      cases, "rfc7143/7.7/login_response_in_full_feature_phase_is_an_error",
      {"7143-7.7-2", "7143-7.7-3"},
      "A Login Response in full feature phase is a protocol error: the connection ends.",
      "A Login Response in the place of a SCSI Response.",
      {"passes_login_responses_over", "passes a late Login Response over",
       by([late = false](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict) mutable {
         if (to == pdu::Direction::send && is(pdu, Opcode::scsi_command)) late = true;
         if (to == pdu::Direction::receive && late && is(pdu, Opcode::login_response))
           verdict.copies = 0;
       })},
      [](InitiatorContext&, InitiatorLine& line, const Seen& command) {
        line.issue(line.reply(command.pdu, Opcode::login_response).set("T", 1).set("NSG", 3));
      });
  fatal(cases, "rfc7143/13.12/segment_longer_than_declared_is_an_error", {"7143-7.7-2"},
        "A data segment longer than the initiator declared that it receives is a format error.",
        "The header of a NOP-In with DataSegmentLength FFFFFFh.", hangs("waits_for_16_mib"),
        [](InitiatorContext&, InitiatorLine& line, const Seen&) {
          RawPdu odd = nop_in(0xFFFF'FFFF);
          line.stamp(odd);
          line.send(odd.set("DataSegmentLength", 0xFF'FFFF));
        });
}

/// Both digests, if the initiator offers them.
TargetPlan with_digest(const std::string& key) {
  TargetPlan plan;
  plan.answers = {{key, "CRC32C"}};
  return plan;
}

void need_digest(InitiatorContext& c, const InitiatorLine& line, std::string_view key) {
  const std::string list = value_of(line.offers, key).value_or("");
  if (list.find("CRC32C") == list.npos)
    c.unsupported(fmt::format("the initiator does not offer {}=CRC32C", key));
}

/// Unsupported before we answer a digest that was not offered.
InitiatorLine& session_with_digest(InitiatorContext& c, const std::string& key) {
  auto [line, first] = c.knock();
  Seen last;
  TargetPlan plan = with_digest(key);
  if (!c.log_in(line, first, plan, &last)) {
    need_digest(c, line, key);
    c.unsupported("no login with " + key + ": " + describe(last));
  }
  need_digest(c, line, key);
  return line;
}

void add_digests(InitiatorCaseList& cases) {
  add(cases, "rfc7143/13.1/header_digest_stands_in_every_pdu")
      .requirements({"7143-13.1-3", "7143-13.1-6"})
      .purpose("With HeaderDigest=CRC32C every PDU carries the right digest.")
      .observed("All PDUs of a session with a header digest.")
      .mutant("wrong_header_digest", "sends wrong header digests",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to == pdu::Direction::send) pdu.header_digest_wrong = true;
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = session_with_digest(c, "HeaderDigest");
        const Seen end = c.serve_all(line);
        c.check(end.kind != Seen::Kind::nonsense, end.detail, end);
      });
  add(cases, "rfc7143/13.1/data_digest_stands_behind_data")
      .requirements({"7143-13.1-3", "7143-13.1-6"})
      .purpose("With DataDigest=CRC32C every data segment carries the right digest.")
      .observed("All PDUs of a session with a data digest.")
      .mutant("wrong_data_digest", "sends wrong data digests",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to == pdu::Direction::send) pdu.data_digest_wrong = true;
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = session_with_digest(c, "DataDigest");
        const Seen end = c.serve_all(line);
        c.check(end.kind != Seen::Kind::nonsense, end.detail, end);
      });
  for (const bool of_header : {true, false}) {
    const std::string key = of_header ? "HeaderDigest" : "DataDigest";
    add(cases, of_header ? "rfc7143/7.8/wrong_header_digest_is_noticed"
                         : "rfc7143/7.8/wrong_data_digest_is_noticed")
        .requirements({of_header ? "7143-7.8-2" : "7143-7.8-8", "7143-7.8-13"})
        .purpose("A PDU with a wrong digest is not taken for good.")
        .observed("The answer to a SCSI command has a wrong " + key +
                  "; the initiator leaves, aborts or asks again.")
        .mutant(of_header ? "hangs_at_a_wrong_header_digest" : "hangs_at_a_wrong_data_digest",
                "neither asks again nor closes", goes_dead_after(2, Opcode::scsi_command))
        .body([key, of_header](InitiatorContext& c) {
          InitiatorLine& line = session_with_digest(c, key);
          const Seen first = c.serve_until(line, is_opcode(Opcode::scsi_command), "sends commands");
          c.serve(line, first);
          const Seen command = c.serve_until(line, is_read(8), "reads");
          RawPdu answer = data_in(line, command.pdu, 0, std::vector<std::byte>(8), 0, true);
          (of_header ? answer.spoil_header_digest : answer.spoil_data_digest) = true;
          c.gather(line);
          line.issue(answer);
          c.expect(line.next(),
                   {ends(), pdu_of(Opcode::snack_request), pdu_of(Opcode::logout_request),
                    pdu_of(Opcode::task_management_request)},
                   "after a wrong " + key);
        });
  }
}

using Look = std::function<void(InitiatorContext&, const Seen& abort, const Seen& command)>;

/// A command that is not answered: what the initiator's abort looks like, if it times out at all.
void timed_out(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
               std::string purpose, InitiatorMutant mutant, Look look) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(
          "A SCSI command is not answered; the initiator's task management request, if it "
          "sends one in the time that we wait.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([look = std::move(look)](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen command =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        Seen seen = c.next_reply(line, c.patience() * 4);
        while (seen.is(Opcode::nop_out)) seen = c.next_reply(line, c.patience() * 4);
        if (!seen.is(Opcode::task_management_request))
          c.unsupported("it does not abort a command that is not answered: " + describe(seen));
        look(c, seen, command);
      });
}

/// The command under way that the abort names, or else the first of them.
const Seen& task_of(const InitiatorContext& c, const Seen& abort, const Seen& first) {
  for (const Seen& one : c.held())
    if (one.get("Initiator Task Tag") == abort.get("Referenced Task Tag")) return one;
  return first;
}

void add_aborts(InitiatorCaseList& cases) {
  timed_out(cases, "rfc7143/11.5.4/abort_names_its_task", {"7143-11.5.4-1", "7143-7.11-2"},
            "ABORT TASK names the task by its Initiator Task Tag.",
            {"aborts_another_task", "aborts a task that does not exist",
             sends(Opcode::task_management_request, "Referenced Task Tag", 0x1234'5678)},
            [](InitiatorContext& c, const Seen& abort, const Seen& first) {
              if (abort.get("Function") != 1) return c.judged();
              const Seen& command = task_of(c, abort, first);
              c.check(abort.get("Referenced Task Tag") == command.get("Initiator Task Tag"),
                      "Referenced Task Tag is not the task's", abort, "Referenced Task Tag");
            });
  timed_out(cases, "rfc7143/11.5.5/abort_names_the_cmd_sn_of_its_task",
            {"7143-11.5.5-2", "7143-11.5.1-19"}, "RefCmdSN of ABORT TASK is the CmdSN of the task.",
            {"aborts_another_cmd_sn", "sends RefCmdSN 0",
             sends(Opcode::task_management_request, "RefCmdSN", 0)},
            [](InitiatorContext& c, const Seen& abort, const Seen& first) {
              if (abort.get("Function") != 1) return c.judged();
              const Seen& command = task_of(c, abort, first);
              c.check(abort.get("RefCmdSN") == command.get("CmdSN"),
                      fmt::format("RefCmdSN is {:#x}, not {:#x}", abort.get("RefCmdSN"),
                                  command.get("CmdSN")),
                      abort, "RefCmdSN");
            });
  timed_out(cases, "rfc7143/11.5.2/abort_has_no_data", {"7143-11.5.2-1"},
            "A task management request has neither AHS nor data.",
            {"abort_with_data", "sends four bytes with its abort",
             by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
               if (to != pdu::Direction::send || !is(pdu, Opcode::task_management_request)) return;
               pdu.data.resize(4);
               set_field(pdu, "DataSegmentLength", 4);
             })},
            [](InitiatorContext& c, const Seen& abort, const Seen&) {
              c.check(abort.get("DataSegmentLength") == 0, "DataSegmentLength is not 0", abort,
                      "DataSegmentLength");
            });
}

void add_return(InitiatorCaseList& cases) {
  add(cases, "rfc7143/6.3.5/session_is_reinstated_with_its_isid")
      .requirements({"7143-4.4.3.1-1", "7143-6.3.5-1"})
      .level(Level::should)
      .purpose("A session that was lost is opened again with its ISID and TSIH 0.")
      .observed("The connection is reset in full feature phase; the next first Login Request.")
      .possible_problems("A program that gives up makes no further connection.")
      .mutant("comes_back_as_another", "takes a new ISID for each login",
              by([logins = 0](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) mutable {
                if (to != pdu::Direction::send || !is(pdu, Opcode::login_request)) return;
                if (++logins > 2) pdu.bhs[13] = static_cast<std::byte>(0x80 + logins);
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen before = c.login_requests().at(0);
        c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        line.close(true);
        InitiatorLine* again = c.accept_within(c.patience() * 3);
        if (again == nullptr) c.unsupported("the initiator does not come back");
        const Seen request = again->next();
        c.expect(request, {pdu_of(Opcode::login_request, {{"TSIH", 0}})}, "the next login");
        for (std::size_t i = 8; i < 14; ++i)
          c.check(request.pdu.bhs[i] == before.pdu.bhs[i], "the ISID is another", request, "ISID");
      });
}

}  // namespace

void add_initiator_trouble_cases(InitiatorCaseList& cases) {
  add_drops(cases);
  add_nonsense(cases);
  add_digests(cases);
  add_aborts(cases);
  add_return(cases);
}

}  // namespace lunsim::conform
