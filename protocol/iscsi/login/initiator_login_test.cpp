#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/login/chap.hpp"
#include "protocol/iscsi/login/login_test_peers.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"

using namespace lunsim;
using namespace lunsim::login;
using namespace lunsim::login::testing;
using Kind = InitiatorLogin::Outcome::Kind;

namespace {

constexpr std::string_view kAnswers =
    "HeaderDigest=None|DataDigest=None|MaxConnections=1|InitialR2T=Yes|ImmediateData=Yes|"
    "MaxBurstLength=262144|FirstBurstLength=65536|DefaultTime2Wait=2|DefaultTime2Retain=20|"
    "MaxOutstandingR2T=1|DataPDUInOrder=Yes|DataSequenceInOrder=Yes|ErrorRecoveryLevel=0|"
    "MaxRecvDataSegmentLength=65536|";

InitiatorLoginConfig config_for(std::string target = "iqn.2026-01.test:t") {
  InitiatorLoginConfig config;
  config.initiator_name = "iqn.2026-01.test:i";
  config.target_name = std::move(target);
  config.isid = isid();
  return config;
}
InitiatorLoginConfig chap_config(bool mutual = false) {
  InitiatorLoginConfig config = config_for();
  config.chap = Secret{"user", "initiator-secret"};
  if (mutual) config.mutual = Secret{"", "target-secret-1"};
  return config;
}

/// A target made by hand, so that each answer can be broken.
struct Peer {
  explicit Peer(InitiatorLoginConfig config = config_for())
      : login(std::move(config), InitiatorTaskTag{0x77}, counting()) {
    note(login.start());
  }
  void note(InitiatorLogin::Request next) {
    request = next.request;
    said = readable(next.text);
  }
  /// What fits the last request; T and NSG as it asks.
  pdu::LoginResponse fitting(bool transit) const {
    pdu::LoginResponse response;
    response.current_stage = request.current_stage;
    response.transit = transit;
    if (transit) response.next_stage = request.next_stage;
    response.isid = request.isid;
    response.tsih = transit && request.next_stage == kFullFeature ? 0x42 : request.tsih;
    response.initiator_task_tag = request.initiator_task_tag;
    return response;
  }
  Kind answer(std::string_view text, bool transit) { return answer(fitting(transit), text); }
  Kind answer(const pdu::LoginResponse& response, std::string_view text) {
    outcome = login.handle_response(response, wire(text));
    if (outcome.kind == Kind::send_next) note(outcome.next);
    return outcome.kind;
  }
  /// To the operational stage, whose offers then wait.
  Peer& operational() {
    BOOST_TEST((answer("TargetPortalGroupTag=3|TargetAlias=a disk|AuthMethod=None|", true) ==
                Kind::send_next));
    return *this;
  }
  /// To the challenge, which the initiator then has answered.
  Peer& challenged(std::string_view challenge = "CHAP_A=5|CHAP_I=1|CHAP_C=0x636465|") {
    answer("AuthMethod=CHAP|", false);
    answer(challenge, false);
    return *this;
  }

  InitiatorLogin login;
  pdu::LoginRequest request;
  std::string said;
  InitiatorLogin::Outcome outcome;
};

std::string target_proof(const Peer& peer, std::string_view secret = "target-secret-1") {
  const auto id = static_cast<std::uint8_t>(std::stoi(value_in(peer.said, "CHAP_I")));
  const auto challenge = negotiation::decode_binary(value_in(peer.said, "CHAP_C"), 1024).value();
  return negotiation::encode_hex(chap_response(ChapAlgorithm::md5, id, secret, challenge).value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(initiator_login)

BOOST_AUTO_TEST_CASE(the_first_request_names_both_sides_and_offers_a_method) {
  auto config = config_for();
  config.initiator_alias = "host a";
  config.cid = 4;
  config.first_cmd_sn = CmdSn{9};
  Peer peer(config);
  BOOST_TEST(peer.said ==
             "InitiatorName=iqn.2026-01.test:i|InitiatorAlias=host a|SessionType=Normal|"
             "TargetName=iqn.2026-01.test:t|AuthMethod=None|");
  BOOST_TEST((peer.request.current_stage == kSecurity));
  BOOST_TEST((peer.request.next_stage == kOperational));
  BOOST_TEST(peer.request.transit);
  BOOST_TEST(peer.request.version_max == 0);
  BOOST_TEST(peer.request.cid == 4);
  BOOST_TEST((peer.request.cmd_sn == CmdSn{9}));
  BOOST_TEST((peer.request.initiator_task_tag == InitiatorTaskTag{0x77}));
  BOOST_TEST(Peer(config_for("")).said ==
             "InitiatorName=iqn.2026-01.test:i|SessionType=Discovery|AuthMethod=None|");
}

BOOST_AUTO_TEST_CASE(a_login_without_security_takes_two_exchanges) {
  Peer peer;
  peer.operational();
  BOOST_TEST((peer.request.current_stage == kOperational));
  BOOST_TEST((peer.request.next_stage == kFullFeature));
  BOOST_TEST(contains(peer.said, "MaxRecvDataSegmentLength=262144|"));
  BOOST_TEST((peer.answer(kAnswers, true) == Kind::full_feature_phase));
  BOOST_TEST(peer.login.tsih() == 0x42);
  BOOST_TEST(peer.login.target_alias() == "a disk");
  BOOST_TEST(peer.login.target_portal_group_tag() == 3);
  BOOST_TEST(peer.login.connection_parameters().peers_max_recv_data_segment_bytes == 65536u);
  BOOST_TEST(peer.login.connection_parameters().our_max_recv_data_segment_bytes == 262144u);
}

// RFC 7143 §6.3.1 knows targets that skip the stage with their portal group tag only.
BOOST_AUTO_TEST_CASE(a_target_may_skip_security_in_silence) {
  Peer peer;
  BOOST_TEST((peer.answer("TargetPortalGroupTag=1|", true) == Kind::send_next));
  BOOST_TEST((peer.request.current_stage == kOperational));
}

BOOST_AUTO_TEST_CASE(a_target_that_stays_in_the_stage_is_asked_again) {
  Peer peer;
  BOOST_TEST((peer.answer("AuthMethod=None|", false) == Kind::send_next));
  BOOST_TEST(peer.said == "");
  BOOST_TEST(peer.request.transit);
  BOOST_TEST((peer.answer("", true) == Kind::send_next));
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST((peer.answer("", false) == Kind::send_next));
    BOOST_TEST(peer.request.transit);
  }
  BOOST_TEST((peer.answer(kAnswers, true) == Kind::full_feature_phase));
}

BOOST_AUTO_TEST_CASE(a_target_that_never_ends_is_left) {
  Peer peer;
  int exchanges = 0;
  while (peer.answer("", false) == Kind::send_next) ++exchanges;
  BOOST_TEST(exchanges >= 6);
  BOOST_TEST(exchanges <= 64);
  BOOST_TEST((peer.outcome.kind == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(offers_of_the_target_are_answered_before_the_end) {
  Peer peer;
  peer.operational();
  BOOST_TEST((peer.answer("TaskReporting=FastAbort,RFC3720|X-com.example.a=1|", false) ==
              Kind::send_next));
  BOOST_TEST(peer.said == "TaskReporting=RFC3720|X-com.example.a=NotUnderstood|");
  BOOST_TEST(peer.request.transit);
  BOOST_TEST((peer.answer(kAnswers, true) == Kind::full_feature_phase));
}

BOOST_AUTO_TEST_CASE(an_offer_in_the_response_that_ends_the_stage_is_a_violation) {
  Peer peer;
  peer.operational();
  BOOST_TEST((peer.answer(std::string(kAnswers) + "TaskReporting=RFC3720|", true) ==
              Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(answers_outside_the_offer_are_violations) {
  const auto with = [](std::string_view from, std::string_view to) {
    Peer peer;
    peer.operational();
    std::string answers(kAnswers);
    answers.replace(answers.find(from), from.size(), to);
    return peer.answer(answers, true);
  };
  BOOST_TEST((with("MaxConnections=1", "MaxConnections=1") == Kind::full_feature_phase));
  BOOST_TEST((with("MaxConnections=1", "MaxConnections=2") == Kind::peer_violation));
  BOOST_TEST((with("MaxBurstLength=262144", "MaxBurstLength=1000000") == Kind::peer_violation));
  BOOST_TEST((with("InitialR2T=Yes", "InitialR2T=No") == Kind::peer_violation));
  BOOST_TEST((with("HeaderDigest=None", "HeaderDigest=CRC32C") == Kind::peer_violation));
  BOOST_TEST(
      (with("ErrorRecoveryLevel=0", "ErrorRecoveryLevel=NotUnderstood") == Kind::peer_violation));
  BOOST_TEST((with("ErrorRecoveryLevel=0|", "") == Kind::peer_violation));
  BOOST_TEST((with("ErrorRecoveryLevel=0|", "ErrorRecoveryLevel=0|ErrorRecoveryLevel=0|") ==
              Kind::peer_violation));
  BOOST_TEST((with("InitialR2T=Yes|", "") == Kind::full_feature_phase));
  BOOST_TEST((with("MaxRecvDataSegmentLength=65536|", "") == Kind::full_feature_phase));
  BOOST_TEST((with("MaxRecvDataSegmentLength=65536|", "MaxRecvDataSegmentLength=1|") ==
              Kind::peer_violation));
  BOOST_TEST((with("MaxRecvDataSegmentLength=65536|", "InitiatorName=a|") == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(the_header_must_fit_the_request) {
  const auto with = [](auto change, bool to_the_end = false) {
    Peer peer;
    if (to_the_end) peer.operational();
    auto response = peer.fitting(true);
    change(response);
    return peer.answer(response, to_the_end ? kAnswers : "AuthMethod=None|");
  };
  BOOST_TEST((with([](auto&) {}) == Kind::send_next));
  BOOST_TEST((with([](auto& r) { r.isid.bytes[0] = std::byte{9}; }) == Kind::peer_violation));
  BOOST_TEST(
      (with([](auto& r) { r.initiator_task_tag = InitiatorTaskTag{1}; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto& r) { r.version_active = 1; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto& r) { r.current_stage = kOperational; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto& r) { r.next_stage = kFullFeature; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto& r) { r.next_stage = kSecurity; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto& r) { r.next_stage = pdu::Stage{2}; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto& r) { r.continues = true; }) == Kind::peer_violation));
  BOOST_TEST((with([](auto&) {}, true) == Kind::full_feature_phase));
  BOOST_TEST((with([](auto& r) { r.tsih = 0; }, true) == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_transition_must_have_been_asked_for) {
  Peer peer(chap_config());
  BOOST_TEST(!peer.request.transit);
  auto response = peer.fitting(false);
  response.transit = true;
  response.next_stage = kOperational;
  BOOST_TEST((peer.answer(response, "AuthMethod=None|") == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_further_connection_keeps_its_session) {
  auto config = config_for();
  config.tsih = 0x42;
  Peer peer(config);
  BOOST_TEST(!contains(peer.said, "SessionType"));
  BOOST_TEST((peer.answer("AuthMethod=None|", true) == Kind::send_next));
  BOOST_TEST(peer.said == "MaxRecvDataSegmentLength=262144|HeaderDigest=None|DataDigest=None|");
  auto response = peer.fitting(true);
  response.tsih = 0x43;
  BOOST_TEST((peer.answer(response, "HeaderDigest=None|DataDigest=None|") == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_status_ends_the_login) {
  Peer peer;
  pdu::LoginResponse response;  // as tgtd sends it: only the tag is filled in
  response.initiator_task_tag = peer.request.initiator_task_tag;
  response.status_class = 2;
  response.status_detail = 3;
  BOOST_TEST((peer.answer(response, "") == Kind::refused));
  BOOST_TEST((peer.outcome.status == kNotFound));
  BOOST_TEST((peer.answer("", false) == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_refusal_or_redirection_of_another_login_is_not_believed) {
  const auto with = [](std::uint8_t status_class, auto change) {
    Peer peer;
    auto response = peer.fitting(false);
    response.status_class = status_class;
    response.status_detail = 1;
    change(response);
    return peer.answer(response, "TargetAddress=10.0.0.9:3260,1|");
  };
  const auto another_tag = [](auto& r) { r.initiator_task_tag = InitiatorTaskTag{1}; };
  const auto another_isid = [](auto& r) { r.isid.bytes[5] ^= std::byte{1}; };
  const auto no_isid = [](auto& r) { r.isid = {}; };
  for (std::uint8_t status_class = 1; status_class <= 3; ++status_class) {
    const Kind believed = status_class == 1 ? Kind::redirected : Kind::refused;
    BOOST_TEST((with(status_class, [](auto&) {}) == believed));
    BOOST_TEST((with(status_class, no_isid) == believed));
    BOOST_TEST((with(status_class, another_tag) == Kind::peer_violation));
    BOOST_TEST((with(status_class, another_isid) == Kind::peer_violation));
  }
}

BOOST_AUTO_TEST_CASE(a_redirection_gives_the_address_as_sent) {
  Peer peer;
  auto response = peer.fitting(false);
  response.status_class = 1;
  response.status_detail = 1;
  BOOST_TEST((peer.answer(response, "TargetAddress=10.0.0.9:3260,1|TargetAddress=10.0.0.10|") ==
              Kind::redirected));
  BOOST_TEST((peer.outcome.status == kTargetMovedTemporarily));
  BOOST_TEST(peer.outcome.redirect_to == "10.0.0.9:3260,1");
  for (const auto* text : {"", "TargetAddress=|", "TargetAddress", "X-a=1|"}) {
    Peer other;
    BOOST_TEST((other.answer(response, text) == Kind::peer_violation));
  }
}

BOOST_AUTO_TEST_CASE(a_long_answer_is_fetched_with_empty_requests) {
  const std::string whole(kAnswers);
  for (std::size_t cut = 0; cut <= whole.size(); cut += 7) {
    Peer peer;
    peer.operational();
    auto part = peer.fitting(false);
    part.continues = true;
    BOOST_TEST((peer.answer(part, whole.substr(0, cut)) == Kind::send_next));
    BOOST_TEST(peer.said == "");
    BOOST_TEST(!peer.request.transit);
    BOOST_TEST((peer.answer(whole.substr(cut), false) == Kind::send_next));
    BOOST_TEST(peer.said == "");
    BOOST_TEST((peer.answer("", true) == Kind::full_feature_phase));
  }
}

BOOST_AUTO_TEST_CASE(an_answer_without_end_is_left_at_the_bound) {
  Peer peer;
  auto part = peer.fitting(false);
  part.continues = true;
  int parts = 0;
  while (peer.answer(part, std::string(8192, 'x')) == Kind::send_next) ++parts;
  BOOST_TEST(parts == 8);
  BOOST_TEST((peer.outcome.kind == Kind::peer_violation));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(initiator_authentication)

BOOST_AUTO_TEST_CASE(methods_offered_are_those_that_we_could_bear) {
  auto strict = chap_config();
  strict.allow_none = false;
  BOOST_TEST(value_in(Peer(chap_config()).said, "AuthMethod") == "CHAP,None");
  BOOST_TEST(value_in(Peer(strict).said, "AuthMethod") == "CHAP");
  BOOST_TEST(value_in(Peer(chap_config(true)).said, "AuthMethod") == "CHAP");
}

// CHAP_R: MD5 over 01h, "initiator-secret" and 63h 64h 65h, by `printf '\001initiator-secretcde' |
// openssl dgst -md5`.
BOOST_AUTO_TEST_CASE(we_prove_ourselves_step_by_step) {
  Peer peer(chap_config());
  BOOST_TEST((peer.answer("AuthMethod=CHAP|", false) == Kind::send_next));
  BOOST_TEST(peer.said == "CHAP_A=5,7|");
  BOOST_TEST(!peer.request.transit);
  BOOST_TEST((peer.answer("CHAP_A=5|CHAP_I=1|CHAP_C=0x636465|", false) == Kind::send_next));
  BOOST_TEST(peer.said == "CHAP_N=user|CHAP_R=0xcbd4ebd763826b2a012b15cde22ce8c5|");
  BOOST_TEST(peer.request.transit);
  BOOST_TEST((peer.answer("", true) == Kind::send_next));
  BOOST_TEST((peer.answer(kAnswers, true) == Kind::full_feature_phase));
}

BOOST_AUTO_TEST_CASE(challenges_are_read_in_base64_too) {
  Peer hex(chap_config()), base64(chap_config());
  hex.challenged();
  base64.challenged("CHAP_A=5|CHAP_I=0x1|CHAP_C=0bY2Rl|");
  BOOST_TEST(contains(hex.said, "CHAP_R=0x"));
  BOOST_TEST(hex.said == base64.said);
}

BOOST_AUTO_TEST_CASE(broken_challenges_are_violations) {
  for (const auto* challenge :
       {"", "CHAP_A=5|CHAP_I=1|", "CHAP_A=5|CHAP_C=0x63|", "CHAP_I=1|CHAP_C=0x63|",
        "CHAP_A=6|CHAP_I=1|CHAP_C=0x63|", "CHAP_A=5,7|CHAP_I=1|CHAP_C=0x63|",
        "CHAP_A=x|CHAP_I=1|CHAP_C=0x63|", "CHAP_A=5|CHAP_I=256|CHAP_C=0x63|",
        "CHAP_A=5|CHAP_I=1|CHAP_C=99|", "CHAP_A=5|CHAP_I=1|CHAP_C=0x|",
        "CHAP_A=5|CHAP_I=1|CHAP_C=0x63|CHAP_N=t|",
        "CHAP_A=5|CHAP_I=1|CHAP_C=0x63|AuthMethod=CHAP|"}) {
    BOOST_TEST_CONTEXT(challenge) {
      Peer peer(chap_config());
      peer.answer("AuthMethod=CHAP|", false);
      BOOST_TEST((peer.answer(challenge, false) == Kind::peer_violation));
      BOOST_TEST(!peer.outcome.authentication);
    }
  }
  Peer large(chap_config());
  large.answer("AuthMethod=CHAP|", false);
  BOOST_TEST((large.answer("CHAP_A=5|CHAP_I=1|CHAP_C=0x" + std::string(2050, '1') + "|", false) ==
              Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_selection_that_was_not_offered_is_a_violation) {
  for (const auto* method : {"KRB5", "None,CHAP", "", "none", "NotUnderstood"}) {
    Peer peer(chap_config());
    BOOST_TEST(
        (peer.answer("AuthMethod=" + std::string(method) + "|", false) == Kind::peer_violation));
  }
  Peer none;
  BOOST_TEST((none.answer("AuthMethod=CHAP|", false) == Kind::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_target_without_a_common_method_fails_authentication) {
  Peer rejected(chap_config());
  BOOST_TEST((rejected.answer("AuthMethod=Reject|", false) == Kind::peer_violation));
  BOOST_TEST(rejected.outcome.authentication);
}

BOOST_AUTO_TEST_CASE(a_target_is_trusted_only_after_its_proof) {
  Peer good(chap_config(true));
  good.challenged();
  BOOST_TEST(good.request.transit);
  const std::string proof = "CHAP_N=target|CHAP_R=" + target_proof(good) + "|";
  BOOST_TEST((good.answer(proof, true) == Kind::send_next));
  BOOST_TEST((good.answer(kAnswers, true) == Kind::full_feature_phase));

  for (const bool transit : {false, true}) {
    Peer silent(chap_config(true));
    silent.challenged();
    BOOST_TEST((silent.answer("", transit) == Kind::peer_violation));
    BOOST_TEST(silent.outcome.authentication);
    Peer wrong(chap_config(true));
    wrong.challenged();
    BOOST_TEST((wrong.answer("CHAP_N=target|CHAP_R=" + target_proof(wrong, "guess") + "|",
                             transit) == Kind::peer_violation));
    BOOST_TEST(wrong.outcome.authentication);
  }
}

BOOST_AUTO_TEST_CASE(a_target_that_chooses_none_has_not_proved_itself) {
  Peer peer(chap_config(true));
  BOOST_TEST((peer.answer("AuthMethod=None|", false) == Kind::peer_violation));
  auto nonsense = config_for();
  nonsense.mutual = Secret{"", "target-secret-1"};
  Peer unarmed(nonsense);
  BOOST_TEST((unarmed.answer("AuthMethod=None|", true) == Kind::peer_violation));
  BOOST_TEST(unarmed.outcome.authentication);
}

BOOST_AUTO_TEST_CASE(the_targets_name_counts_if_one_is_set) {
  auto config = chap_config(true);
  config.mutual->name = "target";
  Peer other(config);
  other.challenged();
  BOOST_TEST((other.answer("CHAP_N=another|CHAP_R=" + target_proof(other) + "|", true) ==
              Kind::peer_violation));
  BOOST_TEST(other.outcome.authentication);
}

BOOST_AUTO_TEST_CASE(our_challenge_is_never_the_targets) {
  // The counter of this test would draw 01h, then 02h to 11h; that is the target's challenge.
  Peer peer(chap_config(true));
  peer.challenged("CHAP_A=5|CHAP_I=1|CHAP_C=0x02030405060708090a0b0c0d0e0f1011|");
  BOOST_TEST(value_in(peer.said, "CHAP_C") == "0x82030405060708090a0b0c0d0e0f1011");
}

BOOST_AUTO_TEST_CASE(one_secret_for_both_directions_proves_nothing) {
  auto config = chap_config(true);
  config.mutual->secret = config.chap->secret;
  Peer peer(config);
  peer.challenged();
  BOOST_TEST((peer.answer("CHAP_N=t|CHAP_R=" + target_proof(peer, "initiator-secret") + "|",
                          true) == Kind::peer_violation));
  BOOST_TEST(peer.outcome.authentication);
}

BOOST_AUTO_TEST_CASE(an_unreadable_proof_is_a_broken_step) {
  for (const auto* proof : {"12345", "0x", "0xzz", "0b="}) {
    Peer peer(chap_config(true));
    peer.challenged();
    BOOST_TEST(
        (peer.answer("CHAP_N=t|CHAP_R=" + std::string(proof) + "|", true) == Kind::peer_violation));
    BOOST_TEST(!peer.outcome.authentication);
  }
}

BOOST_AUTO_TEST_CASE(a_redirection_is_taken_in_any_step) {
  Peer peer(chap_config(true));
  peer.challenged();
  auto response = peer.fitting(false);
  response.status_class = 1;
  response.status_detail = 2;
  BOOST_TEST((peer.answer(response, "TargetAddress=host.example|") == Kind::redirected));
}

BOOST_AUTO_TEST_SUITE_END()
