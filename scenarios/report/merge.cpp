#include "scenarios/report/merge.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/engine/runner.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

std::string_view world_of(const RunReport& report) { return report.live ? "live" : "simulated"; }

/// Why `other` is no shard of the run that `first` is one of.
std::string stranger(const NamedReport& first, const NamedReport& other) {
  const RunReport& a = first.report;
  const RunReport& b = other.report;
  const auto differ = [&](std::string_view what, const auto& left, const auto& right) {
    return fmt::format("{} and {} are not of one run: {} {} and {}", first.name, other.name, what,
                       left, right);
  };
  if (a.version != b.version) return differ("lunsim", a.version, b.version);
  if (a.live != b.live) return differ("world", world_of(a), world_of(b));
  if (a.shard.count != b.shard.count) return differ("shards", a.shard.count, b.shard.count);
  if (a.seed != b.seed)
    return differ("seed", fmt::format("{:#x}", a.seed), fmt::format("{:#x}", b.seed)) +
           "; give every shard the same --seed";
  if (a.selected != b.selected) return differ("scenarios selected", a.selected, b.selected);
  if (a.selection_hash != b.selection_hash)
    return fmt::format("{} and {} are not of one run: other scenarios were selected", first.name,
                       other.name);
  return {};
}

class Merger {
 public:
  explicit Merger(std::vector<NamedReport> shards) : shards_(std::move(shards)) {}

  Merged run() {
    if (shards_.empty()) {
      out_.problems.emplace_back("there is no report to merge");
      return std::move(out_);
    }
    for (const NamedReport& shard : shards_)
      if (std::string why = stranger(shards_.front(), shard); !why.empty())
        out_.problems.push_back(std::move(why));
    if (!out_.problems.empty()) return std::move(out_);
    find_gaps();
    find_doubles();
    if (out_.problems.empty()) put_together();
    return std::move(out_);
  }

 private:
  void find_gaps() {
    const std::uint32_t count = shards_.front().report.shard.count;
    std::map<std::uint32_t, const NamedReport*> by_index;
    for (const NamedReport& shard : shards_) {
      const auto [at, is_new] = by_index.emplace(shard.report.shard.index, &shard);
      if (!is_new)
        out_.problems.push_back(fmt::format("shard {} is there twice: {} and {}",
                                            to_string(shard.report.shard), at->second->name,
                                            shard.name));
    }
    for (std::uint32_t index = 1; index <= count; ++index)
      if (by_index.find(index) == by_index.end())
        out_.problems.push_back(fmt::format("shard {}/{} is missing", index, count));
    std::uint64_t assigned = 0;
    for (const NamedReport& shard : shards_) assigned += shard.report.assigned;
    if (out_.problems.empty() && assigned != shards_.front().report.selected)
      out_.problems.push_back(fmt::format("{} scenarios were selected and the shards had {}",
                                          shards_.front().report.selected, assigned));
  }

  void find_doubles() {
    std::map<std::pair<std::string, std::uint64_t>, std::string> whose;
    for (const NamedReport& shard : shards_)
      for (const ScenarioReport& scenario : shard.report.scenarios) {
        const auto [at, is_new] =
            whose.emplace(std::pair(scenario.id, scenario.repetition), shard.name);
        if (!is_new)
          out_.problems.push_back(fmt::format("{} is there twice: in {} and in {}",
                                              shown_id(scenario.id, scenario.repetition),
                                              at->second, shard.name));
        if (!shard.report.shard.takes(scenario.id))
          out_.problems.push_back(fmt::format("{} does not belong to shard {}: {}", scenario.id,
                                              to_string(shard.report.shard), shard.name));
      }
  }

  void put_together() {
    RunReport& whole = out_.report;
    const RunReport& first = shards_.front().report;
    whole.seed = first.seed;
    whole.version = first.version;
    whole.live = first.live;
    whole.selected = whole.assigned = first.selected;
    whole.selection_hash = first.selection_hash;
    for (NamedReport& shard : shards_) {
      whole.repetitions = std::max(whole.repetitions, shard.report.repetitions);
      whole.stopped_early |= shard.report.stopped_early;
      whole.rules.merge(shard.report.rules);
      std::move(shard.report.scenarios.begin(), shard.report.scenarios.end(),
                std::back_inserter(whole.scenarios));
    }
    std::sort(whole.scenarios.begin(), whole.scenarios.end(),
              [](const ScenarioReport& a, const ScenarioReport& b) {
                return std::pair(a.repetition, a.position) < std::pair(b.repetition, b.position);
              });
    whole.event_hash = event_hash_of(whole.scenarios);
  }

  std::vector<NamedReport> shards_;
  Merged out_;
};

}  // namespace

Merged merge(std::vector<NamedReport> shards) { return Merger(std::move(shards)).run(); }

}  // namespace lunsim::scenarios
