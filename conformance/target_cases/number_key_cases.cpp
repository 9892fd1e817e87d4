// Numerical keys of the operational stage, each at its lowest and highest value, beyond both, in
// every spelling that §6.1 allows or forbids, repeated, misplaced and irrelevant.  RFC 7143 §13
#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/key_answers.hpp"

namespace lunsim::conform {
namespace {

struct NumberKey {
  std::string_view key, section;
  std::uint64_t lowest = 0, highest = 0, default_value = 0;
  bool is_maximum = false;  // the result is the larger one
  bool irrelevant_in_discovery = true;
};

constexpr NumberKey kNumberKeys[] = {
    {"MaxConnections", "13.2", 1, 65535, 1},
    {"MaxBurstLength", "13.13", 512, 16777215, 262144},
    {"FirstBurstLength", "13.14", 512, 16777215, 65536},
    {"DefaultTime2Wait", "13.15", 0, 3600, 2, true, false},
    {"DefaultTime2Retain", "13.16", 0, 3600, 20, false, false},
    {"MaxOutstandingR2T", "13.17", 1, 65535, 1},
    {"ErrorRecoveryLevel", "13.20", 0, 2, 0, false, false},
};

/// What may be answered to a value that the key admits.                     §6.2.2, §13
LegalAnswers legal_for(const NumberKey& key, std::uint64_t offered) {
  LegalAnswers legal;
  legal.is_number = true;
  legal.first = key.is_maximum ? offered : key.lowest;
  legal.last = key.is_maximum ? key.highest : offered;
  return legal;
}

/// What may be answered to one that it does not admit.
LegalAnswers legal_for_nonsense(const NumberKey& key) {
  return {.values = {"Reject"},
          .is_number = true,
          .first = key.lowest,
          .last = key.highest,
          .may_be_absent = false,
          .may_end_the_login = true};
}

std::string requirement(const NumberKey& key) { return fmt::format("7143-{}-1", key.section); }
std::string id_of(const NumberKey& key, std::string_view what) {
  return fmt::format("rfc7143/{}/{}_{}", key.section, snake_case(key.key), what);
}
std::string mutant_of(const NumberKey& key, std::string_view what) {
  return fmt::format("{}_{}", snake_case(key.key), what);
}

/// FirstBurstLength must fit into MaxBurstLength.                                    §13.14
LoginPlan plan_for(const NumberKey& key, const std::string& value) {
  LoginPlan plan;
  plan.keys = {{std::string(key.key), value}};
  if (key.key == "FirstBurstLength")
    plan.keys.insert(plan.keys.begin(), {"MaxBurstLength", "16777215"});
  if (key.key == "MaxBurstLength") plan.keys.emplace_back("FirstBurstLength", "512");
  return plan;
}

void add_legal(CaseList& cases, const NumberKey& key, std::string_view what,
               const std::string& spelled, std::uint64_t offered, const std::string& wrong) {
  const std::string name(key.key);
  add(cases, id_of(key, what))
      .requirements({requirement(key), "7143-6.2.2-1", "7143-6.2-24"})
      .purpose(fmt::format("{}={} is a value that the key admits: it is answered with the result "
                           "of the {} function.",
                           key.key, spelled, key.is_maximum ? "maximum" : "minimum"))
      .observed(fmt::format("A login that offers {}={}.", key.key, spelled))
      .mutant(mutant_of(key, what), fmt::format("answers {}={} with {}", key.key, spelled, wrong),
              answers_wrongly(key.key, fmt::format("{}", key.default_value), wrong))
      .body([key, name, spelled, offered](CaseContext& c) {
        judge_offer(c, plan_for(key, spelled), name, legal_for(key, offered));
      });
}

void add_illegal(CaseList& cases, const NumberKey& key, std::string_view what,
                 const std::string& spelled) {
  const std::string name(key.key);
  add(cases, id_of(key, what))
      .requirements({requirement(key), "7143-6.2.2-3"})
      .purpose(fmt::format("{}={} is no value of the key: it is answered with Reject or with a "
                           "value that the key admits, or the login is refused.",
                           key.key, spelled))
      .observed(fmt::format("A login that offers {}={}.", key.key, spelled))
      .mutant(mutant_of(key, what), fmt::format("accepts {}={}", key.key, spelled),
              answers_wrongly(key.key, fmt::format("{}", key.default_value), spelled))
      .body([key, name, spelled](CaseContext& c) {
        judge_offer(c, plan_for(key, spelled), name, legal_for_nonsense(key));
      });
}

void add_placement(CaseList& cases, const NumberKey& key) {
  const std::string name(key.key);
  const std::string value = fmt::format("{}", key.default_value);
  add(cases, id_of(key, "offered_again_is_refused"))
      .requirements({"7143-6.3-23", "7143-6.3-24"})
      .purpose(fmt::format("{} negotiated a second time in one login is refused with an initiator "
                           "error.",
                           key.key))
      .observed(fmt::format("{0}={1} in one Login Request, and again in the next.", key.key, value))
      .possible_problems("Targets in the field take the last value.")
      .known_as({"PCTS login 11_2", "PCTS login 11_4"})
      .mutant(mutant_of(key, "may_come_again"), "does not notice the second offer",
              fmt::format("- h: {{on: {{receive: Login Request, nth: 3}}, do: {{text: {{remove: "
                          "[{}]}}}}}}\n",
                          key.key))
      .body([name, value](CaseContext& c) { judge_offer_in_two_requests(c, name, value); });
  add(cases, id_of(key, "does_not_belong_into_security"))
      .requirements({"7143-6.3-14", "7143-12-1"})
      .purpose(fmt::format(
          "{} is an operational key: in the security stage it is a protocol error.", key.key))
      .observed(fmt::format("{}={} in a Login Request with CSG=0.", key.key, value))
      .possible_problems("Targets in the field answer it there.")
      .mutant(
          mutant_of(key, "in_security"), "overlooks the key in the security stage",
          fmt::format("- h: {{on: {{receive: Login Request}}, do: {{text: {{remove: [{}]}}}}}}\n",
                      key.key))
      .body([name, value](CaseContext& c) { judge_offer_in_security(c, name, value); });
}

void add_in_discovery(CaseList& cases, const NumberKey& key) {
  const std::string name(key.key);
  add(cases, id_of(key, "in_discovery"))
      .requirements({requirement(key), "7143-6.2-24"})
      .purpose(fmt::format("{} is irrelevant in a discovery session: Irrelevant or a value is the "
                           "answer, and the session opens.",
                           key.key))
      .observed(fmt::format("A discovery login that offers {}={}.", key.key, key.default_value))
      .needs({Need::discovery})
      .mutant(mutant_of(key, "unknown_in_discovery"), "does not understand the key in discovery",
              fault("send: Login Response",
                    fmt::format("{{text: {{set: {{{}: NotUnderstood}}}}}}", key.key)))
      .body([key, name](CaseContext& c) {
        LoginPlan plan = plan_for(key, fmt::format("{}", key.default_value));
        plan.discovery = true;
        judge_offer(c, plan, name,
                    {.values = {"Irrelevant", "Reject"},
                     .is_number = true,
                     .first = key.lowest,
                     .last = key.highest});
      });
}

}  // namespace

void add_number_key_cases(CaseList& cases) {
  for (const NumberKey& key : kNumberKeys) {
    const std::string low = fmt::format("{}", key.lowest), high = fmt::format("{}", key.highest);
    const std::string below_low = key.is_maximum ? "3601" : fmt::format("{}", key.lowest + 1);
    add_legal(cases, key, "lowest", low, key.lowest, below_low);
    if (std::string_view(key.key) == "ErrorRecoveryLevel")  // level 0 is what everybody has
      cases.back().requirements.emplace_back("7143-7.1.5-6");
    add_legal(cases, key, "highest", high, key.highest, "NotUnderstood");
    add_legal(cases, key, "in_hexadecimal", fmt::format("0x{:X}", key.highest), key.highest,
              "Reject");
    if (key.lowest > 0)
      add_illegal(cases, key, "below_its_range", fmt::format("{}", key.lowest - 1));
    add_illegal(cases, key, "above_its_range", fmt::format("{}", key.highest + 1));
    add_illegal(cases, key, "negative", "-1");
    add_illegal(cases, key, "no_number", "many");
    add_illegal(cases, key, "beyond_64_bits", "36893488147419103233");
    add_placement(cases, key);
    if (key.irrelevant_in_discovery) add_in_discovery(cases, key);
  }
}

}  // namespace lunsim::conform
