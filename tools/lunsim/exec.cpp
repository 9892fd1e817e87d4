// `lunsim exec`: a program of the user's on a scenario's targets over loopback, under a time limit,
// judged by what it said, what fired and what it left behind.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "runtime/trace/event_hash.hpp"
#include "scenarios/engine/report.hpp"
#include "scenarios/engine/text.hpp"
#include "tools/lunsim/control_server.hpp"
#include "tools/lunsim/exec_explore.hpp"
#include "tools/lunsim/exec_judge.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/program_run.hpp"
#include "tools/lunsim/scenario_files.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

std::optional<std::int64_t> parse_time_limit_ns(const std::string& text) {
  constexpr std::int64_t kMaxNs = std::int64_t{30} * 24 * 3600 * 1'000'000'000;
  auto parsed = scenarios::parse_duration_ns(text);
  if (!parsed) parsed = scenarios::parse_duration_ns(text + " s");
  if (!parsed || *parsed <= 0 || *parsed > kMaxNs) return std::nullopt;
  return parsed;
}

namespace {

std::string shell_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += " " + scenarios::shell_word(word);
  return out;
}

void print_report(scenarios::RunReport& run, const ExecOptions& options) {
  complete(run, options.reports);
  const char* no_colour = std::getenv("NO_COLOR");
  const scenarios::TextOptions text{
      .colour = isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0'),
      .verbose = options.verbose,
      .live = false,  // the replay line is whole as it is
      .rule_text = rule_text};
  fmt::print("{}{}", scenarios::to_text(run.scenarios.front(), text),
             scenarios::summary_text(run, text));
  write(run, options.reports);
  fmt::print("event hash: {}\n", run.event_hash);
}

void begin(const scenarios::Scenario& scenario, std::uint64_t seed) {
  fmt::print("seed: {:#018x}\n", seed);
  if (!scenario.steps.empty())
    fmt::print("{} step{} of {} not played: the program takes their place\n", scenario.steps.size(),
               scenario.steps.size() == 1 ? "" : "s",
               scenario.file + (scenario.steps.size() == 1 ? " is" : " are"));
  std::fflush(stdout);
}

int judge(const scenarios::Scenario& scenario, const ExecOptions& options, std::uint64_t seed,
          const ProgramRun& done) {
  scenarios::RunReport run;
  run.seed = seed;
  scenarios::ScenarioReport& report = run.scenarios.emplace_back();
  report.id = scenario.id;
  report.file = scenario.file;
  report.title = scenario.title;
  report.checks = scenario.checks;
  report.seed = seed;
  report.virtual_ns = done.took_ns;
  report.replay =
      fmt::format("lunsim exec {}{} --seed {:#x} --{}", scenarios::shell_path(scenario.file),
                  scenario.replay_options, seed, shell_words(options.program));
  judge_program(scenario, done.outcome, report);
  runtime::EventHash hash;
  hash.add_verdict(done.event_hash);
  for (const scenarios::CaseReport& one : report.cases)
    hash.add_verdict(fmt::format("{} {}", one.id, scenarios::describe(one.verdict)));
  report.event_hash = run.event_hash = hash.digest();
  print_report(run, options);
  return run.is_red() ? kExitCheckFailed : kExitFine;
}

/// What would be left out without a word.
std::string refusal_of(const scenarios::Scenario& scenario) {
  if (!scenario.host_faults.empty())
    return fmt::format(
        "{} has host_faults, which `lunsim run` plays and exec does not: leave them "
        "out",
        scenario.file);
  if (scenario.hosts.size() > 1)
    return fmt::format("{} has {} hosts, and a program is one: leave all but {} out", scenario.file,
                       scenario.hosts.size(), scenario.hosts.front().id);
  return {};
}

int exec_on(const scenarios::Scenario& scenario, const ExecOptions& options) {
  const std::uint64_t seed = options.seed    ? *options.seed
                             : scenario.seed ? *scenario.seed
                                             : draw_seed();
  if (!options.explore.empty()) return explore_program(scenario, options, seed);
  const ProgramRun run =
      run_program(scenario, options, seed, {.begins = [&] { begin(scenario, seed); }});
  return judge(scenario, options, seed, run);
}

}  // namespace

int exec(const ExecOptions& options) {
  const auto loaded = load_all({options.path}, options.params);
  if (!loaded) return kExitUsage;
  if (loaded->size() != 1) {
    fmt::print(stderr, "lunsim exec: name one scenario file, not a folder of {}\n", loaded->size());
    return kExitUsage;
  }
  if (const std::string why = refusal_of(loaded->front()); !why.empty()) {
    fmt::print(stderr, "lunsim exec: {}\n", why);
    return kExitUsage;
  }
  if (!can_write(options.reports, "exec")) return kExitUsage;
  if (!control_endpoint(options.control.listen)) {
    fmt::print(stderr, "lunsim exec: {}\n", control_usage(options.control.listen));
    return kExitUsage;
  }
  try {
    return exec_on(loaded->front(), options);
  } catch (const ProgramRunError& error) {
    fmt::print(stderr, "lunsim exec: {}\n", error.what());
    return kExitUsage;
  } catch (const std::system_error& error) {
    fmt::print(stderr, "lunsim exec: {}\n", error.what());
    return kExitHarnessError;
  }
}

}  // namespace lunsim::tools
