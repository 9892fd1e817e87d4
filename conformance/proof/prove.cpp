#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "conformance/proof/proving_target.hpp"

namespace lunsim::conform {
namespace {

bool convicts(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::target_gone;
}

Proof try_mutant(const Case& one, const Mutant& mutant, const JudgedTarget& target,
                 const Profile& healthy, std::uint64_t number) {
  Proof proof{.case_id = one.id, .mutant = mutant.name, .message = {}};
  try {
    const GroundMaker grounds = proving_grounds(&mutant, one.stage);
    const CaseResult result = run_case(one, grounds, target, healthy, number, true);
    proof.ok = convicts(result.verdict);
    proof.message = words_of(result);
  } catch (const std::invalid_argument& error) {
    proof.message = error.what();
  }
  return proof;
}

bool is_id(std::string_view id) {
  std::size_t slashes = 0;
  for (const char c : id) {
    slashes += c == '/';
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                      c == '/' || c == '-';
    if (!fits) return false;
  }
  return slashes == 2;
}

}  // namespace

std::vector<Proof> prove(std::span<const Case> cases) {
  std::vector<Proof> out;
  const JudgedTarget target = proving_target();
  const GroundMaker healthy = proving_grounds(nullptr);
  const Profile profile = probe(healthy, target);
  std::uint64_t number = 1;
  for (const Case& one : cases) {
    Proof acquitted{.case_id = one.id, .mutant = {}, .message = {}};
    const auto excuse = excused(one, profile);
    const GroundMaker grounds = proving_grounds(nullptr, one.stage);
    const CaseResult result =
        excuse ? *excuse : run_case(one, grounds, target, profile, number, true);
    acquitted.ok = result.verdict == Verdict::pass;
    acquitted.message = words_of(result);
    out.push_back(acquitted);
    if (one.mutants.empty())
      out.push_back({.case_id = one.id, .mutant = "(none)", .message = "the case has no mutant"});
    for (const Mutant& mutant : one.mutants)
      out.push_back(try_mutant(one, mutant, target, profile, number));
    ++number;
  }
  return out;
}

std::vector<std::string> mistakes_in(std::span<const Case> cases) {
  std::vector<std::string> out;
  std::set<std::string> ids, mutants;
  for (const Case& one : cases) {
    const auto say = [&](std::string_view what) {
      out.push_back(fmt::format("{}: {}", one.id, what));
    };
    if (!is_id(one.id)) say("an id is standard/section/what_it_says in small letters");
    if (!ids.insert(one.id).second) say("this id stands twice");
    if (one.purpose.empty() || one.observed.empty()) say("purpose and observed are needed");
    if (one.requirements.empty() && one.level == Level::must) say("a MUST names its requirement");
    if (!one.body) say("there is no body");
    for (const Mutant& mutant : one.mutants) {
      if (!mutants.insert(mutant.name).second) say("the mutant " + mutant.name + " stands twice");
      if (mutant.what.empty()) say("the mutant " + mutant.name + " does not say what is wrong");
    }
  }
  return out;
}

}  // namespace lunsim::conform
