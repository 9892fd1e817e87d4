// How a CHAP login goes before the proof: methods, algorithms, challenges, and what comes at the
// wrong time. RFC 7143 §6.3.2, §9.2.1, §12.1.3
#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/chap_steps.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

void add_methods(CaseList& cases) {
  const auto method = [&](std::string id, std::vector<std::string> requirements,
                          std::string purpose, std::string methods, std::vector<Outcome> legal,
                          std::string mutant, std::string what, std::string faults) {
    add(cases, std::move(id))
        .requirements(std::move(requirements))
        .purpose(std::move(purpose))
        .observed(fmt::format("AuthMethod={} to a target that wants CHAP.", methods))
        .needs({Need::chap})
        .locked_mutant(std::move(mutant), std::move(what), std::move(faults))
        .body([methods, legal = std::move(legal)](CaseContext& c) {
          Connection& one = c.connect();
          c.expect(choose_method(c, one, methods), legal);
        });
  };
  const std::vector<Outcome> none = {login_refused(2, {1}), answers("AuthMethod", {"Reject"}),
                                     login_refused(2).loosely("0201h says it better"),
                                     ends().loosely("closed without a word")};
  method("rfc7143/6.3.2/auth_method_none_is_not_enough", {"7143-6.3.2-4", "7143-6.3.2-9"},
         "A target that wants CHAP does not let in who offers None only.", "None", none,
         "lets_everybody_in", "agrees to None", granting());
  method("rfc7143/6.3.2/chap_is_chosen_behind_none", {"7143-6.3.2-3"},
         "The first method of the list that the target may use is chosen.", "None,CHAP",
         {answers("AuthMethod", {"CHAP"})}, "takes_the_first_method",
         "takes None, which comes first",
         fault("send: Login Response", "{text: {set: {AuthMethod: None}}}"));
  method("rfc7143/6.3.2/chap_is_chosen_among_others", {"7143-6.3.2-3", "7143-6.2.1-5"},
         "Methods that the target does not have are passed over.", "KRB5,SRP,CHAP,None",
         {answers("AuthMethod", {"CHAP", "KRB5", "SRP"})}, "chooses_what_was_not_offered",
         "chooses a method that is not in the list",
         fault("send: Login Response", "{text: {set: {AuthMethod: SPKM1}}}"));
  method(
      "rfc7143/6.3.2/unknown_methods_are_rejected", {"7143-6.3.2-4"},
      "None of the methods is known: Reject.", "Z-org.lunsim.magic", none, "knows_magic",
      "agrees to a method that it cannot know",
      "- h: {on: {receive: Login Request}, do: {text: {set: {AuthMethod: CHAP}}}}\n"
      "- f: {on: {send: Login Response}, do: {text: {set: {AuthMethod: Z-org.lunsim.magic}}}}\n");
}

void add_algorithms(CaseList& cases) {
  const auto algorithm = [&](std::string id, std::vector<std::string> requirements,
                             std::string purpose, std::string list, std::vector<Outcome> legal,
                             std::string mutant, std::string what, std::string faults) {
    add(cases, std::move(id))
        .requirements(std::move(requirements))
        .purpose(std::move(purpose))
        .observed(fmt::format("CHAP_A={}.", list))
        .needs({Need::chap})
        .locked_mutant(std::move(mutant), std::move(what), std::move(faults))
        .body([list, legal = std::move(legal)](CaseContext& c) {
          Connection& one = c.connect();
          c.expect(choose_method(c, one, "CHAP"), {answers("AuthMethod", {"CHAP"})});
          c.expect(security_step(one, {{"CHAP_A", list}}), legal);
        });
  };
  const std::string picks_77 =
      "- h: {on: {receive: Login Request}, do: {text: {set: {CHAP_A: 5}}}}\n"
      "- f: {on: {send: Login Response}, do: {text: {set: {CHAP_A: 77}}}}\n";
  algorithm("rfc7143/12.1.3/md5_is_known", {"7143-12.1.3-12"}, "Algorithm 5 must be there.", "5",
            {answers("CHAP_A", {"5"})}, "has_no_md5", "does not have algorithm 5",
            fault("receive: Login Request", "{text: {set: {CHAP_A: 77}}}"));
  algorithm("rfc7143/12.1.3/unknown_algorithm_fails", {"7143-12.1.3-2", "7143-12.1.3-3"},
            "None of the algorithms is known: the login fails.", "77",
            {login_refused(2, {1}), login_refused(2).loosely("0201h says it better"),
             answers("CHAP_A", {"Reject"}).loosely("only the key is refused"),
             ends().loosely("closed without a word")},
            "knows_algorithm_77", "agrees to an algorithm that does not exist", picks_77);
  algorithm("rfc7143/12.1.3/unknown_algorithms_are_passed_over", {"7143-6.2.1-5"},
            "The first algorithm of the list that the target has is chosen.", "77,88,5",
            {answers("CHAP_A", {"5"})}, "takes_the_first_algorithm",
            "chooses the first of the list unseen", picks_77);
  algorithm("rfc7143/12.1.3/algorithm_that_is_no_number_fails", {"7143-12.1.3-9"},
            "CHAP_A is a list of numbers.", "five",
            {login_refused(2), answers("CHAP_A", {"Reject"}).loosely("only the key is refused"),
             ends().loosely("closed without a word")},
            "reads_numbers_as_words", "takes a word for an algorithm",
            "- h: {on: {receive: Login Request}, do: {text: {set: {CHAP_A: 5}}}}\n");
}

void add_challenges(CaseList& cases) {
  add(cases, "rfc7143/12.1.3/challenge_is_whole")
      .requirements({"7143-12.1.3-2", "7143-12.1.3-10"})
      .purpose(
          "CHAP_A is answered with CHAP_A, an identifier of one byte and a challenge of 1 to "
          "1024 bytes.")
      .observed("The answer to CHAP_A=5.")
      .needs({Need::chap})
      .locked_mutant("challenges_without_identifier", "leaves CHAP_I out",
                     fault("send: Login Response", "{text: {remove: [CHAP_I]}}"))
      .locked_mutant("challenges_with_text", "sends a challenge that is no binary value",
                     fault("send: Login Response", "{text: {set: {CHAP_C: hello}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        c.expect(choose_method(c, one, "CHAP"), {answers("AuthMethod", {"CHAP"})});
        const Seen seen = security_step(one, {{"CHAP_A", "5"}});
        c.expect(seen, {answers("CHAP_A", {"5"})});
        c.expect(seen, {answers_number("CHAP_I", 0, 255)});
        const auto bytes =
            negotiation::decode_binary(value_of(seen.pdu.pairs(), "CHAP_C").value_or(""), 1024);
        c.check(bytes && !bytes->empty(), "CHAP_C is no binary value of 1 to 1024 bytes", seen,
                "CHAP_C");
      });
  add(cases, "rfc7143/9.2.1/challenges_are_fresh")
      .requirements({"7143-9.2.1-1"})
      .level(Level::security)
      .purpose("A challenge that comes again lets whoever has listened prove himself by replay.")
      .observed("The challenges of eight logins: none comes twice, none is shorter than 8 bytes.")
      .needs({Need::chap})
      .locked_mutant("has_one_challenge", "sends the same challenge every time",
                     fault("send: Login Response",
                           "{text: {set: {CHAP_C: 0x00112233445566778899aabbccddeeff}}}"))
      .locked_mutant("has_a_short_challenge", "sends a challenge of four bytes", "",
                     "chap_challenge: 4")
      .body([](CaseContext& c) {
        std::vector<std::string> seen_before;
        for (int i = 0; i < 8; ++i) {
          Connection& one = c.connect();
          const Challenge challenge = take_challenge(c, one);
          const Seen nothing;
          for (const std::string& before : seen_before)
            c.check(before != challenge.bytes, "the challenge " + before + " came twice", nothing);
          const auto bytes = negotiation::decode_binary(challenge.bytes, 1024);
          c.check(bytes && bytes->size() >= 8, "the challenge is short: " + challenge.bytes,
                  nothing);
          seen_before.push_back(challenge.bytes);
          one.close();
        }
      });
  add(cases, "rfc7143/12.1.3/response_cannot_be_replayed")
      .requirements({"7143-12.1.3-6"})
      .level(Level::security)
      .purpose("The response of one login proves nothing in another.")
      .observed("The right response to the first login's challenge, sent in a second login.")
      .needs({Need::chap})
      .locked_mutant("takes_a_replay", "lets in whoever replays a response", granting())
      .body([](CaseContext& c) {
        const std::string old = proof(c, take_challenge(c, c.connect()));
        Connection& one = c.connect();
        take_challenge(c, one);
        c.expect(security_step(one, {{"CHAP_N", c.target().chap.user}, {"CHAP_R", old}}, true),
                 not_authenticated());
      });
}

/// What comes at the wrong time.
void out_of_order(CaseList& cases, std::string id, std::vector<std::string> requirements,
                  std::string purpose, std::string observed,
                  std::function<Seen(CaseContext&, Connection&)> act, std::vector<Outcome> legal,
                  std::string mutant, std::string what, std::string faults) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .needs({Need::chap})
      .locked_mutant(std::move(mutant), std::move(what), std::move(faults))
      .body([act = std::move(act), legal = std::move(legal)](CaseContext& c) {
        Connection& one = c.connect();
        c.expect(act(c, one), legal);
      });
}

void add_order(CaseList& cases) {
  const std::vector<Outcome> stays = {
      pdu_of(Opcode::login_response, {{"Status-Class", 0}, {"T", 0}}), login_refused(2),
      ends().loosely("closed without a word")};
  const std::string hurries = fault("send: Login Response", "{set: {T: 1, NSG: 1}}");
  out_of_order(
      cases, "rfc7143/6.3.2/no_transition_before_the_challenge", {"7143-6.3.2-7"},
      "The target leaves the security stage only when security is settled.",
      "AuthMethod=CHAP with T=1: the answer has T=0.",
      [](CaseContext& c, Connection& one) { return choose_method(c, one, "CHAP", true); }, stays,
      "leaves_security_at_once", "agrees to the transition before any challenge", hurries);
  out_of_order(
      cases, "rfc7143/6.3.2/no_transition_with_the_challenge", {"7143-6.3.2-7"},
      "The target leaves the security stage only when security is settled.",
      "CHAP_A with T=1: the answer has T=0.",
      [](CaseContext& c, Connection& one) {
        choose_method(c, one, "CHAP");
        return security_step(one, {{"CHAP_A", "5"}}, true);
      },
      stays, "leaves_security_with_the_challenge", "agrees to the transition with the challenge",
      hurries);
  out_of_order(
      cases, "rfc7143/12.1.3/response_before_the_challenge_fails", {"7143-12.1.3-1"},
      "CHAP begins with CHAP_A.", "CHAP_N and CHAP_R behind AuthMethod, without CHAP_A.",
      [](CaseContext& c, Connection& one) {
        choose_method(c, one, "CHAP");
        return security_step(
            one,
            {{"CHAP_N", c.target().chap.user}, {"CHAP_R", "0x00112233445566778899aabbccddeeff"}},
            true);
      },
      refused_somehow(), "needs_no_challenge", "takes a proof of nothing", granting());
  out_of_order(
      cases, "rfc7143/12.1.3/algorithms_offered_again_fail", {"7143-6.3-24"},
      "CHAP_A is offered once.", "CHAP_A a second time, instead of the response.",
      [](CaseContext& c, Connection& one) {
        take_challenge(c, one);
        return security_step(one, {{"CHAP_A", "5"}});
      },
      refused_somehow(), "challenges_again", "begins anew as often as it is asked",
      fault("send: Login Response, fields: {Status-Class: 2}",
            "{set: {Status-Class: 0, Status-Detail: 0}}"));
  out_of_order(
      cases, "rfc7143/6.3.1/operational_stage_first_is_not_enough",
      {"7143-6.3.1-13", "7143-6.3.2-9"},
      "A target that wants CHAP does not let in who skips the security stage.",
      "A first Login Request with CSG=1.",
      [](CaseContext& c, Connection& one) {
        return one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = locked_names(c, one)});
      },
      not_authenticated(), "skips_security", "lets in who does not ask for security", granting());
  out_of_order(
      cases, "rfc7143/6.3.2/full_feature_before_the_proof_is_refused", {"7143-6.3.2-7"},
      "From the security stage nobody gets into full feature phase unproved.",
      "AuthMethod=CHAP with T=1 and NSG=3.",
      [](CaseContext& c, Connection& one) {
        Pairs keys = locked_names(c, one);
        keys.emplace_back("AuthMethod", "CHAP");
        return one.login_step({.csg = 0, .nsg = 3, .transit = true, .keys = keys});
      },
      stays, "jumps_into_full_feature", "lets in whoever asks for full feature phase",
      fault("send: Login Response", "{set: {T: 1, NSG: 3}}"));
  out_of_order(
      cases, "rfc7143/12.1.3/chap_key_in_the_operational_stage_is_refused", {"7143-6.3-14"},
      "Keys of the security stage have no place in the operational one.",
      "CHAP_A in a Login Request with CSG=1, to the target that wants no CHAP.",
      [](CaseContext&, Connection& one) {
        Pairs keys = one.names();
        keys.emplace_back("CHAP_A", "5");
        return one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = keys});
      },
      {login_refused(2),
       answers("CHAP_A", {"Reject", "NotUnderstood"}).loosely("the key is refused"),
       ends().loosely("closed without a word")},
      "negotiates_chap_anywhere", "overlooks a security key in the operational stage",
      fault("receive: Login Request", "{text: {remove: [CHAP_A]}}"));
  cases.back().mutants.back().of_locked = false;
}

}  // namespace

void add_chap_exchange_cases(CaseList& cases) {
  add_methods(cases);
  add_algorithms(cases);
  add_challenges(cases);
  add_order(cases);
}

}  // namespace lunsim::conform
