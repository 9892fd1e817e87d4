// NOP-Out and NOP-In, Text Request and Response.                   RFC 7143 §11.10, §11.11, §11.18,
// §11.19
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

struct Broken {
  std::string name, what, change;
};

std::string letters(std::size_t count) {
  std::string out(count, 'a');
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<char>('a' + i % 26);
  return out;
}

void add_echoes(CaseList& cases) {
  for (const std::size_t bytes : std::initializer_list<std::size_t>{0, 1, 3, 4, 511, 4096}) {
    const std::string change =
        bytes == 0 ? "{data: {hex: \"00\"}}" : "{flip: {at: data+0, bits: 20h}}";
    add(cases, fmt::format("rfc7143/11.19/ping_data_of_{}_bytes_comes_back", bytes))
        .requirements({"7143-11.18.3-1", "7143-11.19-4"})
        .purpose("A NOP-In brings back the data of the NOP-Out that it answers.")
        .observed(fmt::format("A NOP-Out with {} bytes.", bytes))
        .mutant(fmt::format("ping_data_of_{}_is_another", bytes), "sends other data back",
                fault("send: NOP-In", change))
        .body([bytes](CaseContext& c) {
          Connection& one = c.session();
          RawPdu request = ping(letters(bytes));
          const std::uint32_t tag = one.issue(request);
          const Seen seen = one.answer_to(tag);
          c.expect(seen, {pdu_of(Opcode::nop_in)});
          c.check(seen.pdu.data == request.data,
                  fmt::format("{} bytes came back, or others", seen.pdu.data.size()), seen,
                  "DataSegmentLength");
        });
  }
  add(cases, "rfc7143/11.19/ping_data_is_cut_to_what_is_taken")
      .requirements({"7143-11.19-4", "7143-13.12-3"})
      .purpose("A NOP-In has no more data than the initiator's MaxRecvDataSegmentLength.")
      .observed("MaxRecvDataSegmentLength=512, and a NOP-Out with 1000 bytes.")
      .mutant("ping_data_is_not_cut", "sends all of it back",
              fault("send: NOP-In", "{data: {bytes: 1000}}"))
      .body([](CaseContext& c) {
        LoginPlan plan;
        plan.keys = {{"MaxRecvDataSegmentLength", "512"}};
        Connection& one = c.session(plan);
        RawPdu request = ping(letters(1000));
        const std::uint32_t tag = one.issue(request);
        const Seen seen = one.answer_to(tag);
        c.expect(seen, {pdu_of(Opcode::nop_in)});
        c.check(seen.pdu.data.size() <= 512, "it has more data than may come", seen,
                "DataSegmentLength");
        const bool is_start =
            std::equal(seen.pdu.data.begin(), seen.pdu.data.end(), request.data.begin());
        c.check(is_start, "it is not the beginning of the ping's data", seen, "DataSegmentLength");
      });
  const auto rule = [&](std::string what, std::string requirement, std::string purpose,
                        FieldValue field, Broken mutant) {
    add(cases, "rfc7143/11.19/" + what)
        .requirements({std::move(requirement), "7143-11.19-1"})
        .purpose(std::move(purpose))
        .observed("The answer to a NOP-Out.")
        .mutant(mutant.name, mutant.what, fault("send: NOP-In", mutant.change))
        .body([field](CaseContext& c) {
          Connection& one = c.session();
          const std::uint32_t tag = one.issue(ping());
          c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in, {field})});
        });
  };
  rule("answer_has_the_reserved_transfer_tag", "7143-11.19-5",
       "The Target Transfer Tag of an answer is FFFFFFFFh.", {"Target Transfer Tag", kReservedTag},
       {"answer_wants_an_answer", "wants its answer to be answered",
        "{set: {Target Transfer Tag: 5}}"});
  rule("final_bit_is_set", "7143-11.19-1", "Bit 0 of byte 1 of a NOP-In is 1.", {"F", 1},
       {"nop_in_without_final_bit", "clears that bit", "{flip: {at: header+1, bits: 80h}}"});
  rule("there_are_no_additional_headers", "7143-11.2.1.5-2", "TotalAHSLength is 0.",
       {"TotalAHSLength", 0},
       {"nop_in_with_an_ahs", "sends an additional header segment",
        "{ahs: {length: 5, type: 3Fh, bytes: 00 01 02 03 04}}"});
  add(cases, "rfc7143/11.18.1/numbered_ping_is_answered")
      .requirements({"7143-11.18.1-3"})
      .purpose("A NOP-Out that is not immediate is answered, too.")
      .observed("A NOP-Out with I=0.")
      .mutant("drops_numbered_pings", "answers immediate pings only",
              fault("receive: NOP-Out, fields: {I: 0}", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(ping().set("I", 0));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)});
      });
  add(cases, "rfc7143/11.19/ping_with_the_reserved_tag_is_not_answered")
      .requirements({"7143-11.19-6"})
      .level(Level::should)
      .purpose("A NOP-Out with Initiator Task Tag FFFFFFFFh is not answered.")
      .observed("Such a NOP-Out, then a ping: only the ping is answered.")
      .mutant("answers_what_wants_no_answer", "answers it",
              fault("receive: NOP-Out, fields: {Initiator Task Tag: FFFFFFFFh}",
                    "{set: {Initiator Task Tag: 5}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu request = ping("");
        one.stamp(request);
        one.send(request.set("Initiator Task Tag", kReservedTag));
        c.expect_ignored(one, "a NOP-Out with the reserved tag");
      });
  add(cases, "rfc7143/11.19/pings_in_a_row_are_answered_in_order")
      .requirements({"7143-11.19-3"})
      .purpose("Each of many pings is answered, or rejected for want of resources.")
      .observed("64 immediate NOP-Outs at once.")
      .mutant("loses_a_ping", "does not answer one of them", fault("send: NOP-In, nth: 40", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        std::vector<std::uint32_t> tags;
        for (int i = 0; i < 64; ++i) tags.push_back(one.issue(ping()));
        for (const std::uint32_t tag : tags)
          c.expect(one.next(), {pdu_of(Opcode::nop_in, {{"Initiator Task Tag", tag}}),
                                rejected({0x06}).loosely("too many immediate commands for it")});
      });
}

RawPdu text_request(const Pairs& pairs) {
  RawPdu request(Opcode::text_request);
  request.set("F", 1).set("Target Transfer Tag", kReservedTag);
  return request.with_text(pairs);
}

void add_texts(CaseList& cases) {
  add(cases, "rfc7143/c/send_targets_in_a_normal_session_tells_its_target")
      .requirements({"7143-C-6", "7143-C-17"})
      .purpose("SendTargets with an empty value in a normal session is answered with the target.")
      .observed("SendTargets= in a Text Request.")
      .mutant("send_targets_without_a_name", "leaves TargetName out",
              fault("send: Text Response", "{text: {remove: [TargetName]}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(text_request({{"SendTargets", ""}}));
        c.expect(one.answer_to(tag), {answers("TargetName", {c.target().name})});
      });
  const auto rule = [&](std::string what, std::string requirement, std::string purpose,
                        std::vector<FieldValue> fields, Broken mutant) {
    add(cases, "rfc7143/11.11/" + what)
        .requirements({std::move(requirement)})
        .purpose(std::move(purpose))
        .observed("The answer to a Text Request with one key.")
        .needs({Need::login, Need::text_request})
        .mutant(mutant.name, mutant.what, fault("send: Text Response", mutant.change))
        .body([fields](CaseContext& c) {
          Connection& one = c.session();
          const std::uint32_t tag = one.issue(text_request({{"SendTargets", ""}}));
          c.expect(one.answer_to(tag), {pdu_of(Opcode::text_response, fields)});
        });
  };
  rule("final_answer_has_the_reserved_tag", "7143-11.11.1-4",
       "A Text Response with F=1 has the Target Transfer Tag FFFFFFFFh.",
       {{"F", 1}, {"Target Transfer Tag", kReservedTag}},
       {"final_text_with_a_tag", "puts a tag into its last answer",
        "{set: {Target Transfer Tag: 6}}"});
  rule("continued_answer_is_not_final", "7143-11.11.2-2",
       "A Text Response whose text goes on has F=0; a whole one has C=0.", {{"C", 0}, {"F", 1}},
       {"text_goes_on_and_is_final", "sets C and F", "{set: {C: 1}}"});
  add(cases, "rfc7143/6.2/unknown_key_of_a_text_is_not_understood")
      .requirements({"7143-6.2-13"})
      .purpose("A key that the target does not know is answered with NotUnderstood.")
      .observed("X-org.lunsim.nobody=1 in a Text Request.")
      .needs({Need::login, Need::text_request})
      .mutant("understands_any_key", "answers an unknown key with a value",
              fault("send: Text Response", "{text: {set: {X-org.lunsim.nobody: 1}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(text_request({{"X-org.lunsim.nobody", "1"}}));
        c.expect(one.answer_to(tag), {answers("X-org.lunsim.nobody", {"NotUnderstood"})});
      });
  add(cases, "rfc7143/13/login_only_key_is_not_negotiated_later")
      .requirements({"7143-13-1"})
      .purpose("A key that belongs into the login is refused in full feature phase.")
      .observed("MaxConnections=4 in a Text Request.")
      .mutant("negotiates_after_the_login", "negotiates it",
              fault("send: Text Response", "{text: {set: {MaxConnections: 4}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        one.issue(text_request({{"MaxConnections", "4"}}));
        c.expect(one.next(),
                 {rejected(), ends(),
                  answers("MaxConnections", {"Reject", "Irrelevant", "NotUnderstood"})});
      });
  add(cases, "rfc7143/11.11/empty_request_is_answered")
      .requirements({"7143-11.11-1"})
      .purpose("A Text Request without text is answered with a Text Response.")
      .observed("A Text Request with F=1 and no data.")
      .mutant("drops_empty_texts", "does not answer", fault("send: Text Response", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t tag = one.issue(text_request({}));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::text_response), rejected()});
      });
  add(cases, "rfc7143/6.2/text_that_goes_on_is_put_together")
      .requirements({"7143-6.2-2", "7143-11.11.1-5"})
      .purpose(
          "A text in two requests is answered once it is whole: until then with an empty Text "
          "Response that has F=0 and a Target Transfer Tag.")
      .observed("SendTargets= cut after five letters, C=1 in the first request.")
      .needs({Need::login, Need::text_request})
      .mutant("continued_text_without_a_tag", "gives no tag to go on with",
              fault("send: Text Response, nth: 1", "{set: {Target Transfer Tag: FFFFFFFFh}}"))
      .mutant("continued_text_is_final", "ends the exchange too early",
              fault("send: Text Response, nth: 1", "{set: {F: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu first(Opcode::text_request);
        first.set("C", 1).set("Target Transfer Tag", kReservedTag).with_raw_text("SendT");
        const std::uint32_t tag = one.issue(first);
        const Seen seen = one.answer_to(tag);
        c.expect(seen, {pdu_of(Opcode::text_response, {{"F", 0}, {"DataSegmentLength", 0}})});
        const std::uint64_t transfer_tag = seen.get("Target Transfer Tag");
        c.check(transfer_tag != kReservedTag, "there is no tag to go on with", seen,
                "Target Transfer Tag");
        RawPdu second(Opcode::text_request);
        second.set("F", 1).with_raw_text(std::string_view("argets=\0", 8));
        one.stamp(second);
        second.set("Initiator Task Tag", tag).set("Target Transfer Tag", transfer_tag);
        second.set("LUN", seen.get("LUN"));
        one.send(second);
        c.expect(one.answer_to(tag), {answers("TargetName", {c.target().name})});
      });
  add(cases, "rfc7143/11.17.1/text_tag_that_nobody_gave_is_refused")
      .requirements({"7143-11.17.1-17"})
      .level(Level::should)
      .needs({Need::login, Need::text_request})
      .purpose("A Text Request with a Target Transfer Tag that was never given is refused.")
      .observed("A first Text Request with the Target Transfer Tag 77.")
      .mutant("takes_any_text_tag", "takes it for a new exchange",
              fault("receive: Text Request", "{set: {Target Transfer Tag: FFFFFFFFh}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        one.issue(text_request({{"SendTargets", ""}}).set("Target Transfer Tag", 77));
        c.expect(one.next(), {rejected(), ends()});
      });
  add(cases, "rfc7143/11.10/new_exchange_resets_the_old_one")
      .requirements({"7143-11.10.4-1"})
      .purpose("A Text Request with the reserved tag begins anew, whatever was under way.")
      .observed("A text that goes on, left alone, then a whole one.")
      .needs({Need::login, Need::text_request})
      .mutant("sticks_to_the_old_exchange", "rejects the new one",
              fault("receive: Text Request, nth: 2", "{set: {Target Transfer Tag: 77}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu first(Opcode::text_request);
        first.set("C", 1).set("Target Transfer Tag", kReservedTag).with_raw_text("SendT");
        const std::uint32_t tag = one.issue(first);
        const Seen begun = one.answer_to(tag);
        if (!begun.is(Opcode::text_response))
          c.inconclusive("a text that goes on is not taken: " + describe(begun));
        const std::uint32_t next = one.issue(text_request({{"SendTargets", ""}}));
        c.expect(one.answer_to(next), {answers("TargetName", {c.target().name})});
      });
}

}  // namespace

void add_ping_and_text_cases(CaseList& cases) {
  add_echoes(cases);
  add_texts(cases);
}

}  // namespace lunsim::conform
