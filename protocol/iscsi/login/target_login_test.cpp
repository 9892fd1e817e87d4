#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/login/login_test_peers.hpp"

using namespace lunsim;
using namespace lunsim::login;
using namespace lunsim::login::testing;

namespace {

LoginStatus first_answer(std::string_view text, TargetLoginPolicy policy = {},
                         pdu::LoginRequest pdu = request(kOperational, kFullFeature)) {
  Target target(std::move(policy));
  const auto answer = target.send(pdu, text);
  BOOST_TEST(answer.finished == (status_of(answer) != kSuccess || answer.response.transit));
  return status_of(answer);
}
std::string names() { return std::string(kNames); }

}  // namespace

BOOST_AUTO_TEST_SUITE(target_login)

// RFC 7143 §6.3.1: T=1, CSG=1, NSG=3 both ways is a whole login.
BOOST_AUTO_TEST_CASE(one_exchange_suffices_without_security) {
  Target target;
  const auto answer = target.send(request(kOperational, kFullFeature),
                                  names() + "MaxRecvDataSegmentLength=65536|InitialR2T=No|");
  BOOST_TEST((status_of(answer) == kSuccess));
  BOOST_TEST(answer.finished);
  BOOST_TEST(answer.response.transit);
  BOOST_TEST((answer.response.current_stage == kOperational));
  BOOST_TEST((answer.response.next_stage == kFullFeature));
  BOOST_TEST((answer.response.isid == isid()));
  BOOST_TEST((answer.response.initiator_task_tag == InitiatorTaskTag{0x1234}));
  BOOST_TEST(target.last ==
             "TargetPortalGroupTag=1|InitialR2T=Yes|MaxRecvDataSegmentLength=262144|");
  BOOST_TEST(target.login.connection_parameters().peers_max_recv_data_segment_bytes == 65536u);
  BOOST_TEST(target.login.connection_parameters().our_max_recv_data_segment_bytes == 262144u);
  BOOST_TEST((target.login.first_cmd_sn() == CmdSn{100}));
}

BOOST_AUTO_TEST_CASE(the_claim_is_put_to_the_owner_of_the_sessions_once) {
  Target target;
  auto pdu = request(kSecurity, kOperational);
  pdu.tsih = 0x55;
  target.send(pdu, names() + "SessionType=Normal|AuthMethod=None|");
  auto next = request(kOperational, kFullFeature);
  next.tsih = 0x55;
  BOOST_TEST(target.send(next, "").finished);
  BOOST_TEST(target.admissions == 1);
  BOOST_TEST(target.seen.initiator_name == "iqn.2026-01.test:i");
  BOOST_TEST(target.seen.target_name == "iqn.2026-01.test:t");
  BOOST_TEST(!target.seen.discovery);
  BOOST_TEST(target.seen.tsih == 0x55);
  BOOST_TEST(target.seen.cid == 7);
  BOOST_TEST((target.seen.isid == isid()));
}

BOOST_AUTO_TEST_CASE(names_are_wanted_in_the_first_request) {
  BOOST_TEST((first_answer("TargetName=iqn.2026-01.test:t|") == kMissingParameter));
  BOOST_TEST((first_answer("InitiatorName=iqn.2026-01.test:i|") == kMissingParameter));
  BOOST_TEST((first_answer("") == kMissingParameter));
  BOOST_TEST((first_answer("InitiatorName=iqn.2026-01.test:i|SessionType=Discovery|") == kSuccess));
  BOOST_TEST((first_answer("InitiatorName=|TargetName=iqn.t|") == kInitiatorError));
  BOOST_TEST((first_answer("InitiatorName=iqn.a b|TargetName=iqn.t|") == kInitiatorError));
  BOOST_TEST((first_answer("InitiatorName=" + std::string(224, 'a') + "|TargetName=iqn.t|") ==
              kInitiatorError));
}

BOOST_AUTO_TEST_CASE(session_types_are_normal_and_discovery) {
  BOOST_TEST((first_answer(names() + "SessionType=Normal|") == kSuccess));
  BOOST_TEST((first_answer(names() + "SessionType=discovery|") == kSessionTypeNotSupported));
}

BOOST_AUTO_TEST_CASE(the_header_is_judged_before_the_text) {
  const auto with = [](auto change) {
    auto pdu = request(kOperational, kFullFeature);
    change(pdu);
    return first_answer("garbage", {}, pdu);
  };
  BOOST_TEST((with([](auto& p) { p.version_min = p.version_max = 1; }) == kUnsupportedVersion));
  BOOST_TEST((with([](auto& p) { p.continues = true; }) == kInitiatorError));
  BOOST_TEST((with([](auto& p) { p.current_stage = pdu::Stage{2}; }) == kInitiatorError));
  BOOST_TEST((with([](auto& p) { p.current_stage = kFullFeature; }) == kInitiatorError));
}

BOOST_AUTO_TEST_CASE(a_range_of_versions_down_to_zero_is_supported) {
  auto pdu = request(kOperational, kFullFeature);
  pdu.version_max = 5;
  BOOST_TEST((first_answer(kNames, {}, pdu) == kSuccess));
}

BOOST_AUTO_TEST_CASE(only_transitions_of_the_table_are_taken) {
  for (unsigned from = 0; from < 4; ++from) {
    for (unsigned to = 0; to < 4; ++to) {
      const bool legal = (from == 0 && (to == 1 || to == 3)) || (from == 1 && to == 3);
      BOOST_TEST_CONTEXT(from << " to " << to) {
        Target target;
        const auto answer = target.send(
            request(static_cast<pdu::Stage>(from), static_cast<pdu::Stage>(to)), kNames);
        BOOST_TEST((status_of(answer) == (legal ? kSuccess : kInitiatorError)));
        BOOST_TEST(answer.response.transit == legal);
        BOOST_TEST(answer.finished == (!legal || to == 3));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_identifies_a_login_must_not_change_within_it) {
  const auto second = [](auto change) {
    Target target;
    target.send(request(kOperational), kNames);
    auto pdu = request(kOperational, kFullFeature);
    change(pdu);
    return status_of(target.send(pdu, ""));
  };
  BOOST_TEST((second([](auto&) {}) == kSuccess));
  BOOST_TEST((second([](auto& p) { p.isid.bytes[5] = std::byte{9}; }) == kInitiatorError));
  BOOST_TEST((second([](auto& p) { p.tsih = 1; }) == kInitiatorError));
  BOOST_TEST((second([](auto& p) { p.cid = 8; }) == kInitiatorError));
  BOOST_TEST(
      (second([](auto& p) { p.initiator_task_tag = InitiatorTaskTag{2}; }) == kInitiatorError));
  BOOST_TEST((second([](auto& p) { p.version_max = 1; }) == kInitiatorError));
  BOOST_TEST((second([](auto& p) { p.current_stage = kSecurity; }) == kInitiatorError));
}

BOOST_AUTO_TEST_CASE(a_stage_that_was_not_agreed_is_not_entered) {
  Target target;
  target.send(request(kSecurity), kNames);
  BOOST_TEST((status_of(target.send(request(kOperational, kFullFeature), "")) == kInitiatorError));
}

BOOST_AUTO_TEST_CASE(a_target_never_answers_with_a_transition_that_was_not_asked_for) {
  Target target;
  const auto answer = target.send(request(kSecurity), names() + "AuthMethod=None|");
  BOOST_TEST(!answer.response.transit);
  BOOST_TEST(target.last == "TargetPortalGroupTag=1|AuthMethod=None|");
  BOOST_TEST(target.send(request(kSecurity, kOperational), "").response.transit);
}

BOOST_AUTO_TEST_CASE(broken_text_and_broken_rules_are_initiator_errors) {
  for (const auto* text :
       {"InitiatorAlias", "=x|", "MaxBurstLength=512|MaxBurstLength=512|", "AuthMethod=None|",
        "SendTargets=All|", "TargetAlias=a|", "MaxBurstLength=Reject|",
        "MaxRecvDataSegmentLength=1|", "InitiatorName=iqn.again|"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST((first_answer(names() + text) == kInitiatorError));
  }
}

BOOST_AUTO_TEST_CASE(alias_and_portal_group_come_with_the_first_answer_to_a_whole_text) {
  TargetLoginPolicy policy;
  policy.target_alias = "a disk";
  policy.target_portal_group_tag = 0;
  Target target(policy);
  auto part = request(kSecurity);
  part.continues = true;
  target.send(part, kNames.substr(0, 20));
  BOOST_TEST(target.last == "");
  target.send(request(kSecurity), kNames.substr(20));
  BOOST_TEST(target.last == "TargetPortalGroupTag=0|TargetAlias=a disk|");
  target.send(request(kSecurity), "");
  BOOST_TEST(target.last == "");
}

BOOST_AUTO_TEST_CASE(the_receive_limit_is_declared_once) {
  Target target;
  target.send(request(kOperational), kNames);
  BOOST_TEST(contains(target.last, "MaxRecvDataSegmentLength=262144|"));
  target.send(request(kOperational), "MaxConnections=1|");
  BOOST_TEST(target.last == "MaxConnections=1|");
}

BOOST_AUTO_TEST_CASE(a_refused_admission_ends_the_login_with_its_status) {
  Admission refused;
  refused.status = kNotFound;
  Target target({}, refused);
  const auto answer = target.send(request(kOperational, kFullFeature), kNames);
  BOOST_TEST((status_of(answer) == kNotFound));
  BOOST_TEST(answer.finished);
  BOOST_TEST(!answer.response.transit);
  BOOST_TEST(answer.text.empty());
  BOOST_TEST(
      (status_of(target.send(request(kOperational, kFullFeature), kNames)) == kInvalidDuringLogin));
  BOOST_TEST(target.admissions == 1);
}

// RFC 7143 §13.8: no portal group tag in a redirect's address.
BOOST_AUTO_TEST_CASE(a_redirection_names_the_new_address) {
  Admission moved;
  moved.status = kTargetMovedPermanently;
  moved.redirect_to = "[2001:db8::1]:3260,1";
  Target target({}, moved);
  const auto answer = target.send(request(kSecurity, kOperational), names() + "AuthMethod=None|");
  BOOST_TEST((status_of(answer) == kTargetMovedPermanently));
  BOOST_TEST(answer.finished);
  BOOST_TEST(target.last == "TargetAddress=[2001:db8::1]:3260|");
}

BOOST_AUTO_TEST_CASE(discovery_answers_irrelevant_keys_as_such) {
  Target target;
  const auto answer = target.send(request(kOperational, kFullFeature),
                                  "InitiatorName=iqn.2026-01.test:i|SessionType=Discovery|"
                                  "MaxBurstLength=512|ErrorRecoveryLevel=2|");
  BOOST_TEST(answer.finished);
  BOOST_TEST(value_in(target.last, "MaxBurstLength") == "Irrelevant");
  BOOST_TEST(value_in(target.last, "ErrorRecoveryLevel") == "0");
  BOOST_TEST(value_in(target.last, "TargetPortalGroupTag") == "1");
  BOOST_TEST(target.seen.discovery);
  BOOST_TEST(target.seen.target_name == "");
}

BOOST_AUTO_TEST_CASE(parts_with_the_c_bit_make_one_text_wherever_they_are_cut) {
  const std::string whole = names() + "MaxConnections=4|DefaultTime2Wait=9|";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    Target target;
    auto part = request(kOperational);
    part.continues = true;
    const auto between = target.send(part, std::string_view(whole).substr(0, cut));
    BOOST_TEST((status_of(between) == kSuccess));
    BOOST_TEST(between.text.empty());
    BOOST_TEST(!between.response.transit);
    const auto answer =
        target.send(request(kOperational, kFullFeature), std::string_view(whole).substr(cut));
    BOOST_TEST(answer.finished);
    BOOST_TEST(target.last ==
               "TargetPortalGroupTag=1|MaxConnections=1|DefaultTime2Wait=9|"
               "MaxRecvDataSegmentLength=262144|");
  }
}

BOOST_AUTO_TEST_CASE(a_text_without_end_runs_into_a_bound) {
  Target target;
  auto part = request(kOperational);
  part.continues = true;
  int exchanges = 0;
  while (status_of(target.send(part, std::string(8192, 'x'))) == kSuccess) ++exchanges;
  BOOST_TEST(exchanges == 8);  // 64 KiB
}

BOOST_AUTO_TEST_CASE(a_login_without_end_runs_into_a_bound) {
  Target target;
  target.send(request(kOperational), kNames);
  int exchanges = 1;
  while (status_of(target.send(request(kOperational), "")) == kSuccess) ++exchanges;
  BOOST_TEST(exchanges >= 6);  // §6.2
  BOOST_TEST(exchanges <= 128);
}

// As many keys as fit in a Login Request, each answered by more bytes than it has.
BOOST_AUTO_TEST_CASE(a_flood_of_unknown_keys_is_answered_in_parts_or_refused) {
  std::string flood = names();
  for (int i = 0; i < 1000; ++i) flood += "X" + std::to_string(i) + "=b|";
  Target target;
  auto answer = target.send(request(kOperational, kFullFeature), flood);
  std::string whole = target.last;
  int parts = 1;
  while (answer.response.continues) {
    BOOST_TEST(answer.text.size() <= 8192u);
    BOOST_TEST(!answer.response.transit);
    answer = target.send(request(kOperational, kFullFeature), "");
    whole += target.last;
    ++parts;
  }
  BOOST_TEST(answer.finished);
  BOOST_TEST(parts == 3);
  BOOST_TEST(contains(whole, "X999=NotUnderstood|MaxRecvDataSegmentLength=262144|"));

  std::string pairs = names();
  for (int i = 0; i < 2048; ++i) pairs += "a=b|";
  BOOST_TEST((first_answer(pairs) == kInitiatorError));
}

BOOST_AUTO_TEST_CASE(requests_are_empty_while_a_long_answer_is_fetched) {
  std::string flood = names();
  for (int i = 0; i < 1000; ++i) flood += "X" + std::to_string(i) + "=b|";
  Target target;
  BOOST_TEST(target.send(request(kOperational, kFullFeature), flood).response.continues);
  BOOST_TEST(
      (status_of(target.send(request(kOperational), "MaxConnections=1|")) == kInitiatorError));
}

BOOST_AUTO_TEST_CASE(keys_that_silence_cannot_settle_are_proposed_by_the_target) {
  TargetLoginPolicy policy;
  policy.wishes.session.immediate_data = false;
  policy.wishes.session.max_burst_bytes = 4096;
  Target target(policy);
  const auto answer = target.send(request(kOperational, kFullFeature), kNames);
  BOOST_TEST(!answer.response.transit);
  BOOST_TEST(contains(target.last, "ImmediateData=No|MaxBurstLength=4096|FirstBurstLength=4096|"));
  const auto last = target.send(request(kOperational, kFullFeature),
                                "ImmediateData=No|MaxBurstLength=4096|FirstBurstLength=1024|");
  BOOST_TEST(last.finished);
  BOOST_TEST(target.login.session_parameters().first_burst_bytes == 1024u);
  BOOST_TEST(!target.login.session_parameters().immediate_data);
}

BOOST_AUTO_TEST_CASE(a_target_with_something_to_propose_does_not_skip_the_operational_stage) {
  TargetLoginPolicy policy;
  policy.wishes.session.max_burst_bytes = 4096;
  Target target(policy);
  const auto answer = target.send(request(kSecurity, kFullFeature), kNames);
  BOOST_TEST(answer.response.transit);
  BOOST_TEST((answer.response.next_stage == kOperational));
  BOOST_TEST(!answer.finished);
}

BOOST_AUTO_TEST_CASE(leading_only_keys_are_refused_on_a_further_connection) {
  auto pdu = request(kOperational, kFullFeature);
  pdu.tsih = 3;
  BOOST_TEST((first_answer(names() + "HeaderDigest=None|", {}, pdu) == kSuccess));
  BOOST_TEST((first_answer(names() + "MaxConnections=2|", {}, pdu) == kInitiatorError));
}

BOOST_AUTO_TEST_SUITE_END()
