#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/login/chap.hpp"
#include "protocol/iscsi/login/login_test_peers.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"

using namespace lunsim;
using namespace lunsim::login;
using namespace lunsim::login::testing;
using negotiation::decode_binary;
using negotiation::encode_base64;
using negotiation::encode_hex;

namespace {

/// An initiator made by hand, so that each step can be broken.
struct Exchange {
  explicit Exchange(TargetLoginPolicy policy = chap_policy()) : target(std::move(policy)) {}

  LoginStatus step(std::string_view text, bool transit = false) {
    answer = target.send(transit ? request(kSecurity, kOperational) : request(kSecurity), text);
    return status_of(answer);
  }
  /// Up to and with the challenge.
  void get_challenge(std::string_view algorithms = "7,5") {
    step(std::string(kNames) + "AuthMethod=CHAP|");
    step("CHAP_A=" + std::string(algorithms) + "|");
    algorithm = static_cast<ChapAlgorithm>(std::stoi(value_in(target.last, "CHAP_A")));
    identifier = static_cast<std::uint8_t>(std::stoi(value_in(target.last, "CHAP_I")));
    challenge = decode_binary(value_in(target.last, "CHAP_C"), 1024).value();
  }
  std::vector<std::byte> proof(std::string_view secret = "initiator-secret") const {
    return chap_response(algorithm, identifier, secret, challenge).value();
  }
  std::string proved() const { return "CHAP_N=user|CHAP_R=" + encode_hex(proof()) + "|"; }

  Target target;
  TargetLogin::Answer answer;
  ChapAlgorithm algorithm{};
  std::uint8_t identifier = 0;
  std::vector<std::byte> challenge;
};

LoginStatus after_challenge(std::string_view text, TargetLoginPolicy policy = chap_policy()) {
  Exchange exchange(std::move(policy));
  exchange.get_challenge();
  return exchange.step(text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(target_authentication)

// RFC 7143 Appendix B: one-way CHAP.
BOOST_AUTO_TEST_CASE(one_way_chap_step_by_step) {
  Exchange exchange;
  BOOST_TEST((exchange.step(std::string(kNames) + "AuthMethod=KRB5,CHAP,None|", true) == kSuccess));
  BOOST_TEST(!exchange.answer.response.transit);
  BOOST_TEST(value_in(exchange.target.last, "AuthMethod") == "CHAP");
  BOOST_TEST((exchange.step("CHAP_A=6,7,5|") == kSuccess));
  BOOST_TEST(value_in(exchange.target.last, "CHAP_A") == "7");
  Exchange whole;
  whole.get_challenge();
  BOOST_TEST((whole.step(whole.proved(), true) == kSuccess));
  BOOST_TEST(whole.answer.response.transit);
  BOOST_TEST((whole.answer.response.next_stage == kOperational));
  BOOST_TEST(whole.target.last == "");
  BOOST_TEST(whole.target.send(request(kOperational, kFullFeature), "").finished);
}

BOOST_AUTO_TEST_CASE(every_algorithm_and_both_encodings_prove) {
  TargetLoginPolicy policy = chap_policy();
  policy.algorithms = {ChapAlgorithm::md5, ChapAlgorithm::sha1, ChapAlgorithm::sha256,
                       ChapAlgorithm::sha3_256};
  for (const auto* algorithm : {"5", "6", "7", "8"}) {
    for (const bool base64 : {false, true}) {
      Exchange exchange(policy);
      exchange.get_challenge(algorithm);
      const auto proof = exchange.proof();
      BOOST_TEST(exchange.challenge.size() == proof.size());
      BOOST_TEST((exchange.step("CHAP_N=user|CHAP_R=" +
                                    (base64 ? encode_base64(proof) : encode_hex(proof)) + "|",
                                true) == kSuccess));
      BOOST_TEST(exchange.answer.response.transit);
    }
  }
}

BOOST_AUTO_TEST_CASE(methods_are_chosen_in_the_order_offered) {
  const auto choice = [](std::string_view offered, const TargetLoginPolicy& policy) {
    Exchange exchange(policy);
    const auto status =
        exchange.step(std::string(kNames) + "AuthMethod=" + std::string(offered) + "|");
    return status == kSuccess ? value_in(exchange.target.last, "AuthMethod")
                              : std::string(describe(status));
  };
  TargetLoginPolicy either = chap_policy();
  either.chap_required = false;
  BOOST_TEST(choice("CHAP,None", either) == "CHAP");
  BOOST_TEST(choice("None,CHAP", either) == "None");
  BOOST_TEST(choice("None,CHAP", chap_policy()) == "CHAP");
  BOOST_TEST(choice("CHAP,None", {}) == "None");
  BOOST_TEST(choice("Z-com.example.x,None", {}) == "None");
  BOOST_TEST(choice("CHAP", {}) == "Authentication failure");
  BOOST_TEST(choice("None", chap_policy()) == "Authentication failure");
  BOOST_TEST(choice("KRB5,SRP", either) == "Authentication failure");
  BOOST_TEST(choice("chap", either) == "Authentication failure");
  BOOST_TEST(choice("", either) == "Authentication failure");
}

BOOST_AUTO_TEST_CASE(nobody_gets_past_required_chap) {
  Target no_security(chap_policy());
  BOOST_TEST((status_of(no_security.send(request(kOperational, kFullFeature), kNames)) ==
              kAuthenticationFailure));
  for (const auto next : {kOperational, kFullFeature}) {
    Target no_method(chap_policy());
    BOOST_TEST(
        (status_of(no_method.send(request(kSecurity, next), kNames)) == kAuthenticationFailure));
    Target no_steps(chap_policy());
    no_steps.send(request(kSecurity), std::string(kNames) + "AuthMethod=CHAP|");
    BOOST_TEST((status_of(no_steps.send(request(kSecurity, next), "")) == kMissingParameter));
  }
  Exchange early;
  early.get_challenge();
  BOOST_TEST((early.step("", true) == kMissingParameter));
  Target jump(chap_policy());
  jump.send(request(kSecurity), std::string(kNames) + "AuthMethod=CHAP|");
  BOOST_TEST((status_of(jump.send(request(kOperational, kFullFeature), "")) == kInitiatorError));
}

// RFC 7143 §9.2: wrong proofs are 0201h, broken steps 0200h or 0207h.
BOOST_AUTO_TEST_CASE(wrong_proofs_fail_authentication) {
  Exchange wrong_secret;
  wrong_secret.get_challenge();
  BOOST_TEST((wrong_secret.step("CHAP_N=user|CHAP_R=" + encode_hex(wrong_secret.proof("guess")) +
                                "|") == kAuthenticationFailure));
  Exchange wrong_name;
  wrong_name.get_challenge();
  BOOST_TEST((wrong_name.step("CHAP_N=other|CHAP_R=" + encode_hex(wrong_name.proof()) + "|") ==
              kAuthenticationFailure));
  BOOST_TEST(wrong_name.answer.text.empty());
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=0x00|") == kAuthenticationFailure));
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=0x" + std::string(2048, '1') + "|") ==
              kAuthenticationFailure));
  // 95 bytes of base64, more than any digest.
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=0b" + std::string(127, 'A') + "=|") ==
              kAuthenticationFailure));
}

BOOST_AUTO_TEST_CASE(broken_steps_are_initiator_errors_or_missing_parameters) {
  BOOST_TEST((after_challenge("CHAP_N=user|") == kMissingParameter));
  BOOST_TEST((after_challenge("CHAP_R=0x00|") == kMissingParameter));
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=12345|") == kInitiatorError));
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=0xzz|") == kInitiatorError));
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=0b====|") == kInitiatorError));
  BOOST_TEST((after_challenge("CHAP_A=5|") == kInitiatorError));
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_R=0x00|SRP_U=a|") == kInitiatorError));
  Exchange first;
  BOOST_TEST((first.step(std::string(kNames) + "CHAP_A=5|") == kInitiatorError));
  Exchange both;
  BOOST_TEST((both.step(std::string(kNames) + "AuthMethod=CHAP|CHAP_A=5|") == kInitiatorError));
  Exchange unknown;
  unknown.step(std::string(kNames) + "AuthMethod=CHAP|");
  BOOST_TEST((unknown.step("CHAP_A=99,6|") == kAuthenticationFailure));
  Exchange skipped;
  skipped.step(std::string(kNames) + "AuthMethod=CHAP|");
  BOOST_TEST((skipped.step("CHAP_N=user|CHAP_R=0x00|") == kInitiatorError));
}

BOOST_AUTO_TEST_CASE(a_name_that_looks_like_a_constant_is_a_name) {
  for (const auto* name : {"0xabc", "0Xabc", "0bZg==", "0B"}) {
    TargetLoginPolicy policy = chap_policy();
    policy.initiator_must_be->name = name;
    Exchange exchange(policy);
    exchange.get_challenge();
    BOOST_TEST((exchange.step("CHAP_N=" + std::string(name) +
                              "|CHAP_R=" + encode_hex(exchange.proof()) + "|") == kSuccess));
  }
}

BOOST_AUTO_TEST_CASE(the_target_proves_itself_if_it_is_asked) {
  Exchange exchange(chap_policy(true));
  exchange.get_challenge("5");
  BOOST_TEST((exchange.step(exchange.proved() + "CHAP_I=9|CHAP_C=0x63|", true) == kSuccess));
  const auto expected =
      chap_response(ChapAlgorithm::md5, 9, "target-secret-1", decode_binary("0x63", 1).value());
  BOOST_TEST(exchange.target.last == "CHAP_N=target|CHAP_R=" + encode_hex(*expected) + "|");
  BOOST_TEST(exchange.answer.response.transit);
}

BOOST_AUTO_TEST_CASE(the_target_proves_nothing_to_whom_has_not_proved_itself) {
  Exchange exchange(chap_policy(true));
  exchange.get_challenge();
  BOOST_TEST(
      (exchange.step("CHAP_N=user|CHAP_R=0x00|CHAP_I=9|CHAP_C=0x63|") == kAuthenticationFailure));
  BOOST_TEST(exchange.answer.text.empty());
  // §9.2: no CHAP_R, no reflection.
  BOOST_TEST((after_challenge("CHAP_N=user|CHAP_I=9|CHAP_C=0x63|", chap_policy(true)) ==
              kMissingParameter));
}

BOOST_AUTO_TEST_CASE(mutual_chap_without_a_secret_of_ours_is_refused) {
  Exchange exchange;
  exchange.get_challenge();
  BOOST_TEST(
      (exchange.step(exchange.proved() + "CHAP_I=9|CHAP_C=0x63|") == kAuthenticationFailure));
}

BOOST_AUTO_TEST_CASE(a_reflected_challenge_is_refused) {
  Exchange exchange(chap_policy(true));
  exchange.get_challenge();
  BOOST_TEST((exchange.step(exchange.proved() + "CHAP_I=9|CHAP_C=" +
                            encode_hex(exchange.challenge) + "|") == kAuthenticationFailure));
}

BOOST_AUTO_TEST_CASE(one_secret_for_both_directions_proves_nothing) {
  TargetLoginPolicy policy = chap_policy(true);
  policy.target_proves_itself->secret = policy.initiator_must_be->secret;
  Exchange exchange(policy);
  exchange.get_challenge();
  BOOST_TEST(
      (exchange.step(exchange.proved() + "CHAP_I=9|CHAP_C=0x63|") == kAuthenticationFailure));
}

BOOST_AUTO_TEST_CASE(half_a_challenge_or_an_unreadable_one_is_a_broken_step) {
  const auto with = [](std::string_view rest) {
    Exchange exchange(chap_policy(true));
    exchange.get_challenge();
    return exchange.step(exchange.proved() + std::string(rest));
  };
  BOOST_TEST((with("CHAP_I=9|") == kMissingParameter));
  BOOST_TEST((with("CHAP_C=0x63|") == kMissingParameter));
  BOOST_TEST((with("CHAP_I=256|CHAP_C=0x63|") == kInitiatorError));
  BOOST_TEST((with("CHAP_I=1|CHAP_C=99|") == kInitiatorError));
  BOOST_TEST((with("CHAP_I=1|CHAP_C=0x" + std::string(2050, '1') + "|") == kInitiatorError));
  BOOST_TEST((with("CHAP_I=1|CHAP_C=0x" + std::string(2048, '1') + "|") == kSuccess));
}

BOOST_AUTO_TEST_CASE(challenges_differ_between_logins) {
  const FillRandom random = counting();
  std::string seen;
  const TargetLogin::Admit admit = [](const LoginClaim&) {
    return Admission{kSuccess, "", chap_policy()};
  };
  auto shared = std::make_shared<FillRandom>(random);
  for (int i = 0; i < 2; ++i) {
    TargetLogin login(admit, [shared](std::span<std::byte> out) { (*shared)(out); });
    login.handle_request(request(kSecurity), wire(std::string(kNames) + "AuthMethod=CHAP|"));
    const auto answer = login.handle_request(request(kSecurity), wire("CHAP_A=5|"));
    const auto challenge = value_in(readable(answer.text), "CHAP_C");
    BOOST_TEST(challenge != seen);
    seen = challenge;
  }
}

BOOST_AUTO_TEST_SUITE_END()
