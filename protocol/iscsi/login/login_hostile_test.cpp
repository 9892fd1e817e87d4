// Whatever a peer sends: an answer or a reason, no crash, and an end. The generator is our own and
// seeded, so that a failure comes again.
#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/login/login_test_peers.hpp"

using namespace lunsim;
using namespace lunsim::login;
using namespace lunsim::login::testing;
using Kind = InitiatorLogin::Outcome::Kind;

namespace {

/// SplitMix64.
struct Draw {
  std::uint64_t state;
  std::uint64_t operator()() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>((*this)() % n); }
};

constexpr std::string_view kPieces[] = {"InitiatorName=iqn.i|",
                                        "TargetName=iqn.t|",
                                        "SessionType=Discovery|",
                                        "SessionType=Normal|",
                                        "AuthMethod=CHAP|",
                                        "AuthMethod=None|",
                                        "AuthMethod=CHAP,None|",
                                        "AuthMethod=Reject|",
                                        "CHAP_A=5|",
                                        "CHAP_A=7,5|",
                                        "CHAP_I=1|",
                                        "CHAP_C=0x00|",
                                        "CHAP_R=0x00|",
                                        "CHAP_R=0b|",
                                        "CHAP_N=user|",
                                        "MaxBurstLength=512|",
                                        "MaxBurstLength=Reject|",
                                        "FirstBurstLength=16777215|",
                                        "HeaderDigest=CRC32C|",
                                        "InitialR2T=No|",
                                        "TargetPortalGroupTag=1|",
                                        "MaxRecvDataSegmentLength=512|",
                                        "ErrorRecoveryLevel=2|",
                                        "X-a=1|",
                                        "TargetAddress=a|",
                                        "=|",
                                        "|",
                                        "a",
                                        "0x"};

std::string text_of(Draw& draw) {
  std::string text;
  for (std::size_t n = draw.below(6); n > 0; --n)
    text += wire(kPieces[draw.below(std::size(kPieces))]);
  if (!text.empty() && draw.below(4) == 0)
    text[draw.below(text.size())] = static_cast<char>(draw());
  return text;
}

pdu::Stage stage_of(Draw& draw) {
  return static_cast<pdu::Stage>(draw.below(8) == 0 ? draw.below(4) : draw.below(2));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login_hostile)

BOOST_AUTO_TEST_CASE(a_target_survives_whatever_comes) {
  int through = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    Draw draw{seed};
    Target target(draw.below(2) == 0 ? TargetLoginPolicy{} : chap_policy(draw.below(2) == 0));
    bool over = false;
    for (int step = 0; step < 200 && !over; ++step) {
      auto pdu = request(stage_of(draw));
      pdu.transit = draw.below(2) == 0;
      pdu.next_stage =
          pdu.current_stage == kSecurity && draw.below(2) == 0 ? kOperational : kFullFeature;
      pdu.continues = draw.below(16) == 0;
      std::string text = text_of(draw);
      if (step == 0 && draw.below(4) != 0) text = wire(kNames) + text;
      const auto answer = target.login.handle_request(pdu, text);
      BOOST_TEST_REQUIRE(answer.text.size() <= 8192u);
      if (answer.response.transit) BOOST_TEST_REQUIRE(pdu.transit);
      over = answer.finished;
      if (over && status_of(answer) == kSuccess) ++through;
    }
    BOOST_TEST_REQUIRE(over);
  }
  BOOST_TEST(through > 50);  // the generator does get through now and then
}

BOOST_AUTO_TEST_CASE(nobody_is_let_in_without_a_proof) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Draw draw{seed ^ 0xABCDEF};
    Target target(chap_policy(true));
    for (int step = 0; step < 20; ++step) {
      auto pdu = request(stage_of(draw));
      pdu.transit = true;
      pdu.next_stage = draw.below(2) == 0 ? kOperational : kFullFeature;
      const auto answer = target.login.handle_request(
          pdu, step == 0 ? wire(kNames) + wire("AuthMethod=CHAP|") : text_of(draw));
      BOOST_TEST_REQUIRE(!(answer.finished && status_of(answer) == kSuccess));
      BOOST_TEST_REQUIRE(!answer.response.transit);
      if (answer.finished) break;
    }
  }
}

BOOST_AUTO_TEST_CASE(an_initiator_survives_whatever_comes) {
  int ends[5] = {};
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    Draw draw{seed};
    InitiatorLoginConfig config;
    config.initiator_name = "iqn.i";
    if (draw.below(4) != 0) config.target_name = "iqn.t";
    config.isid = isid();
    if (draw.below(2) == 0) config.chap = Secret{"user", "initiator-secret"};
    if (config.chap && draw.below(2) == 0) config.mutual = Secret{"", "target-secret-1"};
    InitiatorLogin login(config, InitiatorTaskTag{1}, counting());
    auto next = login.start();
    Kind kind = Kind::send_next;
    for (int step = 0; step < 200 && kind == Kind::send_next; ++step) {
      pdu::LoginResponse response;
      response.isid = isid();
      response.initiator_task_tag = InitiatorTaskTag{1};
      response.current_stage = draw.below(16) == 0 ? stage_of(draw) : next.request.current_stage;
      response.transit = next.request.transit ? draw.below(2) == 0 : draw.below(16) == 0;
      response.next_stage = next.request.next_stage;
      response.continues = draw.below(16) == 0;
      response.tsih = 9;
      response.status_class =
          draw.below(32) == 0 ? static_cast<std::uint8_t>(draw.below(5)) : std::uint8_t{0};
      const auto outcome = login.handle_response(response, text_of(draw));
      kind = outcome.kind;
      BOOST_TEST_REQUIRE((kind != Kind::full_feature_phase || !config.mutual));
      next = outcome.next;
      BOOST_TEST_REQUIRE(next.text.size() <= 8192u);
    }
    BOOST_TEST_REQUIRE((kind != Kind::send_next));
    ++ends[static_cast<std::size_t>(kind)];
  }
  BOOST_TEST(ends[static_cast<std::size_t>(Kind::refused)] > 0);
  BOOST_TEST(ends[static_cast<std::size_t>(Kind::peer_violation)] > 0);
}

BOOST_AUTO_TEST_SUITE_END()
