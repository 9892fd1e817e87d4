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

using Body = ApiCase::Body;

constexpr Reading kReadings[] = {Reading::documented, Reading::windows};

Judge try_case(const Body& body, const ApiDefect& defect, Reading reading) {
  Judge judge;
  ApiWorld world(defect, reading);
  Bench bench = world.bench();
  run(body, bench, judge);
  return judge;
}

/// Both forms of a case, or the one that it has.
std::vector<std::pair<std::string, Body>> forms_of(const ApiCase& one) {
  std::vector<std::pair<std::string, Body>> forms{{one.name, one.wide}};
  if (one.ansi) forms.emplace_back(one.name + " (A)", one.ansi);
  return forms;
}

/// The rules that a case names say that it is a case of theirs.
bool rules_name_file(const RuleTable& table, const ApiCase& one, const Judge& judge) {
  bool hold = true;
  for (const std::string& rule : judge.rules()) {
    const Rule* known = table.find(rule);
    const bool names_file = known != nullptr && std::find(known->cases.begin(), known->cases.end(),
                                                          one.file) != known->cases.end();
    if (names_file) continue;
    fmt::print("{}: names {}, which does not name {}\n", one.name, rule, one.file);
    hold = false;
  }
  return hold;
}

bool is_acquitted(const RuleTable& table, const ApiCase& one, const std::string& name,
                  const Body& body, Reading reading) {
  const Judge judge = try_case(body, {}, reading);
  for (const Judge::Failure& failure : judge.failures())
    fmt::print("{} ({}): {}: {}\n", name, name_of(reading), failure.rule, failure.what);
  // Here nothing is missing that a case could need.
  for (const Judge::NotAskedRules& lack : judge.not_asked())
    fmt::print("{}: not asked: {}\n", name, lack.why);
  return judge.failures().empty() && judge.not_asked().empty() &&
         rules_name_file(table, one, judge);
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

/// What each sweep must convict in every function that it asks.
struct SweepDefect {
  std::string_view sweep, does, of, code;
};
constexpr std::string_view kHidesLack = "hides_lack_of_memory";
constexpr SweepDefect kSweepDefects[] = {
    {"nulls", "takes_null", "", ""},
    {"ids", "says", "ISDSC_INVALID_SESSION_ID", "ERROR_SUCCESS"},
    {"sizes", "short_need", "", ""},
    {"sizes", "writes_when_too_small", "", ""},
    {"sizes", "writes_behind", "", ""},
    {"codes", "spoils_failures", "", ""},
    {"memory", "spoils_failures", "", ""},
    {"memory", kHidesLack, "", ""},
    {"breaks", "says", "", "NO_SUCH_CODE"},
    {"changes", "short_need", "", ""},
    {"changes", "keeps_size", "", ""},
    {"empty", "doubles_empty", "", ""},
};

/// Some functions allocate nothing of their own.
bool runs_out_of_memory(const Body& body) {
  bool runs_out = false;
  Judge judge;
  judge.set_witness([&](std::string_view, std::string_view what, bool) {
    runs_out = runs_out || what.starts_with("allocation 1 fails");
  });
  ApiWorld world;
  Bench bench = world.bench();
  run(body, bench, judge);
  return runs_out;
}

}  // namespace

bool is_api_mutant(const Mutant& mutant) {
  return mutant.case_file.starts_with("conformance/api_cases/");
}

bool all_api_cases_hold(const RuleTable& table) {
  bool hold = true;
  std::size_t cases = 0;
  for (const ApiCase& one : api_cases())
    for (const auto& [name, body] : forms_of(one))
      for (const Reading reading : kReadings) {
        ++cases;
        if (!is_acquitted(table, one, name, body, reading)) hold = false;
      }
  fmt::print("{} cases in both readings and their forms\n", cases);
  return hold && cases > 0;
}

bool all_hollow_functions_fail() {
  bool fail = true;
  for (const ApiCase& one : api_cases()) {
    ApiDefect hollow;
    bool is_there = false;
    hollow.functions = [&](Functions& functions) {
      is_there = break_face(functions, one.function, FaceDefect::hollow);
    };
    for (const auto& [name, body] : forms_of(one))
      for (const Reading reading : kReadings) {
        const Judge judge = try_case(body, hollow, reading);
        if (is_there && !judge.failures().empty()) continue;
        fmt::print("{} ({}): does not notice that {} is hollow\n", name, name_of(reading),
                   one.function);
        fail = false;
      }
  }
  return fail && !api_cases().empty();
}

namespace {

bool is_asked_by(const Mutant& mutant, const ApiCase& one) {
  return one.file == mutant.case_file && (one.sweep.empty() || one.function == mutant.function);
}

bool is_convicted(const Mutant& mutant, const ApiDefect& defect, Reading reading, bool& was_asked) {
  for (const ApiCase& one : api_cases()) {
    if (!is_asked_by(mutant, one)) continue;
    for (const auto& [name, body] : forms_of(one)) {
      was_asked = true;
      const Judge judge = try_case(body, defect, reading);
      for (const Judge::Failure& failure : judge.failures())
        if (failure.rule == mutant.breaks) return true;
    }
  }
  return false;
}

}  // namespace

bool try_api_mutant(const Mutant& mutant) {
  const std::optional<ApiDefect> defect = defect_of(mutant);
  bool all = true;
  for (const Reading reading : kReadings) {
    bool was_asked = false;
    if (is_convicted(mutant, *defect, reading, was_asked)) continue;
    fmt::print("{} ({}) is not convicted by an expectation of {} that names {} ({}){}\n",
               mutant.name, mutant.what, mutant.case_file, mutant.breaks, name_of(reading),
               was_asked ? "" : ": there is no case");
    all = false;
  }
  return all;
}

bool try_api_mutants(const RuleTable& table) {
  std::size_t tried = 0, convicted = 0;
  for (const Mutant& mutant : table.mutants) {
    if (!is_api_mutant(mutant)) continue;
    ++tried;
    convicted += try_api_mutant(mutant) ? 1u : 0u;
  }
  fmt::print("{} mutants of API cases, {} convicted in both readings\n", tried, convicted);
  return tried > 0 && convicted == tried;
}

namespace {

bool does_sweep_convict(const std::string& name, const Body& body, const Mutant& mutant) {
  bool all = true;
  for (const Reading reading : kReadings) {
    if (!try_case(body, *defect_of(mutant), reading).failures().empty()) continue;
    fmt::print("{} is not convicted by {} ({})\n", mutant.name, name, name_of(reading));
    all = false;
  }
  return all;
}

}  // namespace

bool all_sweeps_convict() {
  std::size_t tried = 0, convicted = 0;
  for (const ApiCase& one : api_cases()) {
    for (const SweepDefect& defect : kSweepDefects) {
      if (one.sweep != defect.sweep) continue;
      Mutant mutant;
      mutant.name = one.name + "/" + std::string(defect.does);
      mutant.function = one.function;
      mutant.does = defect.does;
      mutant.of = defect.of;
      mutant.code = defect.code;
      for (const auto& [name, body] : forms_of(one)) {
        if (defect.does == kHidesLack && !runs_out_of_memory(body)) continue;
        ++tried;
        convicted += does_sweep_convict(name, body, mutant) ? 1u : 0u;
      }
    }
  }
  fmt::print("{} mutants of sweeps, {} convicted in both readings\n", tried, convicted);
  return tried > 0 && convicted == tried;
}

}  // namespace lunsim::conformance
