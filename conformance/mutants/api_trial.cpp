#include "conformance/mutants/api_trial.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "conformance/api_cases/forms.hpp"
#include "conformance/mutants/api_world.hpp"
#include "conformance/mutants/face_defects.hpp"
#include "conformance/mutants/host_defects.hpp"

namespace lunsim::conformance {
namespace {

using Run = void (*)(Bench&, Judge&);

Judge run(Run body, const ApiDefect& defect) {
  Judge judge;
  ApiWorld world(defect);
  Bench bench = world.bench();
  body(bench, judge);
  return judge;
}

/// Both forms of a case, or the one that it has.
std::vector<std::pair<std::string, Run>> forms_of(const ApiCase& one) {
  std::vector<std::pair<std::string, Run>> forms{{one.name, one.wide}};
  if (one.ansi != nullptr) forms.emplace_back(one.name + " (A)", one.ansi);
  return forms;
}

std::optional<ApiDefect> defect_of(const Mutant& mutant) {
  ApiDefect defect;
  if (mutant.does == "forgets_everything") {
    defect.restart = forget_everything;
    return defect;
  }
  if (const auto face = face_defect_named(mutant.does)) {
    defect.functions = [&mutant, face](Functions& functions) {
      break_face(functions, mutant.function, *face);
    };
    return defect;
  }
  const auto make = [&mutant](initiator::Host& healthy) -> std::unique_ptr<initiator::Host> {
    return make_host_defect(mutant, healthy);
  };
  defect.host = make;
  return defect;
}

}  // namespace

bool is_api_mutant(const Mutant& mutant) {
  return mutant.case_file.starts_with("conformance/api_cases/");
}

bool all_api_cases_hold(const RuleTable& table) {
  bool hold = true;
  for (const ApiCase& one : api_cases()) {
    for (const auto& [name, body] : forms_of(one)) {
      const Judge judge = run(body, {});
      for (const Judge::Failure& failure : judge.failures())
        fmt::print("{}: {}: {}\n", name, failure.rule, failure.what);
      hold = hold && judge.failures().empty();
      for (const std::string& rule : judge.rules()) {
        const Rule* known = table.find(rule);
        const bool names_file =
            known != nullptr &&
            std::find(known->cases.begin(), known->cases.end(), one.file) != known->cases.end();
        if (names_file) continue;
        fmt::print("{}: names {}, which does not name {}\n", name, rule, one.file);
        hold = false;
      }
    }
  }
  return hold;
}

bool all_hollow_functions_fail() {
  bool fail = true;
  for (const ApiCase& one : api_cases()) {
    ApiDefect hollow;
    bool is_there = false;
    hollow.functions = [&](Functions& functions) {
      is_there = break_face(functions, one.function, FaceDefect::hollow);
    };
    for (const auto& [name, body] : forms_of(one)) {
      const Judge judge = run(body, hollow);
      if (is_there && !judge.failures().empty()) continue;
      fmt::print("{}: does not notice that {} is hollow\n", name, one.function);
      fail = false;
    }
  }
  return fail && !api_cases().empty();
}

bool try_api_mutant(const Mutant& mutant) {
  const std::optional<ApiDefect> defect = defect_of(mutant);
  bool was_asked = false;
  for (const ApiCase& one : api_cases()) {
    if (one.file != mutant.case_file) continue;
    for (const auto& [name, body] : forms_of(one)) {
      was_asked = true;
      const Judge judge = run(body, *defect);
      for (const Judge::Failure& failure : judge.failures())
        if (failure.rule == mutant.breaks) return true;
    }
  }
  fmt::print("{} ({}) is not convicted by an expectation of {} that names {}{}\n", mutant.name,
             mutant.what, mutant.case_file, mutant.breaks, was_asked ? "" : ": there is no case");
  return false;
}

bool try_api_mutants(const RuleTable& table) {
  std::size_t tried = 0, convicted = 0;
  for (const Mutant& mutant : table.mutants) {
    if (!is_api_mutant(mutant)) continue;
    ++tried;
    convicted += try_api_mutant(mutant) ? 1u : 0u;
  }
  fmt::print("{} mutants of API cases, {} convicted\n", tried, convicted);
  return tried > 0 && convicted == tried;
}

}  // namespace lunsim::conformance
