// CmdSN, the window, StatSN and task tags in full feature phase: RFC 7143 §4.2.2, §11.2.1.8.
#include <set>

#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using namespace std::chrono_literals;
using pdu::Opcode;

constexpr std::uint32_t kTagOfTheMutant = 0x7777'0000;

bool is_request(const RawPdu& pdu) {
  switch (pdu.opcode()) {
    case Opcode::scsi_command:
    case Opcode::nop_out:
    case Opcode::text_request:
    case Opcode::task_management_request:
    case Opcode::logout_request:
      return true;
    default:
      return false;
  }
}

/// Serves a session to its end and looks at each request before it is answered.
void watch(InitiatorContext& c, InitiatorLine& line, const std::function<void(const Seen&)>& look) {
  std::size_t requests = 0;
  while (requests < 64) {
    const Seen seen = line.next();
    if (seen.kind != Seen::Kind::pdu) break;
    if (is_request(seen.pdu)) {
      look(seen);
      ++requests;
    }
    c.serve(line, seen);
  }
  if (requests == 0) c.unsupported("the initiator sends no request");
}

bool is_above(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b)) >
         0;
}

void add_cmd_sn(InitiatorCaseList& cases) {
  add(cases, "rfc7143/4.2.2.1/cmd_sn_goes_on_by_one")
      .requirements({"7143-4.2.2.1-7", "7143-4.2.2.1-16"})
      .purpose("CmdSN begins with that of the login and goes on by one for each request.")
      .observed("CmdSN of all requests of a session that are not immediate.")
      .mutant("skips_cmd_sn", "leaves a CmdSN out",
              by([seen = 0](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) mutable {
                if (to == pdu::Direction::send && is(pdu, Opcode::scsi_command) && ++seen == 2)
                  set_field(pdu, "CmdSN", field_of(pdu, "CmdSN") + 1);
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        std::uint32_t next = line.exp_cmd_sn;
        watch(c, line, [&](const Seen& seen) {
          if (pdu::is_immediate(pdu::BhsView{seen.pdu.bhs})) return;
          c.check(seen.get("CmdSN") == next,
                  fmt::format("CmdSN is {:#x}, not {:#x}", seen.get("CmdSN"), next), seen, "CmdSN");
          ++next;
        });
      });
  add(cases, "rfc7143/4.2.2.1/immediate_request_carries_the_current_cmd_sn")
      .requirements({"7143-4.2.2.1-5", "7143-4.2.2.1-6"})
      .purpose("An immediate request carries the next CmdSN and does not use it up.")
      .observed("The NOP-Out that answers our ping, and the command after it.")
      .mutant("immediate_with_old_cmd_sn", "sends NOP-Outs with CmdSN 0",
              sends(Opcode::nop_out, "CmdSN", 0))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        line.issue(nop_in(line.next_transfer_tag()));
        const Seen answer =
            c.serve_until(line, is_opcode(Opcode::nop_out), "answers a ping of ours");
        c.check(answer.get("CmdSN") == line.exp_cmd_sn,
                fmt::format("CmdSN is {:#x}, not {:#x}", answer.get("CmdSN"), line.exp_cmd_sn),
                answer, "CmdSN");
      });
}

void add_window(InitiatorCaseList& cases) {
  add(cases, "rfc7143/4.2.2.1/closed_window_is_kept")
      .requirements({"7143-4.2.2.1-24"})
      .purpose("No numbered request is sent while MaxCmdSN = ExpCmdSN - 1.")
      .observed(
          "The first command is answered with a closed window; nothing numbered comes until a "
          "NOP-In opens it, and then the next command does.")
      .mutant("ignores_a_closed_window", "sends on when the window is closed",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to == pdu::Direction::receive && is(pdu, Opcode::scsi_response))
                  set_field(pdu, "MaxCmdSN", field_of(pdu, "ExpCmdSN") + 31);
              }))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.window = 1;
        InitiatorLine& line = c.session(plan);
        const Seen first =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        line.window = 0;
        c.serve(line, first);
        const Seen early = line.next(1s);
        const bool is_numbered = early.kind == Seen::Kind::pdu && is_request(early.pdu) &&
                                 !pdu::is_immediate(pdu::BhsView{early.pdu.bhs});
        if (is_numbered) c.fail("a request comes though the window is closed", early, "CmdSN");
        if (early.is_over()) c.unsupported("the initiator has no second request");
        line.window = 32;
        line.issue(nop_in(0xFFFF'FFFF));
        const Seen later = line.next();
        c.expect(
            later,
            {such_that(
                "a request once the window is open",
                [](const Seen& seen) -> Objection {
                  return seen.kind == Seen::Kind::pdu ? Objection{} : Objection{describe(seen), ""};
                })},
            "after the window was opened");
      });
  add(cases, "rfc7143/4.2.2.1/window_of_one_is_kept")
      .requirements({"7143-4.2.2.1-24", "7143-4.2.2.1-22"})
      .purpose("No numbered request has a CmdSN above MaxCmdSN.")
      .observed("A session with a window of one; CmdSN of each request against the last MaxCmdSN.")
      .mutant("sees_a_wider_window", "takes MaxCmdSN for 8 more than it is",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to != pdu::Direction::receive) return;
                set_field(pdu, "MaxCmdSN", field_of(pdu, "MaxCmdSN") + 8);
              }))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.window = 1;
        InitiatorLine& line = c.session(plan);
        watch(c, line, [&](const Seen& seen) {
          if (pdu::is_immediate(pdu::BhsView{seen.pdu.bhs})) return;
          const Seen another = line.next(200ms);
          const bool is_second = another.kind == Seen::Kind::pdu && is_request(another.pdu) &&
                                 !pdu::is_immediate(pdu::BhsView{another.pdu.bhs});
          if (is_second)
            c.check(!is_above(another.get("CmdSN"), seen.get("CmdSN")),
                    "a second request comes before the window has moved", another, "CmdSN");
          if (another.kind == Seen::Kind::pdu && !is_second) c.serve(line, another);
          c.judged();
        });
      });
  add(cases, "rfc7143/4.2.2.1/window_that_contradicts_itself_is_ignored")
      .requirements({"7143-4.2.2.1-29"})
      .purpose("ExpCmdSN and MaxCmdSN are ignored if MaxCmdSN is below ExpCmdSN - 1.")
      .observed(
          "A NOP-In with MaxCmdSN = ExpCmdSN - 9 before the first answer; the session goes on.")
      .mutant("believes_any_window", "sends nothing more after such a NOP-In",
              by([stops = false](pdu::Direction to, pdu::TappedPdu& pdu,
                                 pdu::TapVerdict& verdict) mutable {
                const auto open = static_cast<std::int32_t>(static_cast<std::uint32_t>(
                    field_of(pdu, "MaxCmdSN") - field_of(pdu, "ExpCmdSN")));
                if (to == pdu::Direction::receive && is(pdu, Opcode::nop_in) && open < -1)
                  stops = true;
                if (to == pdu::Direction::send && stops) verdict.copies = 0;
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen first =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        RawPdu odd = nop_in(0xFFFF'FFFF);
        line.stamp(odd);
        line.send(odd.set("MaxCmdSN", line.exp_cmd_sn - 9));
        c.serve(line, first);
        c.expect_goes_on(line, "a window that contradicts itself");
      });
}

/// What the initiator acknowledges, in turns: all that is under way comes in, a ping shows that it
/// has read what we sent, and only then are its commands answered.
struct Acknowledgements {
  InitiatorContext& c;
  InitiatorLine& line;
  std::uint32_t least;  // of what comes from now on
  int requests = 0;

  void look(const Seen& seen) {
    const std::uint64_t said = seen.get("ExpStatSN");
    c.check(!is_above(said, line.stat_sn),
            fmt::format("ExpStatSN is {:#x}, and {:#x} was not sent yet", said, line.stat_sn), seen,
            "ExpStatSN");
    c.check(!is_above(least, said),
            fmt::format("ExpStatSN is {:#x}; all below {:#x} had come long before", said, least),
            seen, "ExpStatSN");
  }

  /// The next PDU, looked at; commands are kept.
  Seen take(runtime::Duration within) {
    const std::size_t before = c.held().size();
    const Seen seen = c.next_reply(line, within);
    for (std::size_t i = before; i < c.held().size(); ++i) {
      if (!c.held()[i].is(Opcode::scsi_command)) continue;
      look(c.held()[i]);
      ++requests;
    }
    if (seen.kind == Seen::Kind::pdu && seen.is(Opcode::nop_out)) look(seen);
    return seen;
  }

  /// False when the session is over.
  bool turn() {
    Seen seen = take(c.patience() / 10);
    const std::uint32_t sent = line.stat_sn, tag = line.next_transfer_tag();
    if (seen.kind == Seen::Kind::silence) {
      line.issue(nop_in(tag));
      do seen = take(c.patience());
      while (seen.is(Opcode::nop_out) && seen.get("Target Transfer Tag") != tag);
      // A command that waits for the window may have been made ready long ago.
      if (seen.is(Opcode::nop_out) && c.held().size() < line.window) least = sent;
    }
    if (seen.is_over()) return false;
    if (seen.kind == Seen::Kind::pdu) c.serve(line, seen);
    const bool goes_on = !c.held().empty() || seen.kind == Seen::Kind::pdu;
    c.serve_held(line);
    return goes_on && !seen.is(Opcode::logout_request);
  }
};

void add_stat_sn(InitiatorCaseList& cases) {
  add(cases, "rfc7143/11.3.3/exp_stat_sn_acknowledges_what_came")
      .requirements({"7143-11.3.3-1"})
      .purpose("ExpStatSN acknowledges all responses up to ExpStatSN - 1.")
      .observed(
          "ExpStatSN of all requests of a session: none above what was sent, and after an answered "
          "ping none below what was sent before it. What was under way then may lag behind.")
      .mutant("forgets_exp_stat_sn", "acknowledges nothing after the login",
              sends_from(2, Opcode::scsi_command, "ExpStatSN", 1))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        Acknowledgements watched{c, line, line.stat_sn};
        int rounds = 0;
        while (rounds < 8 && watched.turn()) ++rounds;
        if (watched.requests == 0) c.unsupported("the initiator sends no request");
      });
  add(cases, "rfc7143/4.2.2.1/stat_sn_runs_over_zero")
      .requirements({"7143-4.2.2.1-22"})
      .purpose("StatSN runs over 2^32 - 1 to 0 and the session goes on.")
      .observed("Our first StatSN is FFFFFFFCh; ExpStatSN of the requests after the wrap.")
      .mutant("stops_at_the_end_of_stat_sn", "acknowledges no StatSN after the wrap",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to == pdu::Direction::send && is(pdu, Opcode::scsi_command) &&
                    field_of(pdu, "ExpStatSN") < 0x8000'0000u)
                  set_field(pdu, "ExpStatSN", 0xFFFF'FFFFu);
              }))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.stat_sn = 0xFFFF'FFFCu;
        InitiatorLine& line = c.session(plan);
        for (int i = 0; i < 12; ++i) {
          const Seen seen =
              c.serve_until(line, is_opcode(Opcode::scsi_command), "sends enough commands");
          if (line.stat_sn < 0x8000'0000u && line.stat_sn > 0)
            return c.check(seen.get("ExpStatSN") < 0x8000'0000u,
                           fmt::format("ExpStatSN is {:#x}", seen.get("ExpStatSN")), seen,
                           "ExpStatSN");
          c.serve(line, seen);
        }
      });
  add(cases, "rfc7143/7.9/missing_status_is_noticed")
      .requirements({"7143-7.9-3"})
      .purpose("A StatSN that was left out is handled as a lost status: Status SNACK or logout.")
      .observed("One StatSN is left out before the answer to the second command.")
      .possible_problems("Initiators at ErrorRecoveryLevel 0 often do not look at StatSN.")
      .mutant("sees_no_missing_status", "does not look at StatSN", sees_no_gap("StatSN"))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen first =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        c.serve(line, first);
        const Seen second =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a second SCSI command");
        c.gather(line);
        ++line.stat_sn;
        c.serve(line, second);
        c.expect(line.next(),
                 {ends(), pdu_of(Opcode::logout_request), pdu_of(Opcode::snack_request)},
                 "after a StatSN was left out");
      });
}

void add_tags(InitiatorCaseList& cases) {
  add(cases, "rfc7143/11.2.1.8/reserved_tag_names_no_task")
      .requirements({"7143-11.2.1.8-2"})
      .purpose("FFFFFFFFh is no tag of a task.")
      .observed("The tag of the first SCSI command.")
      .mutant("reserved_tag_for_a_command", "sends a SCSI command with tag FFFFFFFFh",
              sends(Opcode::scsi_command, "Initiator Task Tag", 0xFFFF'FFFFu))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen first =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        c.check(first.get("Initiator Task Tag") != 0xFFFF'FFFFu, "the tag is the reserved one",
                first, "Initiator Task Tag");
      });
  add(cases, "rfc7143/11.2.1.8/tags_under_way_differ")
      .requirements({"7143-11.2.1.8-1"})
      .purpose("Two tasks that exist at once have two tags.")
      .observed("The tags of commands that come while one is left unanswered.")
      .mutant("one_tag_for_all", "gives all commands the same tag",
              by([last = std::uint64_t{0}](pdu::Direction to, pdu::TappedPdu& pdu,
                                           pdu::TapVerdict&) mutable {
                const bool is_mine = field_of(pdu, "Initiator Task Tag") == kTagOfTheMutant;
                if (to == pdu::Direction::receive && is_mine)
                  set_field(pdu, "Initiator Task Tag", last);
                if (to != pdu::Direction::send) return;
                if (is(pdu, Opcode::scsi_command)) last = field_of(pdu, "Initiator Task Tag");
                const bool is_of_last = field_of(pdu, "Initiator Task Tag") == last;
                if (is(pdu, Opcode::scsi_command) || (is(pdu, Opcode::data_out) && is_of_last))
                  set_field(pdu, "Initiator Task Tag", kTagOfTheMutant);
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        // Those of whatever comes at once; then the answers, and so on.
        std::vector<Seen> under_way;
        for (int round = 0; round < 32; ++round) {
          const Seen seen = line.next(300ms);
          if (seen.is(Opcode::scsi_command)) {
            for (const Seen& other : under_way)
              c.check(other.get("Initiator Task Tag") != seen.get("Initiator Task Tag"),
                      "two commands under way have the same tag", seen, "Initiator Task Tag");
            under_way.push_back(seen);
            continue;
          }
          if (seen.kind == Seen::Kind::pdu) {
            c.serve(line, seen);
            continue;
          }
          if (under_way.size() > 1) return c.judged();
          if (under_way.empty()) break;
          c.serve(line, under_way.front());
          under_way.clear();
        }
        c.unsupported("the initiator never has two commands under way");
      });
}

}  // namespace

void add_initiator_numbering_cases(InitiatorCaseList& cases) {
  add_cmd_sn(cases);
  add_window(cases);
  add_stat_sn(cases);
  add_tags(cases);
}

}  // namespace lunsim::conform
