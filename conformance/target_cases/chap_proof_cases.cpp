// Proofs by CHAP, ours and the target's: which must succeed, and every abuse that must not.
// RFC 7143 §9.2.1, §12.1.3
#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/chap_steps.hpp"
#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

/// One proof that is wrong in one way.
void wrong_proof(CaseList& cases, std::string id, std::vector<std::string> requirements,
                 std::string purpose, std::string observed,
                 std::function<Pairs(CaseContext&, const Challenge&)> make,
                 std::vector<Outcome> legal, std::string mutant, std::string what) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .level(Level::must)
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .needs({Need::chap})
      .locked_mutant(std::move(mutant), std::move(what), granting())
      .body([make = std::move(make), legal = std::move(legal)](CaseContext& c) {
        Connection& one = c.connect();
        const Challenge challenge = take_challenge(c, one);
        c.expect(security_step(one, make(c, challenge), true), legal);
        c.expect_target_alive("a wrong proof");
      });
}

void add_wrong_proofs(CaseList& cases) {
  const auto name = [](CaseContext& c) { return std::pair{"CHAP_N", c.target().chap.user}; };
  wrong_proof(
      cases, "rfc7143/12.1.3/wrong_response_fails", {"7143-12.1.3-6", "7143-9.2-6"},
      "A CHAP_R that is not the right one fails with Authentication Failure.",
      "CHAP_R of the right length, one bit wrong.",
      [name](CaseContext& c, const Challenge& challenge) -> Pairs {
        std::string wrong = proof(c, challenge);
        wrong.back() = wrong.back() == '0' ? '1' : '0';
        return {name(c), {"CHAP_R", wrong}};
      },
      {login_refused(2, {1})}, "takes_a_wrong_response", "takes any response for the right one");
  wrong_proof(
      cases, "rfc7143/12.1.3/wrong_secret_fails", {"7143-12.1.3-6"},
      "A response made with another secret fails.", "CHAP_R made with a secret nobody has.",
      [name](CaseContext& c, const Challenge& challenge) -> Pairs {
        const auto made = chap_proof(challenge.algorithm, challenge.identifier, challenge.bytes,
                                     "nobody has this secret");
        return {name(c), {"CHAP_R", made.value_or("0x00")}};
      },
      not_authenticated(), "takes_another_secret", "knows no secret from another");
  wrong_proof(
      cases, "rfc7143/12.1.3/wrong_name_fails", {"7143-12.1.3-6"},
      "A name that the target does not know fails, whatever is proved.",
      "CHAP_N=nobody with the right response.",
      [](CaseContext& c, const Challenge& challenge) -> Pairs {
        return {{"CHAP_N", "nobody"}, {"CHAP_R", proof(c, challenge)}};
      },
      not_authenticated(), "knows_no_names", "does not look at CHAP_N");
  wrong_proof(
      cases, "rfc7143/12.1.3/response_to_another_identifier_fails", {"7143-12.1.3-6"},
      "The identifier is part of what is proved.", "CHAP_R made with CHAP_I + 1.",
      [name](CaseContext& c, const Challenge& challenge) -> Pairs {
        const int id = std::atoi(challenge.identifier.c_str());
        Challenge other = challenge;
        other.identifier = fmt::format("{}", (id + 1) % 256);
        return {name(c), {"CHAP_R", proof(c, other)}};
      },
      not_authenticated(), "forgets_the_identifier", "proves without the identifier");
  wrong_proof(
      cases, "rfc7143/12.1.3/short_response_fails", {"7143-12.1.3-6"},
      "A response that is too short is not the right one.", "CHAP_R with 15 of 16 bytes.",
      [name](CaseContext& c, const Challenge& challenge) -> Pairs {
        const std::string right = proof(c, challenge);
        return {name(c), {"CHAP_R", right.substr(0, right.size() - 2)}};
      },
      refused_somehow(), "compares_a_prefix", "compares as many bytes as came");
  wrong_proof(
      cases, "rfc7143/12.1.3/long_response_fails", {"7143-12.1.3-6"},
      "A response with bytes behind its end is not the right one.", "CHAP_R with one byte more.",
      [name](CaseContext& c, const Challenge& challenge) -> Pairs {
        return {name(c), {"CHAP_R", proof(c, challenge) + "00"}};
      },
      refused_somehow(), "ignores_what_follows", "does not look behind the digest's length");
  wrong_proof(
      cases, "rfc7143/12.1.3/empty_response_fails", {"7143-12.1.3-6"},
      "An empty response proves nothing.", "CHAP_R=0x.",
      [name](CaseContext& c, const Challenge&) -> Pairs {
        return {name(c), {"CHAP_R", "0x"}};
      },
      refused_somehow(), "takes_an_empty_response", "compares no byte and is content");
  wrong_proof(
      cases, "rfc7143/12.1.3/response_that_is_no_binary_value_fails", {"7143-12.1.3-6"},
      "CHAP_R is a binary value.", "CHAP_R=letmein.",
      [name](CaseContext& c, const Challenge&) -> Pairs {
        return {name(c), {"CHAP_R", "letmein"}};
      },
      refused_somehow(), "takes_text_as_response", "takes what it cannot decode");
  wrong_proof(
      cases, "rfc7143/12.1.3/response_over_1024_bytes_fails", {"7143-12.1.3-10"},
      "CHAP_R has at most 1024 bytes.", "CHAP_R of 1025 bytes.",
      [name](CaseContext& c, const Challenge&) -> Pairs {
        return {name(c), {"CHAP_R", "0x" + std::string(2050, 'a')}};
      },
      refused_somehow(), "takes_an_endless_response", "has no limit for CHAP_R");
  wrong_proof(
      cases, "rfc7143/12.1.3/base64_response_that_is_too_long_fails", {"7143-12.1.3-10"},
      "A base64 response longer than the digest is refused, and harms nobody.",
      "CHAP_R=0b and 127 characters.",
      [name](CaseContext& c, const Challenge&) -> Pairs {
        return {name(c), {"CHAP_R", "0b" + std::string(127, 'A')}};
      },
      refused_somehow(), "overruns_by_base64", "writes base64 behind its buffer");
  wrong_proof(
      cases, "rfc7143/12.1.3/response_without_name_fails", {"7143-12.1.3-4"},
      "CHAP_N and CHAP_R come together.", "CHAP_R without CHAP_N.",
      [](CaseContext& c, const Challenge& challenge) -> Pairs {
        return {{"CHAP_R", proof(c, challenge)}};
      },
      refused_somehow(), "needs_no_name", "takes a response that nobody signed");
  wrong_proof(
      cases, "rfc7143/12.1.3/name_without_response_fails", {"7143-12.1.3-4", "7143-9.2-7"},
      "CHAP_N and CHAP_R come together.", "CHAP_N without CHAP_R.",
      [name](CaseContext& c, const Challenge&) -> Pairs { return {name(c)}; }, refused_somehow(),
      "needs_no_response", "takes a name for a proof");
  wrong_proof(
      cases, "rfc7143/12.1.3/response_given_twice_fails", {"7143-6.3-24"},
      "A key that comes twice is an error, the more so a proof.",
      "CHAP_R twice in one request, first wrong and then right.",
      [name](CaseContext& c, const Challenge& challenge) -> Pairs {
        return {name(c),
                {"CHAP_R", "0x00112233445566778899aabbccddeeff"},
                {"CHAP_R", proof(c, challenge)}};
      },
      refused_somehow(), "takes_the_last_response", "takes the last of several responses");
  wrong_proof(
      cases, "rfc7143/12.1.3/name_as_long_as_a_value_can_be_fails", {"7143-12.1.3-6"},
      "A name of 255 characters is a name that nobody has.", "CHAP_N of 255 letters.",
      [](CaseContext& c, const Challenge& challenge) -> Pairs {
        return {{"CHAP_N", std::string(255, 'n')}, {"CHAP_R", proof(c, challenge)}};
      },
      refused_somehow(), "loses_a_long_name", "forgets a long name and goes on");
  wrong_proof(
      cases, "rfc7143/12.1.3/name_longer_than_a_value_can_be_fails", {"7143-6.1-21"},
      "A name of 2000 characters is refused, and harms nobody.", "CHAP_N of 2000 letters.",
      [](CaseContext& c, const Challenge& challenge) -> Pairs {
        return {{"CHAP_N", std::string(2000, 'n')}, {"CHAP_R", proof(c, challenge)}};
      },
      refused_somehow(), "overruns_by_a_name", "has no limit for CHAP_N");
  wrong_proof(
      cases, "rfc7143/12.1.3/name_that_looks_like_hex_fails", {"7143-12.1.3-9"},
      "CHAP_N is text: one that begins with 0x is a name that nobody has.", "CHAP_N=0x6a75646765.",
      [](CaseContext& c, const Challenge& challenge) -> Pairs {
        const auto& user = c.target().chap.user;
        return {{"CHAP_N", "0x" + bytes::to_hex(std::as_bytes(std::span(user)))},
                {"CHAP_R", proof(c, challenge)}};
      },
      refused_somehow(), "decodes_the_name", "takes hexadecimal for a name");
}

void add_right_proofs(CaseList& cases) {
  const auto right = [&](std::string id, std::string purpose, std::string mutant, std::string what,
                         std::string on, std::string change, auto spell) {
    add(cases, std::move(id))
        .requirements({"7143-12.1.3-11", "7143-12.1-9", "7143-12.1-8"})
        .purpose(std::move(purpose))
        .observed("The right response, spelled so: the login goes on.")
        .needs({Need::chap})
        .locked_mutant(std::move(mutant), std::move(what), fault(on, change))
        .body([spell](CaseContext& c) {
          Connection& one = c.connect();
          const Challenge challenge = take_challenge(c, one);
          const Seen seen = security_step(
              one, {{"CHAP_N", c.target().chap.user}, {"CHAP_R", spell(proof(c, challenge))}},
              true);
          c.expect(seen, {pdu_of(Opcode::login_response, {{"Status-Class", 0}, {"T", 1}})});
        });
  };
  right("rfc7143/12.1.3/right_response_is_taken", "Whoever proves himself gets in.",
        "refuses_the_right_one", "refuses the right response", "receive: Login Request, nth: 3",
        "{text: {set: {CHAP_R: 0x00}}}", [](const std::string& hex) { return hex; });
  right("rfc7143/12.1.3/response_in_capital_hex_is_taken",
        "Hexadecimal digits and the prefix may be capitals.", "knows_small_letters_only",
        "does not know capital digits", "receive: Login Request, nth: 3",
        "{text: {set: {CHAP_R: 0x01}}}", [](const std::string& hex) {
          std::string out = "0X";
          for (const char c : hex.substr(2)) out += static_cast<char>(c >= 'a' ? c - 32 : c);
          return out;
        });
  right("rfc7143/12.1.3/response_in_base64_is_taken", "CHAP_R may be base64.", "knows_no_base64",
        "does not know base64", "receive: Login Request, nth: 3", "{text: {set: {CHAP_R: 0x02}}}",
        [](const std::string& hex) {
          const auto bytes = negotiation::decode_binary(hex, 64);
          return negotiation::encode_base64(*bytes);
        });
}

void add_mutual(CaseList& cases) {
  const auto mutual = [&](std::string id, std::vector<std::string> requirements,
                          std::string purpose, std::string observed,
                          std::function<Pairs(const Challenge&)> ask,
                          std::function<void(CaseContext&, const Seen&)> judge, std::string mutant,
                          std::string what, std::string faults) {
    add(cases, std::move(id))
        .requirements(std::move(requirements))
        .purpose(std::move(purpose))
        .observed(std::move(observed))
        .needs({Need::mutual_chap, Need::chap})
        .locked_mutant(std::move(mutant), std::move(what), std::move(faults))
        .body([ask = std::move(ask), judge = std::move(judge)](CaseContext& c) {
          Connection& one = c.connect();
          const Challenge challenge = take_challenge(c, one);
          Pairs keys{{"CHAP_N", c.target().chap.user}, {"CHAP_R", proof(c, challenge)}};
          for (auto& pair : ask(challenge)) keys.push_back(std::move(pair));
          judge(c, security_step(one, keys, true));
        });
  };
  const std::string kOurs = "0x0102030405060708090a0b0c0d0e0f10";
  const auto refused = [](CaseContext& c, const Seen& seen) { c.expect(seen, refused_somehow()); };
  mutual(
      "rfc7143/12.1.3/target_proves_itself", {"7143-12.1.3-7", "7143-9.2.1-1"},
      "A target that is asked to proves itself with CHAP_N and the right CHAP_R.",
      "CHAP_I and CHAP_C beside our proof.",
      [kOurs](const Challenge&) -> Pairs {
        return {{"CHAP_I", "42"}, {"CHAP_C", kOurs}};
      },
      [kOurs](CaseContext& c, const Seen& seen) {
        const std::string right =
            chap_proof("5", "42", kOurs, c.target().mutual_secret).value_or("");
        c.expect(seen, {login_goes_on()});
        const std::string name = value_of(seen.pdu.pairs(), "CHAP_N").value_or("");
        c.check(!name.empty(), "CHAP_N is missing", seen);
        const auto said =
            negotiation::decode_binary(value_of(seen.pdu.pairs(), "CHAP_R").value_or(""), 1024);
        c.check(said == negotiation::decode_binary(right, 1024), "CHAP_R is not the right one",
                seen, "CHAP_R");
      },
      "proves_itself_wrongly", "sends a response that is not right",
      fault("send: Login Response", "{text: {set: {CHAP_R: 0x00112233445566778899aabbccddeeff}}}"));
  mutual(
      "rfc7143/9.2.1/reflected_challenge_is_refused", {"7143-9.2.1-14"},
      "A target that is sent its own challenge closes the connection.",
      "CHAP_C is the target's own, with its CHAP_I.",
      [](const Challenge& challenge) -> Pairs {
        return {{"CHAP_I", challenge.identifier}, {"CHAP_C", challenge.bytes}};
      },
      refused, "answers_its_own_challenge", "answers the challenge that it has made itself",
      granting());
  mutual(
      "rfc7143/12.1.3/challenge_over_1024_bytes_is_refused", {"7143-12.1.3-10"},
      "CHAP_C has at most 1024 bytes.", "CHAP_C of 1025 bytes.",
      [](const Challenge&) -> Pairs {
        return {{"CHAP_I", "1"}, {"CHAP_C", "0x" + std::string(2050, 'c')}};
      },
      refused, "takes_an_endless_challenge", "has no limit for CHAP_C", granting());
  mutual(
      "rfc7143/12.1.3/identifier_without_challenge_is_refused", {"7143-12.1.3-7", "7143-12.1.3-5"},
      "CHAP_I and CHAP_C come together.", "CHAP_I without CHAP_C.",
      [](const Challenge&) -> Pairs {
        return {{"CHAP_I", "1"}};
      },
      refused, "needs_no_challenge_of_ours", "takes an identifier without a challenge", granting());
  mutual(
      "rfc7143/12.1.3/challenge_without_identifier_is_refused", {"7143-12.1.3-7", "7143-12.1.3-5"},
      "CHAP_I and CHAP_C come together.", "CHAP_C without CHAP_I.",
      [kOurs](const Challenge&) -> Pairs {
        return {{"CHAP_C", kOurs}};
      },
      refused, "needs_no_identifier_of_ours", "takes a challenge without an identifier",
      granting());
  mutual(
      "rfc7143/12.1.3/identifier_over_255_is_refused", {"7143-12.1.3-9"},
      "CHAP_I is a number of one byte.", "CHAP_I=256.",
      [kOurs](const Challenge&) -> Pairs {
        return {{"CHAP_I", "256"}, {"CHAP_C", kOurs}};
      },
      refused, "takes_a_large_identifier", "takes an identifier modulo 256", granting());
  cases.back().level = Level::should;  // RFC 1994 has one byte for it; no MUST says what then
  mutual(
      "rfc7143/12.1.3/empty_challenge_is_refused", {"7143-12.1.3-9"}, "CHAP_C is a binary value.",
      "CHAP_C=0x.",
      [](const Challenge&) -> Pairs {
        return {{"CHAP_I", "1"}, {"CHAP_C", "0x"}};
      },
      refused, "takes_an_empty_challenge", "proves itself to nothing", granting());
}

}  // namespace

void add_chap_proof_cases(CaseList& cases) {
  add_right_proofs(cases);
  add_wrong_proofs(cases);
  add_mutual(cases);
}

}  // namespace lunsim::conform
