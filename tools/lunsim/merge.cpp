// `lunsim merge`: the reports of a run's shards as one.
#include "scenarios/report/merge.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "scenarios/report/jsonl.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

bool read(const std::string& path, std::vector<scenarios::NamedReport>& out) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    fmt::print(stderr, "lunsim merge: {} is a folder; name the reports in it\n", path);
    return false;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "lunsim merge: cannot read {}\n", path);
    return false;
  }
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > scenarios::kJsonlBytesMax) {
    fmt::print(stderr, "lunsim merge: {} has {} bytes; a report has at most {}\n", path, size,
               scenarios::kJsonlBytesMax);
    return false;
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto report = scenarios::read_jsonl(text, path);
  if (!report) {
    fmt::print(stderr, "{}\n", report.error());
    return false;
  }
  out.push_back({path, std::move(*report)});
  return true;
}

}  // namespace

int merge(const MergeOptions& options) {
  if (!can_write(options.reports, "merge")) return kExitUsage;
  std::vector<scenarios::NamedReport> shards;
  bool all_read = true;
  for (const std::string& path : options.paths) all_read &= read(path, shards);
  if (!all_read) return kExitUsage;
  const scenarios::Merged merged = scenarios::merge(std::move(shards));
  for (const std::string& problem : merged.problems)
    fmt::print(stderr, "lunsim merge: {}\n", problem);
  if (!merged.problems.empty()) return kExitUsage;
  write(merged.report, options.reports);
  scenarios::TextOptions text;
  text.live = merged.report.live;
  text.rule_text = rule_text;
  for (const scenarios::ScenarioReport& scenario : merged.report.scenarios)
    if (scenario.verdict != scenarios::Verdict::pass || options.verbose)
      fmt::print("{}", scenarios::to_text(scenario, text));
  fmt::print("{}", scenarios::summary_text(merged.report, text));
  if (merged.report.stopped_early)
    fmt::print("a shard stopped at its first red scenario: what came after it was not played\n");
  fmt::print("event hash: {}\n", merged.report.event_hash);
  return exit_code_of(merged.report);
}

}  // namespace lunsim::tools
