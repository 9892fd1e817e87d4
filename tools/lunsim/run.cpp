// `lunsim run` and `lunsim check`.
#include <unistd.h>

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
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/scenario_files.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

namespace fs = std::filesystem;

std::uint64_t draw_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

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
class CaptureFile final : public runtime::Observer {
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

 private:
  static std::ofstream open(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot write " + path.string());
    return file;
  }
  std::ofstream file_;
  runtime::PcapngWriter writer_;
};

int list(const std::vector<scenarios::Scenario>& all, const RunOptions& options) {
  std::size_t selected = 0;
  for (const scenarios::Scenario& scenario : all) {
    if (!scenarios::is_selected(scenario, options.filter)) continue;
    ++selected;
    fmt::print("{:<44} {}\n", scenario.id, scenario.title);
  }
  if (selected == 0) fmt::print(stderr, "lunsim run: nothing matches the filter\n");
  return selected > 0 ? kExitFine : kExitNothingRan;
}

/// A single story with a seed of its own is played with that, and it is what the first line says.
std::optional<std::uint64_t> seed_of_one(const std::vector<scenarios::Scenario>& all,
                                         const std::string& filter) {
  const scenarios::Scenario* one = nullptr;
  for (const scenarios::Scenario& scenario : all) {
    if (!scenarios::is_selected(scenario, filter)) continue;
    if (one != nullptr) return std::nullopt;
    one = &scenario;
  }
  return one == nullptr ? std::nullopt : one->seed;
}

/// Whatever the run would write is tried before it: a run of minutes must not end in "cannot
/// write".
bool can_write(const RunOptions& options) {
  if (!options.junit.empty() && !std::ofstream(options.junit, std::ios::binary | std::ios::app)) {
    fmt::print(stderr, "lunsim run: the JUnit report cannot be written to {}\n", options.junit);
    return false;
  }
  if (options.pcap.empty()) return true;
  std::error_code error;
  fs::create_directories(options.pcap, error);
  const fs::path probe = fs::path(options.pcap) / ".lunsim-probe";
  const bool writable = !error && std::ofstream(probe).good();
  fs::remove(probe, error);
  if (!writable) fmt::print(stderr, "lunsim run: captures cannot be written to {}\n", options.pcap);
  return writable;
}

int exit_code_of(const scenarios::RunReport& report) {
  if (report.has_harness_error()) return kExitHarnessError;
  if (report.is_red()) return kExitCheckFailed;
  return report.is_empty() ? kExitNothingRan : kExitFine;
}

}  // namespace

int run(const RunOptions& options) {
  const auto loaded = load_all(options.paths);
  if (!loaded) return kExitUsage;
  if (options.list) return list(*loaded, options);
  if (!can_write(options)) return kExitUsage;

  scenarios::RunOptions run;
  run.live = options.live;
  run.seed = options.seed.value_or(0);
  if (!options.seed) run.seed = seed_of_one(*loaded, options.filter).value_or(draw_seed());
  run.seed_is_explicit = options.seed.has_value();
  run.filter = options.filter;
  if (options.live) run.world = live_world(options.seed);
  if (!options.pcap.empty()) {
    run.capture = [&options](const scenarios::Scenario& scenario) {
      return std::make_unique<CaptureFile>(fs::path(options.pcap) / (scenario.id + ".pcapng"),
                                           scenario.title);
    };
  }
  const bool on_terminal = isatty(STDOUT_FILENO) != 0;
  const scenarios::TextOptions text{
      .colour = wants_colour(), .verbose = options.verbose, .live = options.live};
  std::size_t done = 0;
  run.progress = [&](const scenarios::ScenarioReport& scenario) {
    ++done;
    if (on_terminal) fmt::print("\r\x1b[K");
    fmt::print("{}", scenarios::to_text(scenario, text));
    if (on_terminal) fmt::print("\r[{} of {}]", done, loaded->size());
    std::fflush(stdout);
  };

  fmt::print("seed: {:#018x}\n", run.seed);
  const scenarios::RunReport report = scenarios::run_scenarios(*loaded, run);
  if (on_terminal) fmt::print("\r\x1b[K");
  fmt::print("{}", scenarios::summary_text(report, text));
  if (!options.junit.empty()) {
    std::ofstream file(options.junit, std::ios::binary);
    file << scenarios::to_junit(report);
    if (!file) throw std::runtime_error("cannot write " + options.junit);
  }
  fmt::print("event hash: {}\n", report.event_hash);
  if (report.is_empty()) {
    std::fflush(stdout);
    fmt::print(stderr, "lunsim run: {}\n",
               options.filter.empty() ? "every scenario was skipped"
                                      : "nothing matches the filter, or all of it was skipped");
  }
  return exit_code_of(report);
}

int check(const CheckOptions& options) {
  const auto loaded = load_all(options.paths);
  if (!loaded) return kExitUsage;
  fmt::print("{} scenario{} without a mistake\n", loaded->size(), loaded->size() == 1 ? "" : "s");
  return kExitFine;
}

}  // namespace lunsim::tools
