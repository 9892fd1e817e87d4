#include "protocol/iscsi/negotiation/negotiator.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <optional>
#include <utility>

namespace {
using namespace lunsim::negotiation;
using Texts = std::initializer_list<std::pair<std::string_view, std::string_view>>;

std::vector<TextPair> pairs_of(Texts texts) {
  std::vector<TextPair> pairs;
  for (const auto& [key, value] : texts) pairs.push_back({key, value, 0});
  return pairs;
}

/// What the peer reads, with '|' for the nulls.
std::string readable(std::string text) {
  for (char& c : text) {
    if (c == '\0') c = '|';
  }
  return text;
}

struct Side {
  explicit Side(Negotiator::Setup setup) : negotiator(std::move(setup)) {
    negotiator.enter(Phase::operational);
  }
  /// The answers, or "error: " and why.
  std::string receive(Texts texts) {
    TextBuilder answers;
    const auto done = negotiator.handle(pairs_of(texts), answers);
    return done ? readable(answers.take()) : "error: " + std::string(done.error().reason);
  }
  std::string offer() {
    TextBuilder out;
    negotiator.offer_everything(out);
    return readable(out.take());
  }
  Negotiator negotiator;
};

Wishes generous() {
  Wishes wishes;
  wishes.session.initial_r2t = false;
  wishes.session.max_burst_bytes = 16777215;
  wishes.session.first_burst_bytes = 16777215;
  wishes.session.max_connections = 65535;
  wishes.session.max_outstanding_r2t = 65535;
  wishes.session.default_time2retain_s = 3600;
  wishes.session.default_time2wait_s = 0;
  wishes.session.data_pdu_in_order = false;
  wishes.session.data_sequence_in_order = false;
  wishes.session.error_recovery_level = 2;
  wishes.session.iscsi_protocol_level = 2;
  wishes.header_digest_crc32c = wishes.data_digest_crc32c = true;
  return wishes;
}
Side target(Wishes wishes = {}) {
  return Side({.role = Role::target, .wishes = std::move(wishes)});
}
Side initiator(Wishes wishes = {}) {
  return Side({.role = Role::initiator, .wishes = std::move(wishes)});
}
}  // namespace

BOOST_AUTO_TEST_SUITE(negotiator_as_acceptor)

// Golden rows from the heads of RFC 7143 §13: key, what is offered, what the acceptor with the
// second wish answers.
BOOST_AUTO_TEST_CASE(answers_follow_the_result_function_of_each_key) {
  struct Row {
    std::string_view key, offered, by_default, generously;
  };
  constexpr Row kRows[] = {
      {"MaxConnections", "8", "1", "8"},
      {"MaxConnections", "0", "Reject", "Reject"},
      {"MaxConnections", "65535", "1", "65535"},
      {"MaxConnections", "65536", "Reject", "Reject"},
      {"InitialR2T", "Yes", "Yes", "Yes"},
      {"InitialR2T", "No", "Yes", "No"},
      {"InitialR2T", "no", "Reject", "Reject"},
      {"ImmediateData", "Yes", "Yes", "Yes"},
      {"ImmediateData", "No", "No", "No"},
      {"MaxBurstLength", "511", "Reject", "Reject"},
      {"MaxBurstLength", "512", "512", "512"},
      {"MaxBurstLength", "0x100000", "262144", "1048576"},
      {"MaxBurstLength", "16777215", "262144", "16777215"},
      {"MaxBurstLength", "16777216", "Reject", "Reject"},
      {"MaxBurstLength", "512~1024", "Reject", "Reject"},
      {"FirstBurstLength", "512", "512", "512"},
      {"FirstBurstLength", "131072", "65536", "131072"},
      {"FirstBurstLength", "16777216", "Reject", "Reject"},
      {"DefaultTime2Wait", "0", "2", "0"},
      {"DefaultTime2Wait", "5", "5", "5"},
      {"DefaultTime2Wait", "3601", "Reject", "Reject"},
      {"DefaultTime2Retain", "0", "0", "0"},
      {"DefaultTime2Retain", "60", "20", "60"},
      {"DefaultTime2Retain", "3601", "Reject", "Reject"},
      {"MaxOutstandingR2T", "4", "1", "4"},
      {"MaxOutstandingR2T", "0", "Reject", "Reject"},
      {"DataPDUInOrder", "No", "Yes", "No"},
      {"DataPDUInOrder", "Yes", "Yes", "Yes"},
      {"DataSequenceInOrder", "No", "Yes", "No"},
      {"DataSequenceInOrder", "Yes", "Yes", "Yes"},
      {"ErrorRecoveryLevel", "2", "0", "2"},
      {"ErrorRecoveryLevel", "3", "Reject", "Reject"},
      {"iSCSIProtocolLevel", "2", "1", "2"},
      {"iSCSIProtocolLevel", "0", "0", "0"},
      {"iSCSIProtocolLevel", "32", "Reject", "Reject"},
      {"HeaderDigest", "CRC32C,None", "None", "CRC32C"},
      {"HeaderDigest", "None,CRC32C", "None", "None"},
      {"DataDigest", "Y-com.example.x,CRC32C,None", "None", "CRC32C"},
      {"DataDigest", "None", "None", "None"},
      {"TaskReporting", "FastAbort,ResponseFence,RFC3720", "RFC3720", "RFC3720"},
      {"TaskReporting", "FastAbort", "Reject", "Reject"},
      {"IFMarker", "No", "No", "No"},
      {"OFMarker", "Yes", "Reject", "Reject"},
      {"IFMarkInt", "2048~2048", "Reject", "Reject"},
      {"OFMarkInt", "2048", "Reject", "Reject"},
      {"X-com.example.foo", "1", "NotUnderstood", "NotUnderstood"},
      {"X#foo", "1", "NotUnderstood", "NotUnderstood"},
      {"headerdigest", "None", "NotUnderstood", "NotUnderstood"},
  };
  for (const Row& row : kRows) {
    BOOST_TEST_CONTEXT(row.key << "=" << row.offered) {
      const std::string prefix = std::string(row.key) + "=";
      auto plain = target(), wide = target(generous());
      BOOST_TEST(plain.receive({{row.key, row.offered}}) ==
                 prefix + std::string(row.by_default) + "|");
      BOOST_TEST(wide.receive({{row.key, row.offered}}) ==
                 prefix + std::string(row.generously) + "|");
    }
  }
}

BOOST_AUTO_TEST_CASE(task_reporting_is_the_first_that_is_not_beyond_what_we_wish) {
  constexpr auto kOffer = "FastAbort,ResponseFence,RFC3720";
  Wishes wishes;
  for (const auto& [most, answer] : {std::pair{TaskReporting::rfc3720, "RFC3720"},
                                     std::pair{TaskReporting::response_fence, "ResponseFence"},
                                     std::pair{TaskReporting::fast_abort, "FastAbort"}}) {
    wishes.session.task_reporting = most;
    auto side = target(wishes);
    BOOST_TEST(side.receive({{"TaskReporting", kOffer}}) ==
               "TaskReporting=" + std::string(answer) + "|");
    BOOST_REQUIRE(side.negotiator.settle().has_value());
    BOOST_TEST((side.negotiator.session().task_reporting == most));
  }
  auto side = target(wishes);
  BOOST_TEST(side.receive({{"TaskReporting", "SlowAbort,ResponseFence"}}) ==
             "TaskReporting=ResponseFence|");
}

BOOST_AUTO_TEST_CASE(a_digest_that_none_of_the_offer_is_gets_reject_and_none_stays) {
  auto side = target();
  BOOST_TEST(side.receive({{"HeaderDigest", "CRC32C"}}) == "HeaderDigest=Reject|");
  BOOST_TEST(side.negotiator.settle().has_value());
  BOOST_TEST((side.negotiator.connection().header_digest == Digest::none));
}

BOOST_AUTO_TEST_CASE(a_digest_that_we_insist_on_fails_the_negotiation_if_it_is_not_offered) {
  Wishes wishes;
  wishes.data_digest_none = false;
  wishes.data_digest_crc32c = true;
  auto side = target(wishes);
  BOOST_TEST(side.receive({{"DataDigest", "None"}}) ==
             "error: none of the offered values is acceptable");
}

BOOST_AUTO_TEST_CASE(rejected_values_leave_the_default_in_force) {
  auto side = target(generous());
  side.receive({{"MaxBurstLength", "1"}, {"ImmediateData", "maybe"}});
  BOOST_REQUIRE(side.negotiator.settle().has_value());
  BOOST_TEST(side.negotiator.session().max_burst_bytes == 262144u);
  BOOST_TEST(side.negotiator.session().immediate_data);
}

BOOST_AUTO_TEST_CASE(reserved_words_must_not_be_proposed) {
  for (const auto* word : {"Reject", "Irrelevant", "NotUnderstood"}) {
    for (const auto* key :
         {"MaxBurstLength", "HeaderDigest", "InitialR2T", "IFMarker", "X-unknown"}) {
      BOOST_TEST_CONTEXT(key << "=" << word) {
        BOOST_TEST(target().receive({{key, word}}).starts_with("error: "));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_key_sent_twice_is_an_error_also_in_another_text_and_stage) {
  BOOST_TEST(target().receive({{"MaxBurstLength", "512"}, {"MaxBurstLength", "512"}}) ==
             "error: a key sent twice in one negotiation");
  auto side = target();
  side.receive({{"ErrorRecoveryLevel", "0"}});
  BOOST_TEST(side.receive({{"ErrorRecoveryLevel", "0"}}).starts_with("error: "));
  Side login({.role = Role::target, .wishes = {}});
  login.negotiator.enter(Phase::security);
  BOOST_TEST(login.receive({{"InitiatorName", "iqn.a"}}) == "");
  login.negotiator.enter(Phase::operational);
  BOOST_TEST(login.receive({{"InitiatorName", "iqn.a"}}).starts_with("error: "));
  BOOST_TEST(target().receive({{"X-a", "1"}, {"X-b", "1"}, {"X-a", "2"}}).starts_with("error: "));
}

BOOST_AUTO_TEST_CASE(a_target_address_may_be_declared_several_times) {
  BOOST_TEST(initiator().receive({{"TargetAddress", "10.0.0.1"}, {"TargetAddress", "10.0.0.2"}}) ==
             "");
}

BOOST_AUTO_TEST_CASE(keys_are_held_to_their_stage) {
  Side side({.role = Role::target, .wishes = {}});
  side.negotiator.enter(Phase::security);
  BOOST_TEST(side.receive({{"MaxBurstLength", "512"}}) ==
             "error: an operational key in the security stage");
  BOOST_TEST(
      side.receive({{"SessionType", "Normal"}, {"AuthMethod", "None"}, {"InitiatorAlias", "a"}}) ==
      "");
  BOOST_TEST(target().receive({{"AuthMethod", "None"}}) ==
             "error: a security key in the operational stage");
  BOOST_TEST(target().receive({{"SendTargets", "All"}}) ==
             "error: a key of full feature phase in the login phase");
}

BOOST_AUTO_TEST_CASE(keys_are_held_to_their_sender) {
  for (const auto* key : {"TargetAlias", "TargetAddress", "TargetPortalGroupTag"}) {
    BOOST_TEST(target().receive({{key, "1"}}) == "error: a key that this side may not send");
  }
  for (const auto* key : {"InitiatorName", "InitiatorAlias", "SessionType"}) {
    BOOST_TEST(initiator().receive({{key, "iqn.a"}}) == "error: a key that this side may not send");
  }
  BOOST_TEST(initiator().receive({{"TargetName", "iqn.a"}}) ==
             "error: a key of full feature phase in the login phase");
}

BOOST_AUTO_TEST_CASE(leading_only_keys_are_refused_on_a_further_connection) {
  Side side({.role = Role::target, .leading = false});
  BOOST_TEST(side.receive({{"HeaderDigest", "None"}, {"MaxRecvDataSegmentLength", "512"}}) ==
             "HeaderDigest=None|");
  BOOST_TEST(side.receive({{"SessionType", "Normal"}}) == "");
  BOOST_TEST(side.receive({{"MaxConnections", "1"}}).starts_with("error: "));
}

BOOST_AUTO_TEST_CASE(keys_without_sense_in_discovery_are_irrelevant) {
  for (const auto* key : {"MaxConnections", "InitialR2T", "ImmediateData", "MaxBurstLength",
                          "FirstBurstLength", "MaxOutstandingR2T", "DataPDUInOrder",
                          "DataSequenceInOrder", "TaskReporting", "iSCSIProtocolLevel"}) {
    Side side({.role = Role::target, .wishes = {}, .discovery = true});
    BOOST_TEST(side.receive({{key, "1"}}) == std::string(key) + "=Irrelevant|");
  }
  Side side({.role = Role::target, .wishes = generous(), .discovery = true});
  BOOST_TEST(side.receive({{"ErrorRecoveryLevel", "2"}, {"DefaultTime2Wait", "3"}}) ==
             "ErrorRecoveryLevel=0|DefaultTime2Wait=3|");  // §13.21
}

BOOST_AUTO_TEST_CASE(a_declared_receive_limit_must_be_in_its_range) {
  for (const auto* value : {"511", "16777216", "", "None", "512~513", "8192,512"}) {
    BOOST_TEST_CONTEXT(value) {
      BOOST_TEST(target().receive({{"MaxRecvDataSegmentLength", value}}).starts_with("error: "));
    }
  }
  auto side = target();
  BOOST_TEST(side.receive({{"MaxRecvDataSegmentLength", "16777215"}}) == "");
  BOOST_TEST(side.negotiator.connection().peers_max_recv_data_segment_bytes == 8192u);
  BOOST_REQUIRE(side.negotiator.settle().has_value());
  BOOST_TEST(side.negotiator.connection().peers_max_recv_data_segment_bytes == 16777215u);
}

BOOST_AUTO_TEST_CASE(first_burst_is_answered_within_max_burst_in_any_order_of_keys) {
  auto first = target(generous());
  BOOST_TEST(first.receive({{"FirstBurstLength", "65536"}, {"MaxBurstLength", "4096"}}) ==
             "MaxBurstLength=4096|FirstBurstLength=4096|");
  BOOST_TEST(first.negotiator.settle().has_value());
}

BOOST_AUTO_TEST_CASE(first_burst_above_max_burst_is_found_when_all_is_known) {
  auto side = target(generous());
  side.receive({{"FirstBurstLength", "65536"}});
  side.receive({{"MaxBurstLength", "4096"}});
  const auto settled = side.negotiator.settle();
  BOOST_REQUIRE(!settled);
  BOOST_TEST(settled.error().section == "RFC 7143 §13.14");
  BOOST_TEST(side.negotiator.session().max_burst_bytes == 262144u);  // nothing is in force
}

BOOST_AUTO_TEST_CASE(outstanding_r2ts_are_one_with_error_recovery_and_ordered_sequences) {
  Wishes wishes = generous();
  auto side = target(wishes);
  BOOST_TEST(side.receive({{"MaxOutstandingR2T", "4"},
                           {"ErrorRecoveryLevel", "1"},
                           {"DataSequenceInOrder", "Yes"}}) ==
             "ErrorRecoveryLevel=1|DataSequenceInOrder=Yes|MaxOutstandingR2T=1|");
  BOOST_TEST(side.negotiator.settle().has_value());
}

BOOST_AUTO_TEST_CASE(silence_is_broken_only_where_the_default_cannot_stay) {
  auto content = target();
  BOOST_TEST(!content.negotiator.has_something_to_propose());

  Wishes wishes;
  wishes.session.immediate_data = false;
  wishes.session.max_burst_bytes = 4096;
  wishes.session.default_time2retain_s = 0;
  wishes.header_digest_none = false;
  wishes.header_digest_crc32c = true;
  auto side = target(wishes);
  side.receive({{"MaxBurstLength", "8192"}});
  TextBuilder out;
  side.negotiator.propose_missing(out);
  BOOST_TEST(readable(out.text()) ==
             "HeaderDigest=CRC32C|ImmediateData=No|FirstBurstLength=4096|DefaultTime2Retain=0|");
  BOOST_TEST(side.negotiator.awaits_answers());
  BOOST_TEST(side.receive({{"HeaderDigest", "CRC32C"},
                           {"FirstBurstLength", "2048"},
                           {"DefaultTime2Retain", "0"}}) == "");
  BOOST_TEST(!side.negotiator.awaits_answers());  // No settles ImmediateData without an answer
  BOOST_REQUIRE(side.negotiator.settle().has_value());
  BOOST_TEST(side.negotiator.session().first_burst_bytes == 2048u);
  BOOST_TEST(!side.negotiator.session().immediate_data);
  BOOST_TEST((side.negotiator.connection().header_digest == Digest::crc32c));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(negotiator_as_proposer)

BOOST_AUTO_TEST_CASE(an_initiator_offers_every_operational_key_once) {
  auto side = initiator();
  BOOST_TEST(side.offer() ==
             "MaxRecvDataSegmentLength=262144|HeaderDigest=None|DataDigest=None|MaxConnections=1|"
             "InitialR2T=Yes|ImmediateData=Yes|MaxBurstLength=262144|FirstBurstLength=65536|"
             "DefaultTime2Wait=2|DefaultTime2Retain=20|MaxOutstandingR2T=1|DataPDUInOrder=Yes|"
             "DataSequenceInOrder=Yes|ErrorRecoveryLevel=0|");
  BOOST_TEST(side.offer() == "");
}

BOOST_AUTO_TEST_CASE(a_discovery_session_offers_relevant_keys_only) {
  Side side({.role = Role::initiator, .wishes = generous(), .discovery = true});
  BOOST_TEST(side.offer() ==
             "MaxRecvDataSegmentLength=262144|HeaderDigest=None,CRC32C|DataDigest=None,CRC32C|"
             "DefaultTime2Wait=0|DefaultTime2Retain=3600|ErrorRecoveryLevel=0|");
}

BOOST_AUTO_TEST_CASE(a_further_connection_offers_its_own_keys_only) {
  Side side({.role = Role::initiator, .leading = false});
  BOOST_TEST(side.offer() == "MaxRecvDataSegmentLength=262144|HeaderDigest=None|DataDigest=None|");
}

BOOST_AUTO_TEST_CASE(digests_are_listed_in_the_order_preferred) {
  Wishes wishes;
  wishes.header_digest_crc32c = true;
  wishes.data_digest_none = false;
  wishes.data_digest_crc32c = true;
  wishes.prefer_digests = true;
  const std::string offer = initiator(wishes).offer();
  BOOST_TEST(offer.find("HeaderDigest=CRC32C,None|DataDigest=CRC32C|") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wishes_outside_the_range_are_offered_at_its_end) {
  Wishes wishes;
  wishes.session.max_burst_bytes = 1;
  wishes.session.first_burst_bytes = 0xFFFF'FFFF;
  wishes.session.error_recovery_level = 9;
  wishes.our_max_recv_data_segment_bytes = 0xFFFF'FFFF;
  const std::string offer = initiator(wishes).offer();
  BOOST_TEST(offer.find("MaxRecvDataSegmentLength=16777215|") != std::string::npos);
  BOOST_TEST(offer.find("MaxBurstLength=512|FirstBurstLength=512|") != std::string::npos);
  BOOST_TEST(offer.find("ErrorRecoveryLevel=2|") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_outside_what_was_offered_are_violations) {
  struct Row {
    std::string_view key, answer;
    bool admissible;
  };
  constexpr Row kRows[] = {
      {"MaxBurstLength", "262144", true},
      {"MaxBurstLength", "262145", false},
      {"MaxBurstLength", "511", false},
      {"MaxBurstLength", "1024~2048", false},
      {"MaxBurstLength", "NotUnderstood", false},
      {"MaxBurstLength", "Irrelevant", true},
      {"MaxBurstLength", "Reject", true},  // the default of 262144 is what we wished
      {"DefaultTime2Wait", "2", true},
      {"DefaultTime2Wait", "1", false},
      {"DefaultTime2Wait", "3600", true},
      {"DefaultTime2Wait", "Irrelevant", false},
      {"MaxConnections", "0", false},
      {"MaxConnections", "2", false},
      {"InitialR2T", "No", false},
      {"InitialR2T", "Yes", true},
      {"ImmediateData", "No", true},
      {"ImmediateData", "yes", false},
      {"HeaderDigest", "None", true},
      {"HeaderDigest", "CRC32C", false},
      {"HeaderDigest", "None,None", false},
      {"HeaderDigest", "Reject", true},
      {"HeaderDigest", "Irrelevant", false},
      {"HeaderDigest", "", false},
      {"ErrorRecoveryLevel", "1", false},
  };
  for (const Row& row : kRows) {
    BOOST_TEST_CONTEXT(row.key << "=" << row.answer) {
      auto side = initiator();
      side.offer();
      BOOST_TEST((side.receive({{row.key, row.answer}}) == "") == row.admissible);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_reject_of_what_we_cannot_do_without_is_a_failure) {
  Wishes wishes;
  wishes.session.max_burst_bytes = 4096;
  wishes.session.first_burst_bytes = 4096;
  wishes.header_digest_none = false;
  wishes.header_digest_crc32c = true;
  auto side = initiator(wishes);
  side.offer();
  BOOST_TEST(side.receive({{"MaxBurstLength", "Reject"}}).starts_with("error: "));
  BOOST_TEST(side.receive({{"HeaderDigest", "Reject"}}).starts_with("error: "));
}

BOOST_AUTO_TEST_CASE(an_offer_without_its_answer_does_not_settle) {
  auto side = initiator();
  side.offer();
  BOOST_TEST(side.negotiator.awaits_answers());
  BOOST_TEST(!side.negotiator.settle());
  // InitialR2T=Yes, DataPDUInOrder=Yes and DataSequenceInOrder=Yes settle themselves (§6.2.2).
  side.receive({{"HeaderDigest", "None"},
                {"DataDigest", "None"},
                {"MaxConnections", "1"},
                {"ImmediateData", "Yes"},
                {"MaxBurstLength", "65536"},
                {"FirstBurstLength", "65536"},
                {"DefaultTime2Wait", "2"},
                {"DefaultTime2Retain", "0"},
                {"MaxOutstandingR2T", "1"}});
  BOOST_TEST(side.negotiator.awaits_answers());
  side.receive({{"ErrorRecoveryLevel", "0"}});
  BOOST_TEST(!side.negotiator.awaits_answers());
  BOOST_REQUIRE(side.negotiator.settle().has_value());
  BOOST_TEST(side.negotiator.session().max_burst_bytes == 65536u);
}

BOOST_AUTO_TEST_CASE(a_target_that_answers_first_burst_above_max_burst_is_found_out) {
  auto side = initiator();
  side.offer();
  side.receive({{"HeaderDigest", "None"},
                {"DataDigest", "None"},
                {"MaxConnections", "1"},
                {"ImmediateData", "Yes"},
                {"MaxBurstLength", "4096"},
                {"FirstBurstLength", "65536"},
                {"DefaultTime2Wait", "2"},
                {"DefaultTime2Retain", "0"},
                {"MaxOutstandingR2T", "1"},
                {"ErrorRecoveryLevel", "0"}});
  BOOST_TEST(side.negotiator.settle().error().section == "RFC 7143 §13.14");
}

BOOST_AUTO_TEST_CASE(a_protocol_level_may_be_ignored_or_not_understood) {
  Wishes wishes;
  wishes.offer_protocol_level = true;
  wishes.session.iscsi_protocol_level = 2;
  auto side = initiator(wishes);
  BOOST_TEST(side.offer().find("iSCSIProtocolLevel=2|") != std::string::npos);
  BOOST_TEST(side.receive({{"iSCSIProtocolLevel", "NotUnderstood"}}) == "");
  BOOST_TEST(side.negotiator.session().iscsi_protocol_level == 1u);
}

BOOST_AUTO_TEST_CASE(a_key_that_the_target_offers_by_itself_is_answered) {
  auto side = initiator();
  BOOST_TEST(side.receive({{"MaxBurstLength", "8192"}, {"X-com.example.a", "1"}}) ==
             "MaxBurstLength=8192|X-com.example.a=NotUnderstood|");
  BOOST_TEST(side.negotiator.has_answered_offers());
  BOOST_TEST(side.offer().find("MaxBurstLength") == std::string::npos);  // not negotiated twice
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(negotiator_in_full_feature_phase)

BOOST_AUTO_TEST_CASE(receive_limits_may_be_declared_anew_in_each_sequence) {
  ConnectionParameters agreed;
  agreed.header_digest = Digest::crc32c;
  agreed.peers_max_recv_data_segment_bytes = 4096;
  Negotiator negotiator({.role = Role::target, .wishes = {}, .connection = agreed});
  for (const auto* value : {"1024", "2048"}) {
    negotiator.enter(Phase::full_feature);
    TextBuilder answers;
    BOOST_REQUIRE(
        negotiator.handle(pairs_of({{"MaxRecvDataSegmentLength", value}}), answers).has_value());
    negotiator.declare_receive_limit(answers, 65536);
    BOOST_TEST(readable(answers.text()) == "MaxRecvDataSegmentLength=65536|");
    BOOST_REQUIRE(negotiator.settle().has_value());
  }
  BOOST_TEST(negotiator.connection().peers_max_recv_data_segment_bytes == 2048u);
  BOOST_TEST(negotiator.connection().our_max_recv_data_segment_bytes == 65536u);
  BOOST_TEST((negotiator.connection().header_digest == Digest::crc32c));
}

BOOST_AUTO_TEST_CASE(an_unfinished_sequence_leaves_everything_as_it_was) {
  Negotiator negotiator({.role = Role::target, .wishes = {}});
  TextBuilder answers;
  negotiator.enter(Phase::full_feature);
  BOOST_REQUIRE(
      negotiator.handle(pairs_of({{"MaxRecvDataSegmentLength", "1024"}}), answers).has_value());
  negotiator.enter(Phase::full_feature);  // reset by the initiator
  BOOST_REQUIRE(negotiator.settle().has_value());
  BOOST_TEST(negotiator.connection().peers_max_recv_data_segment_bytes == 8192u);
}

BOOST_AUTO_TEST_CASE(what_a_login_left_unsettled_is_forgotten) {
  auto side = target();
  side.receive({{"MaxBurstLength", "512"}});
  side.negotiator.enter(Phase::full_feature);
  BOOST_REQUIRE(side.negotiator.settle().has_value());
  BOOST_TEST(side.negotiator.session().max_burst_bytes == 262144u);
}

BOOST_AUTO_TEST_CASE(keys_of_the_login_are_refused) {
  for (const auto* key : {"MaxBurstLength", "HeaderDigest", "MaxConnections", "InitiatorName",
                          "SessionType", "AuthMethod", "CHAP_A", "TaskReporting"}) {
    Side side({.role = Role::target, .wishes = {}});
    side.negotiator.enter(Phase::full_feature);
    BOOST_TEST_CONTEXT(key) {
      BOOST_TEST(side.receive({{key, "1"}}) ==
                 "error: a key of the login phase in full feature phase");
    }
  }
  Side side({.role = Role::target, .wishes = {}});
  side.negotiator.enter(Phase::full_feature);
  BOOST_TEST(side.receive({{"SendTargets", "All"}, {"InitiatorAlias", "a"}}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
