// What every PDU of a target has in its header: reserved bits, opcodes, lengths, tags; long Text
// Responses and pings of the target's own.
// RFC 7143 §6.2, §6.4, §11.2, §11.8, §11.9, §11.10, §11.11, §11.19
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

/// Bytes of the header that are reserved in every PDU of this kind. RFC 7143 §11
std::vector<std::size_t> reserved_bytes(Opcode opcode) {
  switch (opcode) {
    case Opcode::nop_in:
      return {2, 3, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47};
    case Opcode::scsi_response:
      return {8, 9, 10, 11, 12, 13, 14, 15};
    case Opcode::task_management_response:
      return {3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 36, 37, 38, 39, 40, 47};
    case Opcode::data_in:
      return {2};
    case Opcode::text_response:
      return {2, 3, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47};
    case Opcode::logout_response:
      return {3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 36, 37, 38, 39, 44, 45, 46, 47};
    case Opcode::r2t:
      return {2, 3};
    default:
      return {};
  }
}

/// One of each kind of response, if the target has a unit.
std::vector<Seen> one_of_each(CaseContext& c) {
  std::vector<Seen> out;
  Connection& one = c.session();
  const auto keep = [&](const Seen& seen) {
    if (seen.kind == Seen::Kind::pdu) out.push_back(seen);
  };
  const Seen echo = one.answer_to(one.issue(ping()));
  c.expect(echo, {pdu_of(Opcode::nop_in)}, "a ping");
  keep(echo);
  RawPdu text(Opcode::text_request);
  text.set("F", 1).set("Target Transfer Tag", kReservedTag);
  keep(one.answer_to(one.issue(text.with_text({{"SendTargets", ""}}))));
  if (c.profile().has(Need::lun)) {
    const ScsiAnswer ready = ask(c, one, {0, 0, 0, 0, 0, 0}, 0);
    keep(ready.end);
    const ScsiAnswer inquiry = ask(c, one, inquiry_cdb(std::nullopt, 36), 36);
    for (const Seen& seen : inquiry.data_pdus) keep(seen);
  }
  RawPdu abort(Opcode::task_management_request);
  abort.set("I", 1).set("F", 1).set("Function", 1).set("Referenced Task Tag", 0x7777'7777);
  abort.set("RefCmdSN", one.cmd_sn - 100).set("LUN", c.scsi_command({0}).get("LUN"));
  keep(one.answer_to(one.issue(abort)));
  RawPdu logout(Opcode::logout_request);
  keep(one.answer_to(one.issue(logout.set("I", 1).set("F", 1))));
  return out;
}

void add_headers(CaseList& cases) {
  add(cases, "rfc7143/11/reserved_fields_are_zero")
      .requirements({"7143-11-2", "7143-11.2.1.1-2"})
      .purpose("Whoever sends a PDU sets its reserved fields to zero.")
      .observed("One response of each kind: its reserved bytes, and the two bits above the opcode.")
      .mutant("reserved_bit_above_the_opcode", "sets the top bit of byte 0",
              fault("send: SCSI Response", "{flip: {at: header+0, bits: 80h}}"))
      .mutant("reserved_byte_of_a_nop_in", "leaves something in a reserved byte of a NOP-In",
              fault("send: NOP-In", "{flip: {at: header+44, bits: 01h}}"))
      .mutant("reserved_byte_of_a_response", "leaves something in a reserved byte of a response",
              fault("send: SCSI Response", "{flip: {at: header+9, bits: 80h}}"))
      .mutant("reserved_byte_of_a_logout", "leaves something in a reserved byte of a logout",
              fault("send: Logout Response", "{flip: {at: header+20, bits: 01h}}"))
      .body([](CaseContext& c) {
        for (const Seen& seen : one_of_each(c)) {
          c.check((seen.pdu.bhs[0] & std::byte{0xC0}) == std::byte{0},
                  "a bit above the opcode is not zero", seen, "Opcode");
          for (const std::size_t at : reserved_bytes(seen.pdu.opcode()))
            c.check(seen.pdu.bhs[at] == std::byte{0},
                    fmt::format("byte {} of {} is not zero", at, describe(seen)), seen);
        }
        c.judged();
      });
  add(cases, "rfc7143/11.2.1.2/opcodes_are_a_targets")
      .requirements({"7143-11.2.1.2-2"})
      .purpose("A target sends no opcode of an initiator (00h to 1Fh).")
      .observed("One response of each kind.")
      .mutant("sends_an_initiators_opcode", "sends a NOP-Out",
              fault("send: NOP-In", "{set: {Opcode: 00h}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        one.issue(ping());
        const Seen seen = one.next();
        c.check(
            seen.kind != Seen::Kind::pdu || (seen.pdu.bhs[0] & std::byte{0x3F}) >= std::byte{0x20},
            "it is an initiator's opcode", seen);
        c.expect(seen, {pdu_of(Opcode::nop_in)});
        for (const Seen& other : one_of_each(c))
          c.check((other.pdu.bhs[0] & std::byte{0x3F}) >= std::byte{0x20},
                  "it is an initiator's opcode", other);
      });
  add(cases, "rfc7143/11.17.1/no_reject_with_reason_0b")
      .requirements({"7143-11.17.1-11"})
      .purpose("The Reject reason 0Bh (Negotiation Reset) of RFC 3720 is not used any more.")
      .observed("A text negotiation that breaks: a tag that nobody gave.")
      .mutant("resets_a_negotiation", "uses it", fault("send: Reject", "{set: {Reason: 0Bh}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu text(Opcode::text_request);
        text.set("F", 1).set("Target Transfer Tag", 77);
        one.issue(text.with_text({{"SendTargets", ""}}));
        const Seen seen = one.next();
        c.check(!seen.is(Opcode::reject) || seen.get("Reason") != 0x0B, "it is used", seen,
                "Reason");
        if (!seen.is_over()) c.expect_alive(one, "a tag that nobody gave");
      });
  NewCase lengths = add(cases, "rfc7143/11.8.1/r2t_has_no_data");
  lengths.requirements({"7143-11.8.1-1", "7143-11.2.1.6-2"})
      .purpose("TotalAHSLength and DataSegmentLength of an R2T are 0.")
      .observed("The R2T of a WRITE(10).")
      .needs({Need::login, Need::lun})
      .mutant("r2t_with_data", "sends data with it", fault("send: R2T", "{data: {bytes: 8}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        const std::uint32_t tag = one.issue(write);
        c.expect(one.answer_to(tag),
                 {pdu_of(Opcode::r2t, {{"TotalAHSLength", 0}, {"DataSegmentLength", 0}})});
      });
  lengths.writes();
  NewCase unit = add(cases, "rfc7143/4.2.5.3/r2t_has_the_lun_of_its_command");
  unit.requirements({"7143-4.2.5.3-4", "7143-11.7.4-6"})
      .purpose("The LUN of an R2T is that of the command.")
      .observed("The R2T of a WRITE(10).")
      .needs({Need::login, Need::lun})
      .mutant("r2t_of_another_unit", "names another unit",
              fault("send: R2T", "{set: {LUN: 0007000000000000h}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        const std::uint32_t tag = one.issue(write);
        c.expect(one.answer_to(tag), {pdu_of(Opcode::r2t, {{"LUN", write.get("LUN")}})});
      });
  unit.writes();
}

/// A Text Request whose answers do not fit into 512 bytes.
RawPdu long_question() {
  Pairs keys;
  for (int i = 0; i < 40; ++i) keys.emplace_back(fmt::format("X-org.lunsim.{:02}", i), "1");
  RawPdu request(Opcode::text_request);
  request.set("F", 1).set("Target Transfer Tag", kReservedTag);
  return request.with_text(keys);
}

void add_long_texts(CaseList& cases) {
  const auto rule = [&](std::string id, std::vector<std::string> requirements, std::string purpose,
                        std::string mutant, std::string what, std::string faults, auto judge) {
    add(cases, "rfc7143/" + id)
        .requirements(std::move(requirements))
        .purpose(std::move(purpose))
        .observed("40 private keys in a Text Request, MaxRecvDataSegmentLength=512.")
        .needs({Need::login, Need::text_request})
        .mutant(std::move(mutant), std::move(what), std::move(faults))
        .body([judge](CaseContext& c) {
          Connection& one = c.session({.keys = {{"MaxRecvDataSegmentLength", "512"}}});
          const std::uint32_t tag = one.issue(long_question());
          judge(c, one, one.answer_to(tag), tag);
        });
  };
  rule("11.11.4/text_that_goes_on_has_a_tag", {"7143-11.11.4-1", "7143-11.10.4-2"},
       "A Text Response with F=0 has a Target Transfer Tag to go on with.",
       "long_text_without_a_tag", "gives the reserved tag",
       fault("send: Text Response, fields: {F: 0}", "{set: {Target Transfer Tag: FFFFFFFFh}}"),
       [](CaseContext& c, Connection&, const Seen& seen, std::uint32_t) {
         c.check(seen.kind != Seen::Kind::silence, "the question is not answered", seen);
         if (!seen.is(Opcode::text_response) || seen.get("F") == 1)
           c.unsupported("no answer in parts comes: " + describe(seen));
         c.check(seen.get("Target Transfer Tag") != kReservedTag, "its tag is the reserved one",
                 seen, "Target Transfer Tag");
       });
  rule("11.11.6/text_fits_into_what_is_taken", {"7143-11.11.6-1"},
       "A Text Response has no more data than the initiator's MaxRecvDataSegmentLength.",
       "text_beyond_what_is_taken", "sends all of it",
       fault("send: Text Response", "{data: {bytes: 1024}}"),
       [](CaseContext& c, Connection&, const Seen& seen, std::uint32_t) {
         c.expect(seen, {pdu_of(Opcode::text_response)});
         c.check(seen.pdu.data.size() <= 512, fmt::format("{} bytes", seen.pdu.data.size()), seen,
                 "DataSegmentLength");
       });
  rule("6.4/last_text_asks_nothing", {"7143-6.4-7", "7143-11.11.1-3"},
       "A Text Response with F=1 has no key that would have to be answered.",
       "asks_with_its_last_text", "offers a key when it is too late",
       fault("send: Text Response, fields: {F: 1}",
             "{text: {add: {MaxRecvDataSegmentLength2: 8192}}}"),
       [](CaseContext& c, Connection& one, Seen seen, std::uint32_t tag) {
         c.check(seen.kind != Seen::Kind::silence, "the question is not answered", seen);
         if (!seen.is(Opcode::text_response))
           c.unsupported("40 keys are not answered: " + describe(seen));
         const Pairs ours = long_question().pairs();
         for (int round = 0; round < 64 && seen.get("F") == 0; ++round) {
           RawPdu rest(Opcode::text_request);
           rest.set("F", 1).set("Target Transfer Tag", seen.get("Target Transfer Tag"));
           one.stamp(rest);
           one.send(rest.set("Initiator Task Tag", tag).set("LUN", seen.get("LUN")));
           seen = one.answer_to(tag);
           c.expect(seen, {pdu_of(Opcode::text_response)});
         }
         for (const auto& [key, value] : seen.pdu.pairs()) {
           // The end of a pair that was cut has no '=' of its own, or a name that is half of one.
           const bool is_whole = key.starts_with("X-") || value.empty();
           const bool is_declared = key == "MaxRecvDataSegmentLength" || key.starts_with("Target");
           const bool is_ours = value == "NotUnderstood" || value_of(ours, key).has_value();
           c.check(
               !is_whole || is_ours || is_declared || key == "X#NodeArchitecture" || value.empty(),
               key + " is offered", seen, key);
           c.check(is_whole || is_declared || is_ours, key + " is offered", seen, key);
         }
       });
  add(cases, "rfc7143/6.2/one_response_to_one_text")
      .requirements({"7143-6.2-5"})
      .purpose("No more than one Text Response is under way at any time.")
      .observed("A Text Request, its answer, and then nothing but the answer to a ping.")
      .needs({Need::login, Need::text_request})
      .mutant("answers_a_text_twice", "sends each Text Response twice",
              fault("send: Text Response", "duplicate"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu text(Opcode::text_request);
        text.set("F", 1).set("Target Transfer Tag", kReservedTag);
        const std::uint32_t tag = one.issue(text.with_text({{"SendTargets", ""}}));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::text_response)});
        c.expect_ignored(one, "what was answered already");
      });
  add(cases, "rfc7143/6.3/no_authentication_behind_the_login")
      .requirements({"7143-6.3-11"})
      .purpose("Keys of authentication belong into the login, and nowhere else.")
      .observed("AuthMethod=None,CHAP in a Text Request.")
      .mutant("negotiates_authentication_later", "chooses a method",
              fault("send: Text Response", "{text: {set: {AuthMethod: None}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu text(Opcode::text_request);
        text.set("F", 1).set("Target Transfer Tag", kReservedTag);
        one.issue(text.with_text({{"AuthMethod", "None,CHAP"}}));
        c.expect(one.next(), {rejected(), ends(),
                              answers("AuthMethod", {"Reject", "Irrelevant", "NotUnderstood"})});
      });
  NewCase atomic = add(cases, "rfc7143/6.2/negotiation_that_is_dropped_changes_nothing");
  atomic.requirements({"7143-6.2-28", "7143-7.12-5"})
      .purpose("What was negotiated takes effect when the negotiation has ended, or not at all.")
      .observed(
          "MaxRecvDataSegmentLength=512 in a Text Request with F=0, which is reset by a new one; "
          "then a ping of 2000 bytes comes back whole.")
      .possible_problems("Targets in the field take a declared value at once.")
      .needs({Need::login, Need::text_request})
      .mutant("takes_half_a_negotiation", "takes a value before the negotiation has ended",
              fault("receive: Text Request, nth: 1", "{set: {F: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"MaxRecvDataSegmentLength", "8192"}}});
        RawPdu open(Opcode::text_request);
        open.set("F", 0).set("Target Transfer Tag", kReservedTag);
        const std::uint32_t tag = one.issue(open.with_text({{"MaxRecvDataSegmentLength", "512"}}));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::text_response)});
        RawPdu anew(Opcode::text_request);
        anew.set("F", 1).set("Target Transfer Tag", kReservedTag);
        const std::uint32_t next = one.issue(anew.with_text({{"SendTargets", ""}}));
        c.expect(one.answer_to(next), {pdu_of(Opcode::text_response)});
        const std::uint32_t echo = one.issue(ping(std::string(2000, 'e')));
        const Seen seen = one.answer_to(echo);
        c.expect(seen, {pdu_of(Opcode::nop_in)});
        c.check(seen.pdu.data.size() == 2000, "it is cut to what was never agreed", seen,
                "DataSegmentLength");
      });
}

/// Waits for a ping of the target's own.
Seen own_ping(CaseContext& c) {
  Connection& one = c.session();
  one.full_feature = false;  // so that it is not answered by itself
  for (int round = 0; round < 4; ++round) {
    const Seen seen = one.next(c.patience() * 2);
    if (seen.is(Opcode::nop_in)) return seen;
  }
  c.unsupported("it does not ping within the time of this case");
}

void add_own_pings(CaseList& cases) {
  const auto rule = [&](std::string id, std::string requirement, std::string purpose,
                        std::string mutant, std::string what, std::string change, auto judge) {
    add(cases, "rfc7143/" + id)
        .requirements({std::move(requirement)})
        .purpose(std::move(purpose))
        .observed("An idle session, until the target pings.")
        .seconds(4)
        .stage("", "nop: {interval: 2 s, timeout: 20 s}\n")
        .mutant(std::move(mutant), std::move(what), fault("send: NOP-In", change))
        .body([judge](CaseContext& c) {
          const Seen seen = own_ping(c);
          judge(c, seen);
        });
  };
  rule("11.19/own_ping_has_the_reserved_task_tag", "7143-11.19-7",
       "A NOP-In that answers nothing has the Initiator Task Tag FFFFFFFFh.",
       "own_ping_with_a_task_tag", "gives it a tag", "{set: {Initiator Task Tag: 5}}",
       [](CaseContext& c, const Seen& seen) {
         c.expect(seen, {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", kReservedTag}})});
       });
  rule("11.19/own_ping_has_no_data", "7143-11.19-8", "A NOP-In that answers nothing has no data.",
       "own_ping_with_data", "sends data with it", "{data: {bytes: 8}}",
       [](CaseContext& c, const Seen& seen) {
         c.expect(seen, {pdu_of(Opcode::nop_in, {{"DataSegmentLength", 0}})});
       });
  rule("11.19.3/own_ping_names_a_unit_that_is_there", "7143-11.19.3-1",
       "The LUN of a NOP-In with a Target Transfer Tag is right: one that the target has, or 0.",
       "own_ping_of_nobodys_unit", "names a unit that is not there",
       "{set: {LUN: 7E80000000000000h}}", [](CaseContext& c, const Seen& seen) {
         if (seen.get("Target Transfer Tag") == kReservedTag)
           c.unsupported("its ping wants no answer");
         const std::uint64_t own = c.scsi_command({0}).get("LUN");
         c.check(seen.get("LUN") == own || seen.get("LUN") == 0 || (seen.get("LUN") >> 48) < 256,
                 "there is no such unit", seen, "LUN");
       });
  add(cases, "rfc7143/11.19.1/ping_for_nobody_has_the_reserved_transfer_tag")
      .requirements({"7143-11.19.1-3", "7143-11.4.11-2"})
      .purpose(
          "A NOP-In that only tells the window has both tags FFFFFFFFh; it comes when MaxCmdSN "
          "changes and no other PDU can tell it.")
      .observed(
          "A WRITE(10) waits for its data; another session resets the unit. If the window has "
          "moved, a NOP-In has told it.")
      .possible_problems(
          "Targets whose window does not depend on commands under way tell nothing, rightly.")
      .needs({Need::login, Need::lun, Need::reset_allowed, Need::scratch_lun})
      .mutant("tells_the_window_and_wants_an_answer", "wants an answer to it",
              fault("send: NOP-In, nth: 1", "{set: {Target Transfer Tag: 5}}"))
      .mutant("does_not_tell_the_window", "says nothing of the new MaxCmdSN",
              fault("send: NOP-In, nth: 1", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        const std::uint32_t tag = one.issue(write);
        c.expect(one.answer_to(tag), {pdu_of(Opcode::r2t)});
        const std::uint32_t before = one.max_cmd_sn;
        Connection& other = c.session();
        RawPdu reset(Opcode::task_management_request);
        reset.set("I", 1).set("F", 1).set("Function", 5).set("Referenced Task Tag", kReservedTag);
        const std::uint32_t done = other.issue(reset.set("LUN", write.get("LUN")));
        const Seen confirmed = other.answer_to(done);
        c.expect(confirmed, {pdu_of(Opcode::task_management_response)});
        if (confirmed.get("Response") != 0) c.unsupported("it does not reset units");
        one.full_feature = false;
        const Seen told = one.next();
        one.full_feature = true;
        if (told.is(Opcode::nop_in))
          c.expect(told, {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", kReservedTag},
                                                  {"Target Transfer Tag", kReservedTag}})});
        const std::uint32_t known = one.max_cmd_sn;
        const std::uint32_t echo = one.issue(ping());
        const Seen answer = one.answer_to(echo);
        c.expect(answer, {pdu_of(Opcode::nop_in)});
        c.check(answer.get("MaxCmdSN") == known,
                fmt::format("MaxCmdSN has changed from {} without a word", before), answer,
                "MaxCmdSN");
      });
  add(cases, "rfc7143/11.9.3/event_for_all_names_no_unit")
      .requirements({"7143-11.9.3-1"})
      .purpose("The LUN of an Asynchronous Message is reserved unless it is about one unit.")
      .observed("An Asynchronous Message with an event other than 0 and 5.")
      .stage("- s: {on: {send: NOP-In}, times: 1, do: {async: {event: 1, parameter3: 10}}}\n")
      .mutant("event_for_all_with_a_unit", "names a unit in a request to log out",
              fault("send: NOP-In, nth: 1",
                    "{after: [{pdu: Asynchronous Message, set: {AsyncEvent: 1, LUN: "
                    "0005000000000000h}}]}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        one.issue(ping());
        bool is_there = false;
        for (int round = 0; round < 3; ++round) {
          const Seen seen = one.next(c.patience() / 2);
          if (!seen.is(Opcode::async_message)) continue;
          is_there = true;
          const std::uint64_t event = seen.get("AsyncEvent");
          c.check(event == 0 || event == 5 || seen.get("LUN") == 0, "it names a unit", seen, "LUN");
        }
        if (!is_there) c.unsupported("no Asynchronous Message comes");
      });
}

}  // namespace

void add_pdu_field_cases(CaseList& cases) {
  add_headers(cases);
  add_long_texts(cases);
  add_own_pings(cases);
}

}  // namespace lunsim::conform
