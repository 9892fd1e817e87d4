// Runs many scenarios: selection, shard, repetitions, and threads with a world each. Whatever the
// number of threads, the report is that of one thread.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "runtime/ports/xoshiro.hpp"
#include "runtime/trace/event_hash.hpp"
#include "scenarios/engine/case_filter.hpp"
#include "scenarios/engine/runner.hpp"

namespace lunsim::scenarios {
namespace {

/// One scenario to play.
struct Task {
  const Scenario* scenario = nullptr;
  std::uint64_t position = 0;
  std::uint64_t repetition = 1;
};

/// The first repetition has the seed as it is, every other one its own.
std::uint64_t seed_of_repetition(std::uint64_t seed, std::uint64_t repetition) {
  if (repetition == 1) return seed;
  std::uint64_t state = seed + repetition;
  return runtime::split_mix64_next(state);
}

ScenarioReport play(const Task& task, const RunOptions& options) {
  RunOptions own = options;
  const Scenario& scenario = *task.scenario;
  if (task.repetition > 1) {
    const std::uint64_t seed =
        options.seed_is_explicit ? options.seed : scenario.seed.value_or(options.seed);
    own.seed = seed_of_repetition(seed, task.repetition);
    own.seed_is_explicit = true;
  }
  ScenarioReport report = run_scenario(scenario, own);
  report.position = task.position;
  report.repetition = task.repetition;
  return report;
}

void add_to(runtime::EventHash& hash, const ScenarioReport& report) {
  // The scenario's id is left out: it depends on the folder that a run was given.
  hash.add_verdict(fmt::format("{} {}", describe(report.verdict), report.event_hash));
}

bool is_red(const ScenarioReport& report) {
  return report.verdict == Verdict::fail || report.verdict == Verdict::inconclusive;
}

/// Plays tasks on threads and hands the reports out in the order of the tasks. At most
/// `threads` * kAheadMax reports wait for their turn.
class Crew {
 public:
  Crew(const std::vector<Task>& tasks, const RunOptions& options)
      : tasks_(tasks), options_(options), done_(tasks.size()) {
    const std::size_t threads =
        std::clamp<std::size_t>(options.jobs, 1, std::max<std::size_t>(tasks.size(), 1));
    ahead_max_ = threads * kAheadMax;
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Crew() {
    stop();
    for (std::thread& thread : threads_) thread.join();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  ScenarioReport next() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return done_[taken_].has_value(); });
    ScenarioReport report = std::move(*done_[taken_]);
    done_[taken_].reset();
    ++taken_;
    room_.notify_all();
    return report;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    room_.notify_all();
  }

 private:
  static constexpr std::size_t kAheadMax = 16;

  void work() {
    for (;;) {
      std::size_t mine = 0;
      {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] {
          return is_stopped_ || begun_ == tasks_.size() || begun_ < taken_ + ahead_max_;
        });
        if (is_stopped_ || begun_ == tasks_.size()) return;
        mine = begun_++;
      }
      ScenarioReport report = play(tasks_[mine], options_);
      const std::lock_guard lock(mutex_);
      done_[mine] = std::move(report);
      ready_.notify_all();
    }
  }

  const std::vector<Task>& tasks_;
  const RunOptions& options_;
  std::vector<std::optional<ScenarioReport>> done_;
  std::vector<std::thread> threads_;
  std::size_t ahead_max_ = 0;
  std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::size_t begun_ = 0, taken_ = 0;
  bool is_stopped_ = false;
};

/// Takes what was played into the run.
class Tally {
 public:
  Tally(const RunOptions& options, RunReport& run)
      : options_(options), run_(run), picks_cases_(CaseFilter(options.filter).picks_cases()) {}

  /// False if this was the last one to be played.
  bool add(ScenarioReport report) {
    // Its story ran, but has no case that was asked for.
    const bool was_judged = report.verdict != Verdict::skipped && !report.harness_error;
    if (picks_cases_ && was_judged && report.cases.empty()) return true;
    add_to(hash_, report);
    if (options_.progress) options_.progress(report);
    const bool red = is_red(report);
    // Of the repetitions that are green one tells as much as all of them.
    if (report.repetition == 1 || report.verdict != Verdict::pass)
      run_.scenarios.push_back(std::move(report));
    return !(red && (options_.fail_fast || options_.until_fail));
  }
  void finish() { run_.event_hash = hash_.digest(); }

 private:
  const RunOptions& options_;
  RunReport& run_;
  bool picks_cases_;
  runtime::EventHash hash_;
};

bool play_all(const std::vector<Task>& tasks, const RunOptions& options, Tally& tally) {
  if (options.jobs <= 1) {
    for (const Task& task : tasks)
      if (!tally.add(play(task, options))) return false;
    return true;
  }
  Crew crew(tasks, options);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (!tally.add(crew.next())) return false;
  return true;
}

}  // namespace

bool is_selected(const Scenario& scenario, const RunOptions& options) {
  return is_selected(scenario, options.filter) &&
         std::all_of(options.terms.begin(), options.terms.end(),
                     [&](const SelectionTerm& term) { return term.takes(scenario); });
}

std::string event_hash_of(std::span<const ScenarioReport> scenarios) {
  runtime::EventHash hash;
  for (const ScenarioReport& scenario : scenarios) add_to(hash, scenario);
  return hash.digest();
}

RunReport run_scenarios(std::span<const Scenario> scenarios, const RunOptions& options) {
  RunReport run;
  run.seed = options.seed;
  run.live = options.live;
  run.shard = options.shard;
  std::vector<Task> tasks;
  std::uint64_t ids = 0;
  for (const Scenario& scenario : scenarios) {
    if (!is_selected(scenario, options)) continue;
    ++run.selected;
    ids = stable_hash(fmt::format("{:x} {}", ids, scenario.id));
    if (options.shard.takes(scenario.id)) tasks.push_back({&scenario, run.selected, 1});
  }
  run.selection_hash = ids;
  run.assigned = tasks.size();
  Tally tally(options, run);
  bool goes_on = !tasks.empty();
  for (std::uint64_t round = 1; goes_on; ++round) {
    for (Task& task : tasks) task.repetition = round;
    run.repetitions = round;
    goes_on = play_all(tasks, options, tally);
    run.stopped_early = !goes_on;
    if (options.repeat != 0 && round >= options.repeat) break;
  }
  tally.finish();
  return run;
}

}  // namespace lunsim::scenarios
