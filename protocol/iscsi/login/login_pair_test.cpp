// Our initiator against our target, through the combinations of what each may wish.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "protocol/iscsi/login/login_test_peers.hpp"

using namespace lunsim;
using namespace lunsim::login;
using namespace lunsim::login::testing;
using Kind = InitiatorLogin::Outcome::Kind;

namespace {

InitiatorLoginConfig pair_config_for(std::string target_name = "iqn.2026-01.test:t") {
  InitiatorLoginConfig config;
  config.initiator_name = "iqn.2026-01.test:i";
  config.target_name = std::move(target_name);
  config.isid = isid();
  return config;
}

struct Pair {
  Pair(InitiatorLoginConfig config, TargetLoginPolicy policy)
      : initiator(std::move(config), InitiatorTaskTag{5}, counting(100)),
        target(std::move(policy)) {}

  /// Until somebody is through.
  void run() {
    auto request = initiator.start();
    for (exchanges = 1; exchanges < 100; ++exchanges) {
      answer = target.login.handle_request(request.request, request.text);
      BOOST_TEST_REQUIRE(answer.text.size() <= 8192u);
      if (answer.finished && status_of(answer) == kSuccess) answer.response.tsih = 0x99;
      outcome = initiator.handle_response(answer.response, answer.text);
      if (outcome.kind != Kind::send_next) return;
      request = outcome.next;
    }
  }
  bool through() const { return outcome.kind == Kind::full_feature_phase && answer.finished; }
  bool agree() const {
    const auto& ours = initiator.connection_parameters();
    const auto& theirs = target.login.connection_parameters();
    return initiator.session_parameters() == target.login.session_parameters() &&
           ours.header_digest == theirs.header_digest && ours.data_digest == theirs.data_digest &&
           ours.our_max_recv_data_segment_bytes == theirs.peers_max_recv_data_segment_bytes &&
           ours.peers_max_recv_data_segment_bytes == theirs.our_max_recv_data_segment_bytes;
  }

  InitiatorLogin initiator;
  Target target;
  TargetLogin::Answer answer;
  InitiatorLogin::Outcome outcome;
  int exchanges = 0;
};

negotiation::Wishes wishes_of(unsigned bits) {
  negotiation::Wishes wishes;
  wishes.session.initial_r2t = (bits & 1) != 0;
  wishes.session.immediate_data = (bits & 2) != 0;
  wishes.session.data_pdu_in_order = (bits & 4) != 0;
  wishes.session.data_sequence_in_order = (bits & 8) != 0;
  return wishes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login_pair)

BOOST_AUTO_TEST_CASE(booleans_come_out_as_their_functions_say_in_all_combinations) {
  for (unsigned ours = 0; ours < 16; ++ours) {
    for (unsigned theirs = 0; theirs < 16; ++theirs) {
      auto config = pair_config_for();
      config.wishes = wishes_of(ours);
      TargetLoginPolicy policy;
      policy.wishes = wishes_of(theirs);
      Pair pair(config, policy);
      pair.run();
      BOOST_TEST_CONTEXT(ours << " with " << theirs) {
        BOOST_TEST_REQUIRE(pair.through());
        BOOST_TEST(pair.agree());
        const auto& session = pair.initiator.session_parameters();
        BOOST_TEST(session.initial_r2t == (((ours | theirs) & 1) != 0));
        BOOST_TEST(session.immediate_data == ((ours & theirs & 2) != 0));
        BOOST_TEST(session.data_pdu_in_order == (((ours | theirs) & 4) != 0));
        BOOST_TEST(session.data_sequence_in_order == (((ours | theirs) & 8) != 0));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(numbers_come_out_as_their_functions_say) {
  constexpr std::uint32_t kBursts[] = {512, 4096, 65536, 262144, 16777215};
  for (const std::uint32_t ours : kBursts) {
    for (const std::uint32_t theirs : kBursts) {
      for (const std::uint16_t small : {std::uint16_t{0}, std::uint16_t{2}}) {
        auto config = pair_config_for();
        TargetLoginPolicy policy;
        config.wishes.session.max_burst_bytes = config.wishes.session.first_burst_bytes = ours;
        policy.wishes.session.max_burst_bytes = theirs;
        policy.wishes.session.first_burst_bytes = 16777215;
        config.wishes.session.error_recovery_level = 1;
        policy.wishes.session.error_recovery_level = static_cast<std::uint8_t>(small);
        config.wishes.session.default_time2wait_s = 7;
        policy.wishes.session.default_time2retain_s = small;
        config.wishes.session.max_outstanding_r2t = policy.wishes.session.max_outstanding_r2t = 4;
        config.wishes.our_max_recv_data_segment_bytes = ours;
        Pair pair(config, policy);
        pair.run();
        BOOST_TEST_REQUIRE(pair.through());
        BOOST_TEST(pair.agree());
        const auto& session = pair.initiator.session_parameters();
        BOOST_TEST(session.max_burst_bytes == std::min(ours, theirs));
        BOOST_TEST(session.first_burst_bytes == std::min(ours, theirs));
        BOOST_TEST(session.error_recovery_level == std::min<int>(small, 1));
        BOOST_TEST(session.default_time2wait_s == 7);
        BOOST_TEST(session.default_time2retain_s == small);
        BOOST_TEST(session.max_outstanding_r2t ==
                   1);  // offered so because of ErrorRecoveryLevel=1, §13.19
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(digests_come_out_as_the_first_common_one) {
  // Bit 0: none acceptable, bit 1: CRC32C acceptable; the initiator may prefer either.
  for (unsigned ours = 1; ours < 4; ++ours) {
    for (unsigned theirs = 1; theirs < 4; ++theirs) {
      for (const bool prefer : {false, true}) {
        auto config = pair_config_for();
        TargetLoginPolicy policy;
        config.wishes.header_digest_none = (ours & 1) != 0;
        config.wishes.header_digest_crc32c = (ours & 2) != 0;
        config.wishes.prefer_digests = prefer;
        policy.wishes.header_digest_none = (theirs & 1) != 0;
        policy.wishes.header_digest_crc32c = (theirs & 2) != 0;
        Pair pair(config, policy);
        pair.run();
        const unsigned common = ours & theirs;
        BOOST_TEST_CONTEXT(ours << " with " << theirs << " prefer " << prefer) {
          BOOST_TEST(pair.through() == (common != 0));
          if (common == 0) continue;
          BOOST_TEST(pair.agree());
          const bool crc = common == 2 || (common == 3 && prefer);
          BOOST_TEST((pair.initiator.connection_parameters().header_digest ==
                      negotiation::Digest::crc32c) == crc);
          BOOST_TEST(
              (pair.initiator.connection_parameters().data_digest == negotiation::Digest::none));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(chap_lets_in_whom_it_should_in_all_combinations) {
  for (int which = 0; which < 64; ++which) {
    const bool has_secret = (which & 1) != 0, wrong = (which & 2) != 0, required = (which & 4) != 0,
               mutual = (which & 8) != 0, target_can = (which & 16) != 0,
               none_allowed = (which & 32) != 0;
    auto config = pair_config_for();
    config.allow_none = none_allowed;
    if (has_secret) config.chap = Secret{"user", wrong ? "a-wrong-secret" : "initiator-secret"};
    if (has_secret && mutual) config.mutual = Secret{"target", "target-secret-1"};
    TargetLoginPolicy policy = chap_policy(target_can);
    policy.chap_required = required;
    Pair pair(config, policy);
    pair.run();
    const bool proves = has_secret && !wrong && (!mutual || target_can);
    const bool expected = has_secret ? proves : !required;
    BOOST_TEST_CONTEXT("combination " << which) {
      BOOST_TEST(pair.through() == expected);
      if (!expected) {
        BOOST_TEST((pair.outcome.kind == Kind::refused));
        BOOST_TEST((pair.outcome.status == kAuthenticationFailure));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_target_with_another_secret_is_found_out) {
  auto config = pair_config_for();
  config.chap = Secret{"user", "initiator-secret"};
  config.mutual = Secret{"target", "what-it-should-be"};
  Pair pair(config, chap_policy(true));
  pair.run();
  BOOST_TEST((pair.outcome.kind == Kind::peer_violation));
  BOOST_TEST(pair.outcome.authentication);
  BOOST_TEST(!pair.answer.finished);
}

BOOST_AUTO_TEST_CASE(every_common_algorithm_is_found) {
  const std::vector<ChapAlgorithm> all{ChapAlgorithm::sha3_256, ChapAlgorithm::sha256,
                                       ChapAlgorithm::sha1, ChapAlgorithm::md5};
  for (unsigned mask = 0; mask < 16; ++mask) {
    auto config = pair_config_for();
    config.chap = Secret{"user", "initiator-secret"};
    config.mutual = Secret{"", "target-secret-1"};
    config.algorithms = all;
    TargetLoginPolicy policy = chap_policy(true);
    policy.algorithms.clear();
    for (unsigned bit = 0; bit < 4; ++bit) {
      if ((mask & 1u << bit) != 0) policy.algorithms.push_back(all[bit]);
    }
    Pair pair(config, policy);
    pair.run();
    BOOST_TEST(pair.through() == (mask != 0));
  }
}

BOOST_AUTO_TEST_CASE(a_discovery_session_agrees_on_what_matters) {
  auto config = pair_config_for("");
  config.wishes.header_digest_crc32c = true;
  config.wishes.prefer_digests = true;
  TargetLoginPolicy policy;
  policy.wishes.header_digest_crc32c = true;
  policy.wishes.session.immediate_data = false;
  policy.wishes.session.max_burst_bytes = 512;
  Pair pair(config, policy);
  pair.run();
  BOOST_TEST_REQUIRE(pair.through());
  BOOST_TEST(pair.agree());
  BOOST_TEST((pair.initiator.connection_parameters().header_digest == negotiation::Digest::crc32c));
  BOOST_TEST(pair.exchanges == 2);
}

BOOST_AUTO_TEST_CASE(a_further_connection_settles_its_own_parameters) {
  auto config = pair_config_for();
  config.tsih = 0x99;
  config.wishes.data_digest_crc32c = true;
  config.wishes.prefer_digests = true;
  TargetLoginPolicy policy;
  policy.wishes.data_digest_crc32c = true;
  Pair pair(config, policy);
  pair.run();
  BOOST_TEST_REQUIRE(pair.through());
  BOOST_TEST(pair.agree());
  BOOST_TEST(
      (pair.target.login.connection_parameters().data_digest == negotiation::Digest::crc32c));
  BOOST_TEST(pair.target.seen.tsih == 0x99);
}

BOOST_AUTO_TEST_CASE(protocol_level_two_is_agreed_only_if_both_wish_it) {
  for (const bool offered : {false, true}) {
    for (const std::uint8_t theirs : {std::uint8_t{1}, std::uint8_t{2}}) {
      auto config = pair_config_for();
      config.wishes.offer_protocol_level = offered;
      config.wishes.session.iscsi_protocol_level = 2;
      TargetLoginPolicy policy;
      policy.wishes.session.iscsi_protocol_level = theirs;
      Pair pair(config, policy);
      pair.run();
      BOOST_TEST_REQUIRE(pair.through());
      BOOST_TEST(pair.agree());
      BOOST_TEST(pair.initiator.session_parameters().iscsi_protocol_level ==
                 (offered && theirs == 2 ? 2 : 1));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_configuration_and_draws_give_the_same_bytes) {
  const auto transcript = [] {
    auto config = pair_config_for();
    config.chap = Secret{"user", "initiator-secret"};
    config.mutual = Secret{"target", "target-secret-1"};
    InitiatorLogin initiator(config, InitiatorTaskTag{5}, counting(100));
    Target target(chap_policy(true));
    std::string all;
    auto request = initiator.start();
    while (true) {
      auto answer = target.login.handle_request(request.request, request.text);
      all += request.text + answer.text;
      answer.response.tsih = answer.finished ? 1 : 0;
      auto outcome = initiator.handle_response(answer.response, answer.text);
      if (outcome.kind != Kind::send_next) return all;
      request = outcome.next;
    }
  };
  BOOST_TEST(transcript() == transcript());
  BOOST_TEST(transcript().find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
