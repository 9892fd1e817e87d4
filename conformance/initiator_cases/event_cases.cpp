// What an initiator does when the target speaks first: pings, Asynchronous Messages, Reject; and
// how it logs out. RFC 7143 §11.9, §11.14, §11.17 to §11.19.
#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using namespace std::chrono_literals;
using pdu::Opcode;

constexpr std::uint64_t kLun = std::uint64_t{1} << 48;

using EventLook = std::function<void(InitiatorContext&, const Seen& answer, std::uint32_t tag)>;

/// A ping of ours right after the login, and the NOP-Out that follows.
void pinged(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
            std::string purpose, InitiatorMutant mutant, EventLook look) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(
          "A NOP-In with a Target Transfer Tag and LUN 1 right after the login; the next "
          "NOP-Out.")
      .possible_problems("A short program may log out before it reads the NOP-In.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([look = std::move(look)](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const std::uint32_t tag = line.next_transfer_tag();
        line.issue(nop_in(tag).set("LUN", kLun));
        const Seen answer = c.serve_until(line, is_opcode(Opcode::nop_out));
        c.expect(answer, {pdu_of(Opcode::nop_out)}, "a NOP-In with a Target Transfer Tag");
        look(c, answer, tag);
      });
}

void add_pings(InitiatorCaseList& cases) {
  pinged(cases, "rfc7143/11.18/ping_is_answered", {"7143-11.18-5"},
         "A NOP-In whose Target Transfer Tag is not FFFFFFFFh is answered by a NOP-Out.",
         {"answers_no_ping", "answers no ping", never_sends(Opcode::nop_out)},
         [](InitiatorContext& c, const Seen&, std::uint32_t) { c.judged(); });
  pinged(cases, "rfc7143/11.18/answer_copies_the_transfer_tag", {"7143-11.18-6", "7143-11.18.2-2"},
         "The answer to a ping copies its Target Transfer Tag.",
         {"ping_answer_with_own_tag", "answers pings with a tag of its own",
          sends(Opcode::nop_out, "Target Transfer Tag", 5)},
         [](InitiatorContext& c, const Seen& answer, std::uint32_t tag) {
           c.check(
               answer.get("Target Transfer Tag") == tag,
               fmt::format("the tag is {:#x}, not {:#x}", answer.get("Target Transfer Tag"), tag),
               answer, "Target Transfer Tag");
         });
  pinged(cases, "rfc7143/11.18.2/answer_copies_the_lun", {"7143-11.18.2-4"},
         "The answer to a ping copies its LUN field.",
         {"ping_answer_for_lun_0", "answers pings for LUN 0", sends(Opcode::nop_out, "LUN", 0)},
         [](InitiatorContext& c, const Seen& answer, std::uint32_t) {
           c.check(answer.get("LUN") == kLun, fmt::format("LUN is {:#018x}", answer.get("LUN")),
                   answer, "LUN");
         });
  pinged(cases, "rfc7143/11.18.1/answer_has_no_task_tag", {"7143-11.18.1-2"},
         "The answer to a ping wants no answer: its Initiator Task Tag is FFFFFFFFh.",
         {"ping_answer_with_task_tag", "answers pings as if it wanted an answer",
          sends(Opcode::nop_out, "Initiator Task Tag", 0x66)},
         [](InitiatorContext& c, const Seen& answer, std::uint32_t) {
           c.check(answer.get("Initiator Task Tag") == kReservedTag,
                   fmt::format("the tag is {:#x}", answer.get("Initiator Task Tag")), answer,
                   "Initiator Task Tag");
         });
  pinged(cases, "rfc7143/11.18.1/answer_is_immediate", {"7143-11.18.1-4"},
         "A NOP-Out without a task tag is immediate.",
         {"ping_answer_not_immediate", "answers pings without the I bit",
          sends(Opcode::nop_out, "I", 0)},
         [](InitiatorContext& c, const Seen& answer, std::uint32_t) {
           c.check(answer.get("I") == 1, "I is 0", answer, "I");
         });
  add(cases, "rfc7143/11.18/nop_in_that_wants_no_answer_gets_none")
      .level(Level::should)
      .requirements({"7143-11.18-7"})
      .purpose("A NOP-In with Target Transfer Tag FFFFFFFFh is not answered.")
      .observed("Such a NOP-In, then a ping: the first NOP-Out answers the ping.")
      .mutant("answers_every_nop_in", "answers what wants no answer",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to == pdu::Direction::receive && is(pdu, Opcode::nop_in) &&
                    field_of(pdu, "Target Transfer Tag") == kReservedTag)
                  set_field(pdu, "Target Transfer Tag", 0x77);
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        line.issue(nop_in(0xFFFF'FFFF));
        const std::uint32_t tag = line.next_transfer_tag();
        line.issue(nop_in(tag));
        const Seen answer =
            c.serve_until(line, is_opcode(Opcode::nop_out), "answers a ping of ours");
        c.check(answer.get("Target Transfer Tag") == tag,
                "a NOP-In that wants no answer is answered", answer, "Target Transfer Tag");
      });
  add(cases, "rfc7143/11.18/many_pings_are_all_answered")
      .requirements({"7143-11.18-5"})
      .purpose("Every ping is answered, also when many come at once.")
      .observed("16 NOP-Ins at once with 16 tags.")
      .possible_problems("A short program may log out before it reads them.")
      .mutant("answers_three_pings", "answers three pings and no more",
              sends_only(3, Opcode::nop_out))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        std::vector<std::uint32_t> open;
        for (int i = 0; i < 16; ++i) {
          open.push_back(line.next_transfer_tag());
          line.issue(nop_in(open.back()));
        }
        while (!open.empty()) {
          const Seen answer = c.serve_until(line, is_opcode(Opcode::nop_out));
          c.expect(answer, {pdu_of(Opcode::nop_out)}, fmt::format("{} pings to go", open.size()));
          std::erase(open, static_cast<std::uint32_t>(answer.get("Target Transfer Tag")));
        }
      });
}

/// An Asynchronous Message before the first command is answered.
InitiatorLine& told(InitiatorContext& c, const RawPdu& message) {
  InitiatorLine& line = c.session();
  const Seen first = c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
  c.gather(line);
  line.issue(message);
  c.serve(line, first);
  return line;
}

void dropped_by_event(InitiatorCaseList& cases, std::string id, std::string what,
                      std::uint8_t event, std::string mutant) {
  add(cases, std::move(id))
      .requirements({"7143-7.1.4.3-6", "7143-7.1.4.3-1"})
      .purpose("An event that says that our end is dropped is taken as a TCP failure.")
      .observed(fmt::format("AsyncEvent {} ({}); the initiator closes.", event, what))
      .mutant(std::move(mutant), "does not see that the target drops it",
              hears(Opcode::async_message, "AsyncEvent", 255))
      .body([event](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        c.gather(line);
        line.issue(async_message(event, 0, 1, 5));
        c.expect(line.next(), {ends(), pdu_of(Opcode::logout_request)}, "after the event");
      });
}

void survived_event(InitiatorCaseList& cases, std::string id, std::string what, std::uint8_t event,
                    std::vector<std::byte> data, std::string mutant) {
  add(cases, std::move(id))
      .level(Level::interop)
      .requirements({"7143-11.9.1-1"})
      .purpose("An event that asks nothing of the initiator does not end its session.")
      .observed(fmt::format("AsyncEvent {} ({}); the session goes on.", event, what))
      .mutant(std::move(mutant), "takes every event for the end of its session",
              hears(Opcode::async_message, "AsyncEvent", 3))
      .body([event, data = std::move(data)](InitiatorContext& c) {
        RawPdu message = async_message(event);
        if (!data.empty()) message.with_data(data);
        InitiatorLine& line = told(c, message);
        c.expect_goes_on(line, "the event");
      });
}

void add_events(InitiatorCaseList& cases) {
  add(cases, "rfc7143/11.9.1/logout_that_is_asked_for_comes")
      .requirements({"7143-11.9.1-4", "7143-11.9.1-5"})
      .purpose(
          "AsyncEvent 1 is honoured by a Logout, within Parameter3 seconds, that closes the "
          "session or the connection.")
      .observed("AsyncEvent 1 with Parameter3=2 while a command is under way.")
      .mutant("deaf_to_logout_request", "does not see that a logout is asked for",
              hears(Opcode::async_message, "AsyncEvent", 255))
      .mutant("logs_out_for_recovery", "logs out with reason 2",
              sends(Opcode::logout_request, "Reason Code", 2))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        line.issue(async_message(1, 0, 0, 2));
        const runtime::Duration allowed = std::chrono::seconds(2) + c.patience() / 3;
        Seen seen = c.next_reply(line, allowed);
        while (seen.is(Opcode::nop_out)) seen = c.next_reply(line, allowed);
        c.expect(seen,
                 {pdu_of(Opcode::logout_request, {{"Reason Code", 0}}),
                  pdu_of(Opcode::logout_request, {{"Reason Code", 1}})},
                 "after AsyncEvent 1");
      });
  add(cases, "rfc7143/11.9.1/negotiation_that_is_asked_for_begins")
      .requirements({"7143-11.9.1-14"})
      .purpose(
          "AsyncEvent 4 is honoured by a Text Request or a Logout on the same connection, within "
          "Parameter3 seconds.")
      .observed("AsyncEvent 4 with Parameter3=2 while a command is under way.")
      .mutant("deaf_to_negotiation_request", "does not see that a negotiation is asked for",
              hears(Opcode::async_message, "AsyncEvent", 255))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        line.issue(async_message(4, 0, 0, 2));
        const runtime::Duration allowed = std::chrono::seconds(2) + c.patience() / 3;
        Seen seen = c.next_reply(line, allowed);
        while (seen.is(Opcode::nop_out)) seen = c.next_reply(line, allowed);
        c.expect(seen, {pdu_of(Opcode::text_request), pdu_of(Opcode::logout_request)},
                 "after AsyncEvent 4");
      });
  dropped_by_event(cases, "rfc7143/7.1.4.3/connection_that_is_dropped_is_closed",
                   "the connection is dropped", 2, "deaf_to_dropped_connection");
  dropped_by_event(cases, "rfc7143/7.1.4.3/session_that_is_dropped_is_closed",
                   "all connections are dropped", 3, "deaf_to_dropped_session");
  std::vector<std::byte> sense{std::byte{0}, std::byte{18}};
  const std::vector<std::byte> attention = sense_of(6, 0x2A, 0x09);  // capacity has changed
  sense.insert(sense.end(), attention.begin(), attention.end());
  survived_event(cases, "rfc7143/11.9.1/scsi_event_is_survived", "SCSI, capacity has changed", 0,
                 sense, "drops_at_a_scsi_event");
  survived_event(cases, "rfc7143/11.9.1/vendor_event_is_survived", "vendor specific", 255, {},
                 "drops_at_a_vendor_event");
}

void add_logout(InitiatorCaseList& cases) {
  const auto at_logout = [](InitiatorContext& c, InitiatorLine& line) {
    return c.serve_until(line, is_opcode(Opcode::logout_request), "logs out");
  };
  add(cases, "rfc7143/11.14.2/logout_has_no_data")
      .requirements({"7143-11.14.2-1"})
      .purpose("A Logout Request has neither AHS nor data.")
      .observed("The lengths of the Logout Request.")
      .mutant("logout_with_data", "sends four bytes with its Logout Request",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to != pdu::Direction::send || !is(pdu, Opcode::logout_request)) return;
                pdu.data.resize(4);
                set_field(pdu, "DataSegmentLength", 4);
              }))
      .body([at_logout](InitiatorContext& c) {
        const Seen request = at_logout(c, c.session());
        c.check(request.get("DataSegmentLength") == 0, "DataSegmentLength is not 0", request,
                "DataSegmentLength");
        c.check(request.get("TotalAHSLength") == 0, "TotalAHSLength is not 0", request,
                "TotalAHSLength");
      });
  add(cases, "rfc7143/11.14/nothing_is_sent_after_a_logout_request")
      .requirements({"7143-11.14-4", "7143-11.14-5"})
      .purpose("After its Logout Request an initiator sends no new request.")
      .observed("The Logout Request is left unanswered for a second.")
      .mutant("talks_on_after_logout", "sends a NOP-Out after its Logout Request",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict) {
                if (to != pdu::Direction::send || !is(pdu, Opcode::logout_request)) return;
                pdu::TappedPdu nop;
                nop.bhs = RawPdu(Opcode::nop_out).set("I", 1).set("F", 1).bhs;
                set_field(nop, "Initiator Task Tag", kReservedTag);
                set_field(nop, "Target Transfer Tag", kReservedTag);
                verdict.after.push_back(nop);
              }))
      .body([at_logout](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        at_logout(c, line);
        const Seen more = line.next(1s);
        c.check(more.kind != Seen::Kind::pdu, "a request comes after the Logout Request", more);
      });
  add(cases, "rfc7143/11.14/connection_is_closed_after_the_logout_response")
      .requirements({"7143-11.14-10", "7143-11.15-2"})
      .purpose("After the Logout Response the initiator closes its end.")
      .observed("The Logout Response; we do not close, the initiator does.")
      .mutant("leaves_its_end_open", "closes nothing after a logout",
              goes_dead_after(1, Opcode::logout_request))
      .body([at_logout](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen request = at_logout(c, line);
        c.serve(line, request);
        c.expect(line.next(), {ends()}, "after the Logout Response");
      });
}

void add_reject(InitiatorCaseList& cases) {
  add(cases, "rfc7143/7.3/rejected_command_does_not_hang")
      .level(Level::interop)
      .requirements({"7143-7.3-6"})
      .purpose("A command that was rejected has ended, one way or the other.")
      .observed(
          "A Reject (reason 09h, invalid PDU field) for a SCSI command; the initiator goes on, "
          "aborts or leaves, but does not wait for ever.")
      .mutant("deaf_to_reject", "does not see a Reject", never_hears(Opcode::reject))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen command =
            c.serve_until(line, is_opcode(Opcode::scsi_command), "sends a SCSI command");
        RawPdu reject(Opcode::reject);
        reject.set("F", 1).set("Reason", 0x09).set("Initiator Task Tag", kReservedTag);
        reject.with_data({command.pdu.bhs.begin(), command.pdu.bhs.end()});
        line.issue(reject);
        const Seen seen = line.next();
        c.check(seen.kind != Seen::Kind::silence, "the initiator waits on", seen);
      });
}

}  // namespace

void add_initiator_event_cases(InitiatorCaseList& cases) {
  add_pings(cases);
  add_events(cases);
  add_logout(cases);
  add_reject(cases);
}

}  // namespace lunsim::conform
