#include "protocol/iscsi/negotiation/key_registry.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/negotiation/result_function.hpp"

namespace {
using namespace lunsim::negotiation;

/// One row of the heads of RFC 7143 §13.1 to §13.25 and RFC 7144 §7.1.1, written down from the
/// text.
struct Head {
  std::string_view name;
  Use use;
  Senders senders;
  Scope scope;
  ResultFunction function;
  std::uint32_t low, high;
  std::string_view default_value;
  bool irrelevant_in_discovery;
  bool any_stage;
};
using enum Senders;
using enum Scope;
constexpr auto kLo = Use::leading_only, kIo = Use::initialize_only, kAll = Use::all,
               kFfpo = Use::full_feature_phase_only;
constexpr auto kAnd = ResultFunction::logical_and, kOr = ResultFunction::logical_or,
               kMin = ResultFunction::minimum, kMax = ResultFunction::maximum,
               kList = ResultFunction::first_of_list, kDeclared = ResultFunction::declared;
constexpr std::uint32_t k24 = 16777215;

constexpr Head kHeads[] = {
    {"HeaderDigest", kIo, both, connection, kList, 0, 0, "None", false, false},
    {"DataDigest", kIo, both, connection, kList, 0, 0, "None", false, false},
    {"MaxConnections", kLo, both, session, kMin, 1, 65535, "1", true, false},
    {"SendTargets", kFfpo, initiator, session, ResultFunction::command, 0, 0, "", false, false},
    {"TargetName", kIo, both, session, kDeclared, 0, 0, "", false, true},
    {"InitiatorName", kIo, initiator, session, kDeclared, 0, 0, "", false, true},
    {"TargetAlias", kAll, target, session, kDeclared, 0, 0, "", false, true},
    {"InitiatorAlias", kAll, initiator, session, kDeclared, 0, 0, "", false, true},
    {"TargetAddress", kAll, target, session, kDeclared, 0, 0, "", false, true},
    {"TargetPortalGroupTag", kIo, target, session, kDeclared, 0, 65535, "", false, true},
    {"InitialR2T", kLo, both, session, kOr, 0, 0, "Yes", true, false},
    {"ImmediateData", kLo, both, session, kAnd, 0, 0, "Yes", true, false},
    {"MaxRecvDataSegmentLength", kAll, both, connection, kDeclared, 512, k24, "8192", false, false},
    {"MaxBurstLength", kLo, both, session, kMin, 512, k24, "262144", true, false},
    {"FirstBurstLength", kLo, both, session, kMin, 512, k24, "65536", true, false},
    {"DefaultTime2Wait", kLo, both, session, kMax, 0, 3600, "2", false, false},
    {"DefaultTime2Retain", kLo, both, session, kMin, 0, 3600, "20", false, false},
    {"MaxOutstandingR2T", kLo, both, session, kMin, 1, 65535, "1", true, false},
    {"DataPDUInOrder", kLo, both, session, kOr, 0, 0, "Yes", true, false},
    {"DataSequenceInOrder", kLo, both, session, kOr, 0, 0, "Yes", true, false},
    {"ErrorRecoveryLevel", kLo, both, session, kMin, 0, 2, "0", false, false},
    {"SessionType", kLo, initiator, session, kDeclared, 0, 0, "Normal", false, true},
    {"TaskReporting", kLo, both, session, kList, 0, 0, "RFC3720", true, false},
    {"iSCSIProtocolLevel", kLo, both, session, kMin, 0, 31, "1", true, false},
    {"X#NodeArchitecture", kLo, both, session, kDeclared, 0, 0, "None", false, false},
};
}  // namespace

BOOST_AUTO_TEST_SUITE(key_registry)

BOOST_AUTO_TEST_CASE(operational_keys_have_the_heads_of_chapter_13) {
  for (const Head& head : kHeads) {
    BOOST_TEST_CONTEXT(head.name) {
      const KeyRule* rule = find_rule(head.name);
      BOOST_REQUIRE(rule != nullptr);
      BOOST_TEST((rule->use == head.use));
      BOOST_TEST((rule->senders == head.senders));
      BOOST_TEST((rule->scope == head.scope));
      BOOST_TEST((rule->function == head.function));
      BOOST_TEST(rule->minimum == head.low);
      BOOST_TEST(rule->maximum == head.high);
      BOOST_TEST(rule->default_value == head.default_value);
      BOOST_TEST((rule->irrelevance != Irrelevance::never) == head.irrelevant_in_discovery);
      BOOST_TEST(rule->any_stage == head.any_stage);
      BOOST_TEST(!rule->security);
    }
  }
}

BOOST_AUTO_TEST_CASE(security_keys_are_those_of_chapter_12) {
  for (const auto* name :
       {"AuthMethod", "CHAP_A", "CHAP_I", "CHAP_C", "CHAP_N", "CHAP_R", "KRB_AP_REQ", "KRB_AP_REP",
        "SRP_U", "TargetAuth", "SRP_GROUP", "SRP_s", "SRP_A", "SRP_B", "SRP_M", "SRP_HM"}) {
    BOOST_TEST_CONTEXT(name) {
      const KeyRule* rule = find_rule(name);
      BOOST_REQUIRE(rule != nullptr);
      BOOST_TEST(rule->security);
      BOOST_TEST((rule->scope == Scope::connection));
      BOOST_TEST(!is_negotiated(*rule));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_key_is_in_one_of_the_chapters) {
  // 25 of §13 and RFC 7144, 4 obsolete ones of §13.25, 16 of §12.
  BOOST_TEST(std::size(kHeads) + 4 + 16 == kKeyCount);
  BOOST_TEST(all_rules().size() == kKeyCount);
}

BOOST_AUTO_TEST_CASE(only_first_burst_length_depends_on_unsolicited_data) {
  for (const KeyRule& rule : all_rules()) {
    BOOST_TEST((rule.irrelevance == Irrelevance::in_discovery_or_without_unsolicited_data) ==
               (rule.name == "FirstBurstLength"));
  }
}

BOOST_AUTO_TEST_CASE(only_a_target_address_may_be_repeated) {
  for (const KeyRule& rule : all_rules()) {
    BOOST_TEST(rule.repeatable == (rule.name == "TargetAddress"));
  }
}

BOOST_AUTO_TEST_CASE(keys_are_found_by_their_exact_spelling) {
  BOOST_TEST(find_rule("headerdigest") == nullptr);
  BOOST_TEST(find_rule("HeaderDigest ") == nullptr);
  BOOST_TEST(find_rule("") == nullptr);
  for (const KeyRule& rule : all_rules()) {
    BOOST_TEST(find_rule(rule.name) == &rule);
    BOOST_TEST(name_of(rule.key) == rule.name);
    BOOST_TEST(&rule_of(rule.key) == &rule);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(result_function)

// RFC 7143 §13: the truth tables of AND and OR.
BOOST_AUTO_TEST_CASE(and_and_or_are_the_truth_tables) {
  struct Row {
    std::uint64_t offered, ours, logical_and, logical_or;
  };
  for (const Row& row : {Row{0, 0, 0, 0}, Row{0, 1, 0, 1}, Row{1, 0, 0, 1}, Row{1, 1, 1, 1}}) {
    BOOST_TEST(resolve(kAnd, row.offered, row.ours) == row.logical_and);
    BOOST_TEST(resolve(kOr, row.offered, row.ours) == row.logical_or);
  }
}

BOOST_AUTO_TEST_CASE(minimum_and_maximum_take_one_of_the_two) {
  BOOST_TEST(resolve(kMin, 512, 65536) == 512u);
  BOOST_TEST(resolve(kMin, 65536, 512) == 512u);
  BOOST_TEST(resolve(kMax, 0, 3600) == 3600u);
  BOOST_TEST(resolve(kMax, 5, 5) == 5u);
}

BOOST_AUTO_TEST_CASE(an_answer_may_not_leave_what_the_offer_admits) {
  BOOST_TEST(is_admissible_answer(kMin, 1000, 1000));
  BOOST_TEST(is_admissible_answer(kMin, 1000, 999));
  BOOST_TEST(!is_admissible_answer(kMin, 1000, 1001));
  BOOST_TEST(is_admissible_answer(kMax, 2, 3));
  BOOST_TEST(!is_admissible_answer(kMax, 2, 1));
  BOOST_TEST(!is_admissible_answer(kAnd, 0, 1));
  BOOST_TEST(is_admissible_answer(kAnd, 1, 0));
  BOOST_TEST(!is_admissible_answer(kOr, 1, 0));
  BOOST_TEST(is_admissible_answer(kOr, 0, 1));
}

BOOST_AUTO_TEST_CASE(only_no_for_and_and_yes_for_or_settle_a_result_alone) {
  BOOST_TEST(is_settled_by(kAnd, 0));
  BOOST_TEST(!is_settled_by(kAnd, 1));
  BOOST_TEST(is_settled_by(kOr, 1));
  BOOST_TEST(!is_settled_by(kOr, 0));
  BOOST_TEST(!is_settled_by(kMin, 0));
  BOOST_TEST(!is_settled_by(kMax, 1));
}

BOOST_AUTO_TEST_SUITE_END()
