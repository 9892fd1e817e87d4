#include "conformance/target_cases/chap_steps.hpp"

#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {

Pairs locked_names(CaseContext& c, const Connection& one) {
  LoginPlan plan;
  plan.target = c.target().chap_name;
  return one.names(plan);
}

Seen choose_method(CaseContext& c, Connection& one, const std::string& methods, bool transit) {
  Pairs keys = locked_names(c, one);
  keys.emplace_back("AuthMethod", methods);
  return one.login_step({.csg = 0, .nsg = 1, .transit = transit, .keys = keys});
}

Seen security_step(Connection& one, const Pairs& keys, bool transit) {
  return one.login_step({.csg = 0, .nsg = 1, .transit = transit, .keys = keys});
}

Challenge take_challenge(CaseContext& c, Connection& one) {
  if (!login_goes_on().objection(choose_method(c, one, "CHAP")).what.empty())
    c.inconclusive("AuthMethod=CHAP was not taken");
  const Seen seen = security_step(one, {{"CHAP_A", "5"}});
  const Pairs pairs = seen.pdu.pairs();
  Challenge out{value_of(pairs, "CHAP_A").value_or(""), value_of(pairs, "CHAP_I").value_or(""),
                value_of(pairs, "CHAP_C").value_or("")};
  if (out.bytes.empty()) c.inconclusive("no challenge came: " + describe(seen));
  return out;
}

std::string proof(CaseContext& c, const Challenge& challenge) {
  const auto made = chap_proof(challenge.algorithm, challenge.identifier, challenge.bytes,
                               c.target().chap.secret);
  if (!made) c.inconclusive("the challenge cannot be answered");
  return *made;
}

std::string granting() {
  return fault("send: Login Response, fields: {Status-Class: 2}",
               "{set: {Status-Class: 0, Status-Detail: 0, T: 1, NSG: 1}}");
}

std::vector<Outcome> not_authenticated() {
  return {login_refused(2, {1}), login_refused(2).loosely("0201h says it better"),
          ends().loosely("closed without a word")};
}
std::vector<Outcome> refused_somehow() {
  return {login_refused(), ends().loosely("closed without a word")};
}

}  // namespace lunsim::conform
