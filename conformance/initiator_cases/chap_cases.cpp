// CHAP as an initiator does it, both directions: RFC 7143 §12.1, §12.1.3; RFC 1994.
#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

/// The first Login Request of the last login that has the key.
const Seen* request_with(const InitiatorContext& c, std::string_view key) {
  for (const Seen& one : c.login_requests())
    if (value_of(one.pdu.pairs(), key)) return &one;
  return nullptr;
}

/// A login by CHAP; unsupported if the initiator does not offer it.
InitiatorLine& log_in_by_chap(InitiatorContext& c, const TargetPlan& plan = {},
                              bool* is_done = nullptr) {
  auto [line, request] = c.knock();
  const std::string methods = value_of(request.pdu.pairs(), "AuthMethod").value_or("");
  if (methods.find("CHAP") == methods.npos)
    c.unsupported("the initiator does not offer CHAP: AuthMethod=" + methods);
  const bool done = c.log_in(line, request, plan);
  if (is_done != nullptr) *is_done = done;
  return line;
}

void check_proof(InitiatorContext& c, const std::string& challenge) {
  const Seen* request = request_with(c, "CHAP_R");
  if (request == nullptr) c.fail("no CHAP_R came", c.login_requests().back());
  const Pairs pairs = request->pdu.pairs();
  const auto wanted = chap_proof("5", "37", challenge, c.credentials().secret);
  c.check(value_of(pairs, "CHAP_N") == c.credentials().user, "CHAP_N is not the user", *request,
          "CHAP_N");
  std::string said = value_of(pairs, "CHAP_R").value_or("");
  for (char& ch : said) ch = static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
  c.check(said == wanted.value_or(""), "CHAP_R is not the digest of secret and challenge", *request,
          "CHAP_R");
}

/// The target proves itself wrongly, or not at all: the initiator closes.
void bad_target(InitiatorCaseList& cases, std::string id, std::string purpose, Pairs proof,
                std::string mutant) {
  add(cases, std::move(id))
      .requirements({"7143-12.1.3-8"})
      .purpose(std::move(purpose))
      .observed("Our last Login Response of the security stage; then nothing but the end comes.")
      .mutual_chap()
      .mutant(std::move(mutant), "believes any target",
              by([identifier = std::string{}, challenge = std::string{}](
                     pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) mutable {
                Pairs pairs = pairs_of(pdu);
                if (to == pdu::Direction::send && value_of(pairs, "CHAP_C")) {
                  identifier = value_of(pairs, "CHAP_I").value_or("");
                  challenge = value_of(pairs, "CHAP_C").value_or("");
                }
                const bool is_last = to == pdu::Direction::receive && !challenge.empty() &&
                                     is(pdu, Opcode::login_response) && field_of(pdu, "CSG") == 0;
                if (!is_last) return;
                const auto right = chap_proof("5", identifier, challenge, "staple of the target");
                set_pairs(pdu, {{"CHAP_N", "array"}, {"CHAP_R", right.value_or("")}});
              }))
      .body([proof = std::move(proof)](InitiatorContext& c) {
        TargetPlan plan;
        plan.chap = proof;
        bool is_done = false;
        InitiatorLine& line = log_in_by_chap(c, plan, &is_done);
        if (request_with(c, "CHAP_C") == nullptr)
          c.unsupported("the initiator does not ask us to prove ourselves");
        const Seen* own = request_with(c, "CHAP_R");
        c.check(!is_done, "the login goes on though we did not prove ourselves",
                own != nullptr ? *own : c.login_requests().back(), "CHAP_C");
        if (line.is_open()) c.expect_leaves(line, "a target that did not prove itself");
      });
}

void add_one_way(InitiatorCaseList& cases) {
  add(cases, "rfc7143/12.1.3/chap_begins_with_algorithms")
      .requirements({"7143-12.1.3-1", "7143-12.1-5"})
      .purpose("Once CHAP is chosen the initiator sends CHAP_A.")
      .observed("The Login Request after AuthMethod=CHAP.")
      .chap()
      .mutant("names_no_algorithm", "sends no CHAP_A", says("CHAP_A", ""))
      .body([](InitiatorContext& c) {
        log_in_by_chap(c);
        c.check(request_with(c, "CHAP_A") != nullptr, "CHAP_A did not come",
                c.login_requests().back(), "DataSegmentLength");
      });
  add(cases, "rfc7143/12.1.3/md5_is_among_the_algorithms")
      .requirements({"7143-12.1.3-13"})
      .purpose("Algorithm 5 (MD5) is always among those that are proposed.")
      .observed("The value of CHAP_A.")
      .chap()
      .mutant("proposes_no_md5", "proposes algorithm 7 alone", says("CHAP_A", "7"))
      .body([](InitiatorContext& c) {
        log_in_by_chap(c);
        const Seen* request = request_with(c, "CHAP_A");
        if (request == nullptr) c.unsupported("no CHAP_A came");
        const std::string list = value_of(request->pdu.pairs(), "CHAP_A").value_or("");
        c.check(("," + list + ",").find(",5,") != list.npos, "CHAP_A=" + list, *request, "CHAP_A");
      });
  add(cases, "rfc7143/12.1.3/proof_is_right")
      .requirements({"7143-12.1.3-4"})
      .purpose("CHAP_N and CHAP_R answer the challenge.")
      .observed("The Login Request after CHAP_A, CHAP_I and CHAP_C, held against RFC 1994.")
      .chap()
      .mutant("proves_nothing", "sends a CHAP_R that is no digest of the secret",
              says("CHAP_R", "0x00112233445566778899aabbccddeeff"))
      .body([](InitiatorContext& c) {
        log_in_by_chap(c);
        check_proof(c, "0x4c756e73696d2d6c697374656e732121");
      });
  add(cases, "rfc7143/12.1.3/proof_of_a_base64_challenge")
      .requirements({"7143-12.1.3-4", "7143-6.1-15"})
      .purpose("A challenge in base64 is as good as one in hexadecimal.")
      .observed("CHAP_C=0bTHVuc2ltLWxpc3RlbnMhIQ==; CHAP_R is held against RFC 1994.")
      .possible_problems("Some initiators read hexadecimal alone.")
      .chap()
      .mutant("reads_no_base64", "takes a base64 challenge for another",
              hears_key("CHAP_C", "0x00112233"))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.chap = {{"CHAP_C", "0bTHVuc2ltLWxpc3RlbnMhIQ=="}};
        log_in_by_chap(c, plan);
        check_proof(c, "0bTHVuc2ltLWxpc3RlbnMhIQ==");
      });
  add(cases, "rfc7143/12.1.3/proof_of_a_challenge_of_1024_bytes")
      .requirements({"7143-12.1.3-10"})
      .purpose("A challenge may have 1024 bytes.")
      .observed("CHAP_C with 1024 bytes; CHAP_R is held against RFC 1994.")
      .possible_problems("Some initiators have a smaller buffer.")
      .chap()
      .mutant("cuts_long_challenges", "reads 16 bytes of a challenge",
              hears_key("CHAP_C", "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"))
      .body([](InitiatorContext& c) {
        std::string challenge = "0x";
        for (int i = 0; i < 1024; ++i) challenge += "5a";
        TargetPlan plan;
        plan.chap = {{"CHAP_C", challenge}};
        log_in_by_chap(c, plan);
        check_proof(c, challenge);
      });
  add(cases, "rfc7143/12.1.3/algorithm_that_was_not_proposed_ends_the_login")
      .requirements({"7143-6.2.1-7"})
      .purpose("An algorithm that was not proposed is a protocol error.")
      .observed("CHAP_A=99 from us; no proof may come, and the connection ends.")
      .chap()
      .mutant("takes_any_algorithm", "answers whatever the algorithm", hears_key("CHAP_A", "5"))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.chap = {{"CHAP_A", "99"}};
        InitiatorLine& line = log_in_by_chap(c, plan);
        const Seen* proof = request_with(c, "CHAP_R");
        if (proof != nullptr)
          c.fail("the initiator proves itself by algorithm 99", *proof, "CHAP_R");
        if (line.is_open()) c.expect_leaves(line, "an algorithm that it did not propose");
        c.judged();
      });
}

void add_two_way(InitiatorCaseList& cases) {
  add(cases, "rfc7143/12.1.3/challenge_of_the_target_comes_with_the_proof")
      .requirements({"7143-12.1.3-5"})
      .purpose("An initiator that wants the target's proof sends CHAP_I and CHAP_C with its own.")
      .observed("The Login Request with CHAP_N and CHAP_R.")
      .mutual_chap()
      .mutant("forgets_its_identifier", "sends CHAP_C without CHAP_I", says("CHAP_I", ""))
      .body([](InitiatorContext& c) {
        log_in_by_chap(c);
        const Seen* request = request_with(c, "CHAP_C");
        if (request == nullptr) c.unsupported("the initiator does not ask us to prove ourselves");
        const Pairs pairs = request->pdu.pairs();
        for (const char* key : {"CHAP_I", "CHAP_N", "CHAP_R"})
          c.check(value_of(pairs, key).has_value(), std::string(key) + " is missing", *request,
                  "CHAP_C");
      });
  add(cases, "rfc7143/12.1.3/right_proof_of_the_target_is_taken")
      .requirements({"7143-12.1.3-8"})
      .purpose("A target that proves itself is logged in to.")
      .observed("Our right CHAP_N and CHAP_R; the login reaches full feature phase.")
      .mutual_chap()
      .mutant("believes_no_target", "takes a right proof for a wrong one",
              hears_key("CHAP_R", "0x00112233445566778899aabbccddeeff"))
      .body([](InitiatorContext& c) {
        bool is_done = false;
        log_in_by_chap(c, {}, &is_done);
        if (request_with(c, "CHAP_C") == nullptr)
          c.unsupported("the initiator does not ask us to prove ourselves");
        c.check(is_done, "the login does not go on after our right proof",
                c.login_requests().back(), "CHAP_C");
      });
  bad_target(cases, "rfc7143/12.1.3/wrong_proof_of_the_target_ends_the_login",
             "A target that proves itself by a wrong digest is left.",
             {{"CHAP_R", "0x00112233445566778899aabbccddeeff"}}, "believes_a_wrong_proof");
  bad_target(cases, "rfc7143/12.1.3/short_proof_of_the_target_ends_the_login",
             "A target whose CHAP_R has a single byte is left.", {{"CHAP_R", "0x00"}},
             "believes_a_short_proof");
}

}  // namespace

void add_initiator_chap_cases(InitiatorCaseList& cases) {
  add_one_way(cases);
  add_two_way(cases);
}

}  // namespace lunsim::conform
