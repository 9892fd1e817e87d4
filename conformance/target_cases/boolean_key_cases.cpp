// Boolean keys of the operational stage: the AND and OR functions, values that are no Boolean, and
// the same misplacements as for numbers. RFC 7143 §6.2.2, §13.10, §13.11, §13.18, §13.19
#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/key_answers.hpp"

namespace lunsim::conform {
namespace {

struct BooleanKey {
  std::string_view key, section;
  bool is_or = true;  // else AND
};

constexpr BooleanKey kBooleanKeys[] = {{"InitialR2T", "13.10"},
                                       {"ImmediateData", "13.11", false},
                                       {"DataPDUInOrder", "13.18"},
                                       {"DataSequenceInOrder", "13.19"}};

std::string id_of(const BooleanKey& key, std::string_view what) {
  return fmt::format("rfc7143/{}/{}_{}", key.section, snake_case(key.key), what);
}
std::string mutant_of(const BooleanKey& key, std::string_view what) {
  return fmt::format("{}_{}", snake_case(key.key), what);
}
LoginPlan plan_for(const BooleanKey& key, const std::string& value) {
  LoginPlan plan;
  plan.keys = {{std::string(key.key), value}};
  return plan;
}

/// The value that settles the result alone: an answer is optional and can only agree.
void add_settling(CaseList& cases, const BooleanKey& key) {
  const std::string value = key.is_or ? "Yes" : "No", other = key.is_or ? "No" : "Yes";
  const std::string name(key.key);
  add(cases, id_of(key, key.is_or ? "yes_settles_it" : "no_settles_it"))
      .requirements({fmt::format("7143-{}-1", key.section), "7143-13-9", "7143-6.2.2-6"})
      .purpose(fmt::format("{}={} settles the result: the answer, if there is one, agrees.",
                           key.key, value))
      .observed(fmt::format("A login that offers {}={}.", key.key, value))
      .mutant(mutant_of(key, "says_the_opposite"), fmt::format("answers {}={}", key.key, other),
              fault("send: Login Response, fields: {CSG: 1}",
                    fmt::format("{{text: {{remove: [{0}], add: {{{0}: {1}}}}}}}", key.key, other)))
      .body([key, name, value](CaseContext& c) {
        judge_offer(c, plan_for(key, value), name, {.values = {value}, .may_be_absent = true});
      });
}

/// The other value: the target decides, and must say so.
void add_open(CaseList& cases, const BooleanKey& key) {
  const std::string value = key.is_or ? "No" : "Yes";
  const std::string name(key.key);
  add(cases, id_of(key, key.is_or ? "no_is_answered" : "yes_is_answered"))
      .requirements({fmt::format("7143-{}-1", key.section), "7143-6.2.2-8"})
      .purpose(fmt::format("{}={} leaves the decision to the target, which must answer Yes or No.",
                           key.key, value))
      .observed(fmt::format("A login that offers {}={}.", key.key, value))
      .mutant(mutant_of(key, "is_not_answered"), "says nothing to a key that wants an answer",
              fault("send: Login Response", fmt::format("{{text: {{remove: [{}]}}}}", key.key)))
      .mutant(mutant_of(key, "is_not_understood"), "does not know the key",
              fault("send: Login Response",
                    fmt::format("{{text: {{set: {{{}: NotUnderstood}}}}}}", key.key)))
      .body([key, name, value](CaseContext& c) {
        judge_offer(c, plan_for(key, value), name, {.values = {"Yes", "No"}});
      });
}

void add_illegal(CaseList& cases, const BooleanKey& key, std::string_view what,
                 const std::string& spelled) {
  const std::string name(key.key);
  add(cases, id_of(key, what))
      .requirements({"7143-6.2.2-3", "7143-6.1-1"})
      .purpose(fmt::format("{}={} is no Boolean: Reject, Yes or No is the answer, or the login is "
                           "refused.",
                           key.key, spelled))
      .observed(fmt::format("A login that offers {}={}.", key.key, spelled))
      .mutant(mutant_of(key, what), fmt::format("answers {} with itself", spelled),
              answers_wrongly(key.key, key.is_or ? "No" : "Yes", spelled))
      .body([key, name, spelled](CaseContext& c) {
        judge_offer(c, plan_for(key, spelled), name,
                    {.values = {"Reject", "Yes", "No"}, .may_end_the_login = true});
      });
}

void add_placement(CaseList& cases, const BooleanKey& key) {
  const std::string name(key.key), value = key.is_or ? "No" : "Yes";
  add(cases, id_of(key, "offered_again_is_refused"))
      .requirements({"7143-6.3-23", "7143-6.3-24"})
      .purpose(fmt::format("{} negotiated a second time in one login is refused.", key.key))
      .observed(fmt::format("{}={} in two Login Requests of one login.", key.key, value))
      .possible_problems("Targets in the field take the last value.")
      .known_as({"UNH Login 6.2/6.3 (twin for targets)", "PCTS login 11_2"})
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
  add(cases, id_of(key, "in_discovery"))
      .requirements({"7143-6.2-24"})
      .purpose(fmt::format("{} is irrelevant in a discovery session, but known.", key.key))
      .observed(fmt::format("A discovery login that offers {}={}.", key.key, value))
      .needs({Need::discovery})
      .mutant(mutant_of(key, "unknown_in_discovery"), "does not understand the key in discovery",
              fault("send: Login Response",
                    fmt::format("{{text: {{set: {{{}: NotUnderstood}}}}}}", key.key)))
      .body([key, name, value](CaseContext& c) {
        LoginPlan plan = plan_for(key, value);
        plan.discovery = true;
        judge_offer(c, plan, name, {.values = {"Irrelevant", "Reject", "Yes", "No"}});
      });
}

}  // namespace

void add_boolean_key_cases(CaseList& cases) {
  for (const BooleanKey& key : kBooleanKeys) {
    add_settling(cases, key);
    add_open(cases, key);
    add_illegal(cases, key, "in_small_letters", "yes");
    add_illegal(cases, key, "as_a_number", "1");
    add_illegal(cases, key, "as_a_list", "Yes,No");
    add_placement(cases, key);
  }
}

}  // namespace lunsim::conform
