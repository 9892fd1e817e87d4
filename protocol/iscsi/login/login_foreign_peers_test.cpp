// Texts captured on loopback between libiscsi 1.19.0 (iscsi-inq, iscsi-ls) and tgtd 1.0.85,
// replayed byte for byte.
#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/login/login_test_peers.hpp"

using namespace lunsim;
using namespace lunsim::login;
using namespace lunsim::login::testing;
using Kind = InitiatorLogin::Outcome::Kind;

namespace {

constexpr std::string_view kLibiscsiNames =
    "InitiatorName=iqn.2007-10.com.github:sahlberg:libiscsi:iscsi-inq|TargetName=iqn.2026-01.test:"
    "tgt|"
    "SessionType=Normal|";
constexpr std::string_view kLibiscsiKeys =
    "HeaderDigest=None,CRC32C|DataDigest=None|InitialR2T=No|ImmediateData=Yes|MaxBurstLength="
    "262144|"
    "FirstBurstLength=262144|DefaultTime2Wait=2|DefaultTime2Retain=0|MaxOutstandingR2T=1|"
    "ErrorRecoveryLevel=0|IFMarker=No|OFMarker=No|MaxConnections=1|MaxRecvDataSegmentLength=262144|"
    "DataPDUInOrder=Yes|DataSequenceInOrder=Yes|";
constexpr std::string_view kLibiscsiDiscovery =
    "InitiatorName=iqn.2007-10.com.github:sahlberg:libiscsi:iscsi-ls|SessionType=Discovery|"
    "HeaderDigest=None|DataDigest=None|InitialR2T=No|ImmediateData=Yes|MaxBurstLength=262144|"
    "FirstBurstLength=262144|DefaultTime2Wait=2|DefaultTime2Retain=0|MaxOutstandingR2T=1|"
    "ErrorRecoveryLevel=0|IFMarker=No|OFMarker=No|MaxConnections=1|MaxRecvDataSegmentLength=262144|"
    "DataPDUInOrder=Yes|DataSequenceInOrder=Yes|";

}  // namespace

BOOST_AUTO_TEST_SUITE(login_foreign_peers)

BOOST_AUTO_TEST_CASE(libiscsi_logs_in_to_us_in_one_exchange) {
  TargetLoginPolicy policy;
  policy.wishes.session.initial_r2t = false;
  policy.wishes.header_digest_crc32c = true;
  Target target(policy);
  const auto answer = target.send(request(kOperational, kFullFeature),
                                  std::string(kLibiscsiNames) + std::string(kLibiscsiKeys));
  BOOST_TEST((status_of(answer) == kSuccess));
  BOOST_TEST(answer.finished);
  BOOST_TEST(
      target.last ==
      "TargetPortalGroupTag=1|HeaderDigest=None|DataDigest=None|InitialR2T=No|ImmediateData=Yes|"
      "MaxBurstLength=262144|DefaultTime2Wait=2|DefaultTime2Retain=0|ErrorRecoveryLevel=0|IFMarker="
      "No|"
      "OFMarker=No|MaxConnections=1|DataPDUInOrder=Yes|DataSequenceInOrder=Yes|FirstBurstLength="
      "65536|"
      "MaxOutstandingR2T=1|MaxRecvDataSegmentLength=262144|");
}

BOOST_AUTO_TEST_CASE(libiscsi_discovers_with_us) {
  Target target;
  const auto answer = target.send(request(kOperational, kFullFeature), kLibiscsiDiscovery);
  BOOST_TEST((status_of(answer) == kSuccess));
  BOOST_TEST(answer.finished);
  BOOST_TEST(target.seen.discovery);
  BOOST_TEST(target.login.connection_parameters().peers_max_recv_data_segment_bytes == 262144u);
}

// The captured initiator has T=1 in the first request already, and answers with upper-case digits.
BOOST_AUTO_TEST_CASE(libiscsi_proves_itself_to_us) {
  TargetLoginPolicy policy = chap_policy();
  policy.initiator_must_be = Secret{"chapuser", "chapsecret12"};
  const FillRandom as_captured = [draw = 0](std::span<std::byte> out) mutable {
    // 01h as identifier, then sixteen bytes of which the response below is the digest.
    for (std::byte& b : out) b = static_cast<std::byte>(draw == 0 ? 1 : 0x9b);
    ++draw;
  };
  TargetLogin login(
      [&](const LoginClaim&) {
        return Admission{kSuccess, "", policy};
      },
      as_captured);
  auto first = login.handle_request(request(kSecurity, kOperational),
                                    wire(std::string(kLibiscsiNames) + "AuthMethod=CHAP,None|"));
  BOOST_TEST(!first.response.transit);
  BOOST_TEST(readable(first.text) == "TargetPortalGroupTag=1|AuthMethod=CHAP|");
  auto second = login.handle_request(request(kSecurity), wire("CHAP_A=5|"));
  BOOST_TEST(readable(second.text) == "CHAP_A=5|CHAP_I=1|CHAP_C=0x" + [] {
    std::string digits;
    for (int i = 0; i < 16; ++i) digits += "9b";
    return digits;
  }() + "|");
  // hashlib.md5(b"\x01chapsecret12" + b"\x9b" * 16), in libiscsi's spelling.
  auto third =
      login.handle_request(request(kSecurity, kOperational),
                           wire("CHAP_N=chapuser|CHAP_R=0xE9AB91E803C46306B4977077CE5E17A4|"));
  BOOST_TEST(third.response.transit);
  auto fourth = login.handle_request(request(kOperational, kFullFeature), wire(kLibiscsiKeys));
  BOOST_TEST(fourth.finished);
  BOOST_TEST((status_of(fourth) == kSuccess));
}

BOOST_AUTO_TEST_CASE(we_log_in_to_tgtd_by_chap) {
  InitiatorLoginConfig config;
  config.initiator_name = "iqn.2007-10.com.github:sahlberg:libiscsi:iscsi-inq";
  config.target_name = "iqn.2026-01.test:tgtchap";
  config.isid = isid();
  config.chap = Secret{"chapuser", "chapsecret12"};
  config.wishes.session.default_time2retain_s = 0;
  InitiatorLogin login(config, InitiatorTaskTag{1}, counting());
  auto last = login.start();
  const auto answer = [&](std::string_view text, bool transit) {
    pdu::LoginResponse response;
    response.isid = isid();
    response.initiator_task_tag = InitiatorTaskTag{1};
    response.current_stage = last.request.current_stage;
    response.transit = transit;
    if (transit) response.next_stage = last.request.next_stage;
    if (transit && response.next_stage == kFullFeature) response.tsih = 0x200;
    auto outcome = login.handle_response(response, wire(text));
    if (outcome.kind == Kind::send_next) last = outcome.next;
    return outcome.kind;
  };
  BOOST_TEST((answer("TargetPortalGroupTag=1|AuthMethod=CHAP|", false) == Kind::send_next));
  BOOST_TEST((answer("CHAP_A=5|CHAP_I=1|CHAP_C="
                     "0x9b2964ea0841c9bea5b1cc704cdae0781dbe56a2005a82c4f2031145aa5974ed4d"
                     "b565f55cde12b46a87f553f51a41eced9e|",
                     false) == Kind::send_next));
  BOOST_TEST(readable(last.text) == "CHAP_N=chapuser|CHAP_R=0x93194a7d6e7dfca50aac2ead6b9ff27c|");
  BOOST_TEST((answer("", true) == Kind::send_next));
  // tgtd's answer to libiscsi's offers, without the markers, which we do not offer.
  BOOST_TEST(
      (answer("HeaderDigest=None|DataDigest=None|InitialR2T=Yes|ImmediateData=Yes|MaxBurstLength="
              "262144|"
              "FirstBurstLength=65536|DefaultTime2Wait=2|DefaultTime2Retain=0|MaxOutstandingR2T=1|"
              "ErrorRecoveryLevel=0|MaxConnections=1|DataPDUInOrder=Yes|DataSequenceInOrder=Yes|",
              true) == Kind::full_feature_phase));
  BOOST_TEST(login.tsih() == 0x200);
  BOOST_TEST(login.connection_parameters().peers_max_recv_data_segment_bytes == 8192u);
}

BOOST_AUTO_TEST_SUITE_END()
