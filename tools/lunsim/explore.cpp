// `lunsim run --explore`: scenarios with trouble at every point.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "runtime/memory/allocation_gate.hpp"
#include "scenarios/engine/runner.hpp"
#include "scenarios/engine/selection.hpp"
#include "scenarios/explore/explore.hpp"
#include "scenarios/explore/shrink.hpp"
#include "scenarios/explore/swarm.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/scenario_files.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

constexpr std::uint64_t kSwarmRuns = 1000;  // unless --count says otherwise

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

/// Options that mean nothing here are refused, not ignored.
std::string refusal_of(const RunOptions& options) {
  if (options.explore == "oom" && !runtime::has_allocation_gate())
    return "--explore oom needs a build without a sanitizer, which brings its own operator new";
  if (options.live) return "exploration needs the simulated world: leave out --live";
  if (options.reports.any() || !options.pcap.empty())
    return "exploration writes no reports and no captures: its output is its report";
  if (options.count && options.explore != "swarm")
    return "--count is of --explore swarm; a point of its own is played by --point";
  if (options.repeat > 0 || options.until_fail || options.fail_fast || options.case_timeout_s > 0)
    return "exploration knows no --repeat, --until-fail, --fail-fast and "
           "--case-timeout: choose scenarios by --filter";
  for (const std::string& text : options.filters)
    if (scenarios::SelectionTerm(text).picks_cases())
      return "exploration plays whole stories: a --filter here picks scenarios, not cases";
  return {};
}

/// "explored.yaml" of a scenario and an invariant: api_logout_wrong_data.yaml.
std::string file_name_of(const std::string& id, const std::string& invariant) {
  std::string name = id + "_" + invariant + ".yaml";
  for (char& c : name)
    if (c == '/' || c == ' ' || c == ',') c = '_';
  return name;
}

/// One finding made small and written into `folder`.
void shrink_one(const std::string& id, const std::string& path, const RunOptions& run,
                explore::ShrinkOptions options) {
  const std::string& invariant = options.invariant;
  const auto outside = outside_of(run.params);
  if (!outside) return;
  std::ifstream stream(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  options.file = path;
  options.outside = *outside;
  const auto shrunk = explore::shrink(text, options);
  if (!shrunk) {
    fmt::print(
        "      not shrunk: {} does not show in a YAML file of its own{}\n", invariant,
        run.explore == "swarm" ? "; it needs the login values or the network of the draw" : "");
    return;
  }
  std::filesystem::create_directories(run.shrink_to);
  const auto where = std::filesystem::path(run.shrink_to) / file_name_of(id, invariant);
  std::ofstream file(where, std::ios::binary);
  file << shrunk->yaml;
  if (!file) throw std::runtime_error("cannot write " + where.string());
  fmt::print("      shrunk to {} ({} runs)\n", where.string(), shrunk->runs);
}

/// The first variant of each invariant that was broken, made small.
void shrink_findings(const explore::ExploreReport& report, explore::Trouble trouble,
                     const RunOptions& run) {
  std::set<std::string> done;
  for (const explore::FailedVariant& failed : report.failed) {
    explore::ShrinkOptions options;
    options.seed = report.seed;
    options.strike = {trouble, failed.point};
    options.invariant = failed.findings.front().invariant;
    if (done.insert(options.invariant).second) shrink_one(report.id, report.file, run, options);
  }
}

/// The first run of each story and invariant.
void shrink_findings(const explore::SwarmReport& report,
                     std::span<const scenarios::Scenario* const> chosen, const RunOptions& run) {
  std::set<std::pair<std::string, std::string>> done;
  for (const explore::SwarmFailure& failed : report.failed) {
    const auto story = std::find_if(chosen.begin(), chosen.end(), [&](const auto* scenario) {
      return scenario->file == failed.file;
    });
    explore::ShrinkOptions options;
    options.seed = failed.seed;
    options.invariant = failed.findings.front().invariant;
    if (story == chosen.end() || !done.insert({failed.file, options.invariant}).second) continue;
    options.faults = explore::drawn_faults(**story, explore::draw_swarm(**story, failed.seed));
    shrink_one((*story)->id, failed.file, run, options);
  }
}

/// Does `count` pieces of work on `jobs` threads and takes the results in the order of the pieces.
template <class Result, class Work, class Take>
void in_order(std::size_t count, std::size_t jobs, const Work& work, const Take& take) {
  std::atomic<std::size_t> next{0};
  std::vector<std::promise<Result>> promises(count);
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < std::max<std::size_t>(jobs, 1); ++thread)
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < count; i = next++) try {
          promises[i].set_value(work(i));
        } catch (...) {
          promises[i].set_exception(std::current_exception());
        }
    });
  for (std::promise<Result>& promise : promises) take(promise.get_future().get());
}

bool is_chosen(const scenarios::Scenario& scenario, const RunOptions& options) {
  return std::all_of(options.filters.begin(), options.filters.end(), [&](const std::string& text) {
    return scenarios::SelectionTerm(text).takes(scenario);
  });
}

/// In pieces of kPiece seeds; the same report as in one piece.
explore::SwarmReport swarm_on_threads(std::span<const scenarios::Scenario* const> chosen,
                                      const explore::SwarmOptions& options, std::size_t jobs) {
  constexpr std::uint64_t kPiece = 100;
  explore::SwarmReport report;
  if (chosen.empty()) return report;
  const auto pieces = static_cast<std::size_t>((options.count + kPiece - 1) / kPiece);
  in_order<explore::SwarmReport>(
      pieces, jobs,
      [&](std::size_t i) {
        explore::SwarmOptions piece = options;
        piece.first = options.first + i * kPiece;
        piece.count = std::min(kPiece, options.count - i * kPiece);
        return explore::run_swarm(chosen, piece);
      },
      [&](const explore::SwarmReport& piece) { report.add(piece); });
  return report;
}

/// What the invariants about data could not see must not look as if they had seen it.
std::string not_followed_text(std::size_t scenarios) {
  if (scenarios == 0) return {};
  return fmt::format(
      "in {} scenarios blocks are not followed, because the story itself changes, spoils or shares "
      "them (--explore reset -v names the units)\n",
      scenarios);
}

/// A shard of a swarm has a part of its runs.
int swarm(const RunOptions& options, scenarios::Shard shard) {
  const auto loaded = load_all(options.paths, options.params);
  if (!loaded) return kExitUsage;
  std::vector<const scenarios::Scenario*> chosen;
  for (const scenarios::Scenario& scenario : *loaded)
    if (!scenario.steps.empty() && is_chosen(scenario, options)) chosen.push_back(&scenario);
  explore::SwarmOptions swarm_options;
  swarm_options.seed = options.seed ? *options.seed : draw_seed();
  const std::uint64_t runs = options.count.value_or(kSwarmRuns);
  swarm_options.first = runs * (shard.index - 1) / shard.count;
  swarm_options.count = runs * shard.index / shard.count - swarm_options.first;
  fmt::print("seed: {:#018x}\n", swarm_options.seed);
  bool says_nothing = false;
  std::size_t not_followed = 0;
  for (const scenarios::Scenario* scenario : chosen) {
    if (!explore::units_not_followed(*scenario).empty()) ++not_followed;
    const std::string why = explore::why_inconclusive(*scenario, swarm_options.seed);
    if (why.empty()) continue;
    says_nothing = true;
    fmt::print("FAIL  {}: {}\n", scenario->file, why);
  }
  const auto begin = std::chrono::steady_clock::now();
  const explore::SwarmReport report = swarm_on_threads(chosen, swarm_options, options.jobs);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  fmt::print("{}{}took {:.1f} s\n", to_text(report), not_followed_text(not_followed), took.count());
  if (!options.shrink_to.empty()) shrink_findings(report, chosen, options);
  if (report.failures > 0 || says_nothing) return kExitCheckFailed;
  return report.runs > 0 || (!chosen.empty() && shard.count > 1) ? kExitFine : kExitNothingRan;
}

}  // namespace

int explore(const RunOptions& options) {
  const auto trouble = explore::trouble_named(options.explore);
  std::string why = refusal_of(options);
  const bool is_swarm = options.explore == "swarm";
  if (is_swarm && options.point) why = "a swarm has no points: replay a run by its seed";
  if (!trouble && !is_swarm)
    why = fmt::format("there is no --explore {}; there are {}", options.explore,
                      joined(explore::trouble_names()) + ", swarm");
  if (!why.empty()) {
    fmt::print(stderr, "lunsim run: {}\n", why);
    return kExitUsage;
  }
  scenarios::Shard shard;
  std::string shard_from;
  if (!can_filter(options) || !choose_shard(options, shard, shard_from)) return kExitUsage;
  if (is_swarm) return swarm(options, shard);
  const auto loaded = load_all(options.paths, options.params);
  if (!loaded) return kExitUsage;

  explore::ExploreOptions explore_options;
  explore_options.trouble = *trouble;
  explore_options.seed = options.seed ? *options.seed : draw_seed();
  explore_options.seed_is_explicit = options.seed.has_value();
  explore_options.point = options.point;
  std::vector<const scenarios::Scenario*> chosen;
  for (const scenarios::Scenario& scenario : *loaded)
    if (is_chosen(scenario, options) && shard.takes(scenario.id)) chosen.push_back(&scenario);
  std::uint64_t variants = 0, findings = 0, scenarios_tried = 0;
  std::size_t not_followed = 0;
  bool is_red = false;
  fmt::print("seed: {:#018x}\n", explore_options.seed);
  if (shard.count > 1) fmt::print("shard: {} ({})\n", to_string(shard), shard_from);
  in_order<explore::ExploreReport>(
      chosen.size(), options.jobs,
      [&](std::size_t i) { return explore::explore(*chosen[i], explore_options); },
      [&](const explore::ExploreReport& report) {
        fmt::print("{}", to_text(report, options.verbose));
        if (!options.shrink_to.empty()) shrink_findings(report, *trouble, options);
        std::fflush(stdout);
        variants += report.variants;
        findings += report.failed.size();
        if (!report.not_followed.empty()) ++not_followed;
        is_red |= report.is_red();
        if (report.skipped.empty()) ++scenarios_tried;
      });
  fmt::print("{}: {} variants of {} scenarios, {} with a finding\n", options.explore, variants,
             scenarios_tried, findings);
  fmt::print("{}", not_followed_text(not_followed));
  if (is_red) return kExitCheckFailed;
  if (chosen.empty() && shard.count > 1) return kExitFine;  // the others have it all
  return variants > 0 ? kExitFine : kExitNothingRan;
}

}  // namespace lunsim::tools
