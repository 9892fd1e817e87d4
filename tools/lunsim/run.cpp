// `lunsim run` and `lunsim check`.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include <fmt/format.h>

#include "runtime/live/live_world.hpp"
#include "runtime/trace/capture.hpp"
#include "scenarios/engine/report.hpp"
#include "scenarios/engine/runner.hpp"
#include "scenarios/engine/shard_environment.hpp"
#include "scenarios/explore/by_invariants.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/scenario_files.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

namespace fs = std::filesystem;

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

scenarios::WorldFactory live_world(std::optional<std::uint64_t> explicit_seed) {
  return [explicit_seed](std::uint64_t, runtime::Observer& observer) {
    runtime::LiveOptions options;
    options.seed = explicit_seed;
    auto world = std::make_unique<runtime::LiveWorld>(options);
    world->observe(observer);
    return std::unique_ptr<runtime::World>(std::move(world));
  };
}

/// A capture in `folder` under the scenario's id.
class CaptureFile final : public scenarios::ScenarioObserver {
 public:
  CaptureFile(const fs::path& path, const std::string& title)
      : file_(open(path)), writer_([this](std::span<const std::byte> bytes) {
          file_.write(reinterpret_cast<const char*>(bytes.data()),
                      static_cast<std::streamsize>(bytes.size()));
        }) {
    writer_.comment(title);
  }
  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override {
    writer_.opened(number, from, to, now);
  }
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override {
    writer_.carried(number, from_opener, bytes, now);
  }
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override {
    writer_.closed(number, by_opener, reset, now);
  }
  /// The verdict stands at the packet behind which it was given.
  void judged(const scenarios::CaseReport& one) override {
    if (one.verdict == scenarios::Verdict::pass || comments_ >= kCommentsMax) return;
    ++comments_;
    writer_.comment(fmt::format("{} {}: expected {}; seen {}; {}", describe(one.verdict), one.id,
                                one.expected, one.seen, one.message));
  }

 private:
  static constexpr std::size_t kCommentsMax = 200;

  static std::ofstream open(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot write " + path.string());
    return file;
  }
  std::ofstream file_;
  runtime::PcapngWriter writer_;
  std::size_t comments_ = 0;
};

int list(const std::vector<scenarios::Scenario>& all, const scenarios::RunOptions& options) {
  std::size_t selected = 0;
  for (const scenarios::Scenario& scenario : all) {
    if (!scenarios::is_selected(scenario, options) || !options.shard.takes(scenario.id)) continue;
    ++selected;
    fmt::print("{:<44} {}\n", scenario.id, scenario.title);
  }
  if (selected == 0) fmt::print(stderr, "lunsim run: nothing matches the filter\n");
  return selected > 0 ? kExitFine : kExitNothingRan;
}

/// A single story with a seed of its own is played with that, and it is what the first line says.
std::optional<std::uint64_t> seed_of_one(const std::vector<scenarios::Scenario>& all,
                                         const scenarios::RunOptions& options) {
  const scenarios::Scenario* one = nullptr;
  for (const scenarios::Scenario& scenario : all) {
    if (!scenarios::is_selected(scenario, options)) continue;
    if (one != nullptr) return std::nullopt;
    one = &scenario;
  }
  return one == nullptr ? std::nullopt : one->seed;
}

/// Whatever the run would write is tried before it.
bool can_write_captures(const RunOptions& options) {
  if (options.pcap.empty()) return true;
  std::error_code error;
  fs::create_directories(options.pcap, error);
  const fs::path probe = fs::path(options.pcap) / ".lunsim-probe";
  const bool writable = !error && std::ofstream(probe).good();
  fs::remove(probe, error);
  if (!writable) fmt::print(stderr, "lunsim run: captures cannot be written to {}\n", options.pcap);
  return writable;
}

/// One filter may pick cases; all others are conditions on scenarios.
bool choose_filters(const RunOptions& options, scenarios::RunOptions& run) {
  for (const std::string& text : options.filters) {
    const scenarios::SelectionTerm term(text);
    if (!term.picks_cases()) {
      run.terms.push_back(term);
      continue;
    }
    if (!run.filter.empty()) {
      fmt::print(stderr, "lunsim run: only one --filter can pick cases; {} and {} both do\n",
                 run.filter, term.pattern());
      return false;
    }
    run.filter = term.pattern();
  }
  return true;
}

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// How the scenarios are to be played, and who said which shard; empty, and why is printed, if that
/// is nonsense.
std::optional<scenarios::RunOptions> plan_of(const RunOptions& options,
                                             const std::vector<scenarios::Scenario>& all,
                                             std::string& shard_from) {
  scenarios::RunOptions run;
  if (!can_filter(options) || !choose_filters(options, run) ||
      !choose_shard(options, run.shard, shard_from))
    return std::nullopt;
  run.live = options.live;
  run.seed = options.seed ? *options.seed : seed_of_one(all, run).value_or(draw_seed());
  run.seed_is_explicit = options.seed.has_value();
  run.jobs = options.jobs;
  run.repeat = options.repeat != 0 ? options.repeat : options.until_fail ? 0 : 1;
  run.until_fail = options.until_fail;
  run.fail_fast = options.fail_fast;
  run.wall_clock = steady_ns;
  run.case_limit_ns = static_cast<std::int64_t>(options.case_timeout_s * 1e9);
  run.ladder = {.first_max = 200, .last_max = 200, .of_green_ones = options.reports.want_ladders()};
  run.by_invariants = [](const scenarios::Scenario& scenario, std::uint64_t seed) {
    return explore::judge_by_invariants(scenario, seed);
  };
  if (options.live) {
    run.world = live_world(options.seed);
    run.file_exists = [](std::string_view path) { return fs::exists(path); };
  }
  if (!options.pcap.empty()) {
    run.capture = [&options](const scenarios::Scenario& scenario) {
      return std::make_unique<CaptureFile>(fs::path(options.pcap) / (scenario.id + ".pcapng"),
                                           scenario.title);
    };
  }
  return run;
}

void say_that_nothing_ran(const RunOptions& options, const scenarios::RunReport& report) {
  std::fflush(stdout);
  if (report.selected > 0 && report.assigned == 0)
    fmt::print(stderr, "lunsim run: none of the {} scenarios is in shard {}\n", report.selected,
               to_string(report.shard));
  else
    fmt::print(stderr, "lunsim run: {}\n",
               options.filters.empty() ? "every scenario was skipped"
                                       : "nothing matches the filter, or all of it was skipped");
}

}  // namespace

bool choose_shard(const RunOptions& options, scenarios::Shard& chosen, std::string& from) {
  from = "--shard";
  if (!options.shard.empty()) {
    const auto shard = scenarios::parse_shard(options.shard);
    if (!shard)
      fmt::print(stderr, "lunsim run: --shard {} is none; the second of four is 2/4\n",
                 options.shard);
    chosen = shard.value_or(scenarios::Shard{});
    return shard.has_value();
  }
  const scenarios::ShardRequest request =
      scenarios::shard_of([](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      });
  if (!request.problem.empty()) {
    fmt::print(stderr, "lunsim run: {}\n", request.problem);
    return false;
  }
  chosen = request.shard;
  if (!request.status_file.empty()) std::ofstream(request.status_file, std::ios::app);
  from = request.from;
  return true;
}

bool can_filter(const RunOptions& options) {
  for (const std::string& text : options.filters) {
    if (!scenarios::SelectionTerm(text).leaves_out_cases()) continue;
    fmt::print(stderr,
               "lunsim run: --filter '{}' would leave cases out of a story, which is played whole; "
               "leave out scenarios, or pick the cases that are wanted\n",
               text);
    return false;
  }
  return true;
}

std::uint64_t draw_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

int exit_code_of(const scenarios::RunReport& report) {
  if (report.has_harness_error()) return kExitHarnessError;
  if (report.is_red()) return kExitCheckFailed;
  // A shard to which nothing falls is as it should be: the others have it all.
  if (report.selected > 0 && report.assigned == 0) return kExitFine;
  return report.is_empty() ? kExitNothingRan : kExitFine;
}

int run(const RunOptions& options) {
  const auto loaded = load_all(options.paths, options.params);
  if (!loaded) return kExitUsage;
  std::string shard_from;
  auto run = plan_of(options, *loaded, shard_from);
  if (!run) return kExitUsage;
  if (options.list) return list(*loaded, *run);
  if (!can_write(options.reports, "run") || !can_write_captures(options)) return kExitUsage;

  const bool on_terminal = isatty(STDOUT_FILENO) != 0;
  const scenarios::TextOptions text{.colour = wants_colour(),
                                    .verbose = options.verbose,
                                    .live = options.live,
                                    .rule_text = rule_text};
  std::size_t done = 0;
  run->progress = [&](const scenarios::ScenarioReport& scenario) {
    ++done;
    if (on_terminal) fmt::print("\r\x1b[K");
    // Of repetitions that pass one line is enough.
    if (scenario.repetition == 1 || scenario.verdict != scenarios::Verdict::pass)
      fmt::print("{}", scenarios::to_text(scenario, text));
    if (on_terminal) fmt::print("\r[{} of {}]", done, loaded->size());
    std::fflush(stdout);
  };

  fmt::print("seed: {:#018x}\n", run->seed);
  if (run->shard.count > 1) fmt::print("shard: {} ({})\n", to_string(run->shard), shard_from);
  scenarios::RunReport report = scenarios::run_scenarios(*loaded, *run);
  if (on_terminal) fmt::print("\r\x1b[K");
  fmt::print("{}", scenarios::summary_text(report, text));
  complete(report, options.reports);
  write(report, options.reports);
  if (report.repetitions > 1) fmt::print("{} repetitions, {} played\n", report.repetitions, done);
  if (report.stopped_early) fmt::print("stopped at the first that is red\n");
  fmt::print("event hash: {}\n", report.event_hash);
  if (report.is_empty()) say_that_nothing_ran(options, report);
  return exit_code_of(report);
}

int check(const CheckOptions& options) {
  const auto loaded = load_all(options.paths, options.params);
  if (!loaded) return kExitUsage;
  fmt::print("{} scenario{} without a mistake\n", loaded->size(), loaded->size() == 1 ? "" : "s");
  return kExitFine;
}

}  // namespace lunsim::tools
