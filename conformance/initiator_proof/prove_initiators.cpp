#include "conformance/initiator_proof/prove_initiators.hpp"

#include <set>

#include <fmt/format.h>

#include "conformance/initiator_proof/driven_session.hpp"

namespace lunsim::conform {
namespace {

Proof try_one(const InitiatorCase& one, const InitiatorMutant* mutant, const JudgedTarget& target) {
  const CaseResult result = run_initiator_case(one, driven_grounds(mutant, target), target, true);
  const Verdict wanted = mutant == nullptr ? Verdict::pass : Verdict::fail;
  return {one.about.id, mutant == nullptr ? "" : mutant->name, result.verdict == wanted,
          words_of(result)};
}

}  // namespace

std::vector<Proof> prove(std::span<const InitiatorCase> cases) {
  std::vector<Proof> out;
  for (const InitiatorCase& one : cases) {
    JudgedTarget target = played_target();
    if (!one.wants_chap) target.chap = {};
    out.push_back(try_one(one, nullptr, target));
    if (one.mutants.empty())
      out.push_back({one.about.id, "(none)", false, "the case has no mutant"});
    for (const InitiatorMutant& mutant : one.mutants) out.push_back(try_one(one, &mutant, target));
  }
  return out;
}

std::vector<std::string> mistakes_in(std::span<const InitiatorCase> cases) {
  std::vector<std::string> out;
  std::set<std::string> ids, mutants;
  for (const InitiatorCase& one : cases) {
    const auto say = [&](std::string_view what) {
      out.push_back(fmt::format("{}: {}", one.about.id, what));
    };
    if (!ids.insert(one.about.id).second) say("this id stands twice");
    if (one.about.purpose.empty() || one.about.observed.empty())
      say("purpose and observed are needed");
    if (one.about.requirements.empty()) say("it names no requirement");
    if (!one.body) say("there is no body");
    for (const InitiatorMutant& mutant : one.mutants)
      if (!mutants.insert(mutant.name).second) say("the mutant " + mutant.name + " stands twice");
  }
  return out;
}

}  // namespace lunsim::conform
