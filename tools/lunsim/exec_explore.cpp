#include "tools/lunsim/exec_explore.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"
#include "scenarios/explore/outcome_host.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/program_run.hpp"

namespace lunsim::tools {
namespace {

enum class Reaction : std::uint8_t { handled, retried, reported, hung, crashed };
constexpr std::string_view kReactions[] = {"handled", "retried", "reported", "hung", "crashed"};

/// One run with trouble at one point; which call it struck, if it did.
struct Variant {
  ProgramRun run;
  std::uint64_t points = 0;
  std::optional<scenarios::CallRecord> struck;  // with what it returned
};

Variant run_variant(const scenarios::Scenario& scenario, const ExecOptions& options,
                    std::uint64_t seed, std::uint64_t point, bool is_quiet) {
  Variant variant;
  explore::Strike strike({explore::Trouble::outcomes, point});
  explore::OutcomeHost* outcomes = nullptr;
  ProgramRunHooks hooks;
  hooks.is_quiet = is_quiet;
  hooks.decorate_host = [&](initiator::Host& healthy) {
    auto made = std::make_unique<explore::OutcomeHost>(healthy, strike);
    outcomes = made.get();
    outcomes->strike_started();
    return made;
  };
  hooks.before_call = [&](const scenarios::CallRecord& call) {
    outcomes->set_function(call.function);
  };
  hooks.after_call = [&](const scenarios::CallRecord& call) {
    outcomes->set_function({});
    const auto due = outcomes->take_due();
    if (!strike.has_struck() || variant.struck) return;
    variant.struck = call;
    // What the library makes of it outside of this process is not seen here.
    if (due) variant.struck->returned = *due;
  };
  variant.run = run_program(scenario, options, seed, hooks);
  variant.points = strike.points();
  return variant;
}

std::size_t calls_of(const ProgramRun& run, const std::string& function) {
  return static_cast<std::size_t>(
      std::count_if(run.calls.begin(), run.calls.end(),
                    [&](const scenarios::CallRecord& call) { return call.function == function; }));
}

Reaction reaction_of(const Variant& variant, const ProgramRun& healthy) {
  const ExecOutcome& outcome = variant.run.outcome;
  if (outcome.timed_out) return Reaction::hung;
  if (outcome.end.signal != 0) return Reaction::crashed;
  if (outcome.end.exit_code != 0) return Reaction::reported;
  const std::string& function = variant.struck->function;
  return calls_of(variant.run, function) > calls_of(healthy, function) ? Reaction::retried
                                                                       : Reaction::handled;
}

std::string detail_of(const Variant& variant, Reaction reaction) {
  const ExecOutcome& outcome = variant.run.outcome;
  std::string out;
  if (reaction == Reaction::reported) out = fmt::format("exit code {}", outcome.end.exit_code);
  if (reaction == Reaction::crashed) out = signal_text(outcome.end.signal);
  if (reaction == Reaction::hung)
    out = fmt::format("still ran after {:g} s", static_cast<double>(outcome.timeout_ns) / 1e9);
  if (!outcome.sessions_open.empty() && reaction <= Reaction::reported)
    out += std::string(out.empty() ? "" : ", ") + "a session is left open";
  return out.empty() ? out : " (" + out + ")";
}

std::string replay_line(const scenarios::Scenario& scenario, const ExecOptions& options,
                        std::uint64_t seed, std::uint64_t point) {
  std::string line =
      fmt::format("lunsim exec {}{} --seed {:#x} --explore outcomes --point {} --",
                  scenarios::shell_path(scenario.file), scenario.replay_options, seed, point);
  for (const std::string& word : options.program) line += " " + scenarios::shell_word(word);
  return line;
}

/// The table, row by row as the runs end.
class Table {
 public:
  Table(const scenarios::Scenario& scenario, const ExecOptions& options, std::uint64_t seed)
      : scenario_(scenario), options_(options), seed_(seed) {
    fmt::print("{:<36} {:<36} {}\n", "call", "outcome", "the program");
  }
  void add(std::uint64_t point, const Variant& variant, const ProgramRun& healthy) {
    const Reaction reaction = reaction_of(variant, healthy);
    const auto at = static_cast<std::size_t>(reaction);
    ++counts_[at];
    fmt::print("{:<36} {:<36} {}{}\n",
               fmt::format("{} {}", variant.struck->number, variant.struck->function),
               scenarios::show_number(variant.struck->returned, scenarios::Names::return_code),
               kReactions[at], detail_of(variant, reaction));
    if (is_bad(reaction))
      fmt::print("    replay {}\n", replay_line(scenario_, options_, seed_, point));
    std::fflush(stdout);
  }
  void print_sum(std::size_t calls) const {
    std::size_t all = 0;
    std::string parts;
    for (std::size_t i = 0; i < std::size(counts_); ++i) {
      all += counts_[i];
      if (counts_[i] > 0)
        parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", counts_[i], kReactions[i]);
    }
    fmt::print("{} outcomes of {} calls: {}\n", all, calls, parts);
  }
  bool has_bad() const {
    return counts_[static_cast<std::size_t>(Reaction::hung)] > 0 ||
           counts_[static_cast<std::size_t>(Reaction::crashed)] > 0;
  }

 private:
  static bool is_bad(Reaction reaction) {
    return reaction == Reaction::hung || reaction == Reaction::crashed;
  }
  const scenarios::Scenario& scenario_;
  const ExecOptions& options_;
  std::uint64_t seed_;
  std::size_t counts_[std::size(kReactions)] = {};
};

/// Why there is nothing to explore; empty if there is.
std::string trouble_with(const Variant& healthy) {
  const ExecOutcome& outcome = healthy.run.outcome;
  if (outcome.stopped) return "stopped by a signal";
  if (outcome.timed_out) return "the program does not end in its time, with nothing forced on it";
  if (!outcome.is_success())
    return fmt::format("the program fails with nothing forced on it: {}",
                       outcome.end.signal != 0
                           ? signal_text(outcome.end.signal)
                           : fmt::format("exit code {}", outcome.end.exit_code));
  return {};
}

}  // namespace

int explore_program(const scenarios::Scenario& scenario, const ExecOptions& options,
                    std::uint64_t seed) {
  fmt::print("seed: {:#018x}\n", seed);
  std::fflush(stdout);
  const Variant healthy = run_variant(scenario, options, seed, 0, !options.verbose);
  if (const std::string why = trouble_with(healthy); !why.empty()) {
    fmt::print(stderr, "lunsim exec: {}\n", why);
    return kExitCheckFailed;
  }
  if (healthy.points == 0) {
    fmt::print(stderr,
               "lunsim exec: the program made no call through the library or the control channel, "
               "so there is no outcome to explore\n");
    return kExitNothingRan;
  }
  if (options.point.value_or(1) > healthy.points || options.point == 0u) {
    fmt::print(stderr, "lunsim exec: --point is 1 to {} here\n", healthy.points);
    return kExitUsage;
  }
  Table table(scenario, options, seed);
  const std::uint64_t first = options.point.value_or(1);
  const std::uint64_t last = options.point.value_or(healthy.points);
  for (std::uint64_t point = first; point <= last; ++point) {
    const bool is_quiet = !options.point && !options.verbose;
    const Variant variant = run_variant(scenario, options, seed, point, is_quiet);
    if (variant.run.outcome.stopped) return kExitCheckFailed;
    if (!variant.struck) {
      fmt::print(stderr,
                 "lunsim exec: point {} was not reached: the program does not call alike "
                 "in every run\n",
                 point);
      return kExitCheckFailed;
    }
    table.add(point, variant, healthy.run);
  }
  table.print_sum(healthy.run.calls.size());
  return table.has_bad() ? kExitCheckFailed : kExitFine;
}

}  // namespace lunsim::tools
