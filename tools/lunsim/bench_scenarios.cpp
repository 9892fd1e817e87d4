#include "tools/lunsim/bench_scenarios.hpp"

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "scenarios/engine/runner.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/processor_time.hpp"

namespace lunsim::tools {
namespace {

// Discovery, login, LUN scan, ten commands, logout.
constexpr const char* kStory = R"(language: 1
scenario: login, ten commands, logout
targets:
  array:
    luns: [{lun: 0, capacity: 64 MiB}]
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, lun: 0, lba: 0, blocks: 8, pattern: "bench "}
  - read: {session: s1, lun: 0, lba: 0, blocks: 8, pattern: "bench "}
  - write: {session: s1, lun: 0, lba: 8, blocks: 8, pattern: "bench "}
  - read: {session: s1, lun: 0, lba: 8, blocks: 8, pattern: "bench "}
  - write: {session: s1, lun: 0, lba: 16, blocks: 8, pattern: "bench "}
  - read: {session: s1, lun: 0, lba: 16, blocks: 8, pattern: "bench "}
  - write: {session: s1, lun: 0, lba: 24, blocks: 8, pattern: "bench "}
  - read: {session: s1, lun: 0, lba: 24, blocks: 8, pattern: "bench "}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s1, Lun: 0}
    expect: {return: ERROR_SUCCESS}
  - call: SendScsiInquiry
    with: {UniqueSessionId: $s1, Lun: 0}
    expect: {return: ERROR_SUCCESS}
  - logout: s1
)";

scenarios::Scenario load() {
  const scenarios::ScenarioFile file{kStory, "bench.yaml", "bench"};
  auto loaded = scenarios::load_scenarios(std::span(&file, 1));
  if (loaded.scenarios.empty())
    throw std::runtime_error("the bench's own story does not load: " + loaded.problems.front());
  return std::move(loaded.scenarios.front());
}

double stories_per_second(const scenarios::Scenario& story, double seconds) {
  scenarios::RunOptions options;
  std::uint64_t played = 0;
  const double begin = processor_seconds();
  double now = begin;
  while (now - begin < seconds) {
    for (int i = 0; i < 16; ++i) {
      options.seed = ++played;
      if (scenarios::run_scenario(story, options).verdict != scenarios::Verdict::pass)
        throw std::runtime_error("the bench's own story failed");
    }
    now = processor_seconds();
  }
  return static_cast<double>(played) / (now - begin);
}

}  // namespace

int bench_scenarios(const BenchScenariosOptions& options) {
  const scenarios::Scenario story = load();
  std::vector<double> rates;
  for (int i = 0; i < std::max(options.slices, 1); ++i) {
    rates.push_back(stories_per_second(story, options.seconds));
    fmt::print("slice {}: {:.0f} scenarios/s\n", i + 1, rates.back());
  }
  std::sort(rates.begin(), rates.end());
  const double median = rates[rates.size() / 2];
  fmt::print(
      "scenarios (login, 10 commands, logout; loaded, simulated): {:.0f} per second and core\n",
      median);
  if (median >= options.at_least) return kExitFine;
  fmt::print("below the {:.0f} that were asked for\n", options.at_least);
  return kExitCheckFailed;
}

}  // namespace lunsim::tools
