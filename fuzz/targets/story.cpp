// A scenario file of anybody's: the loader, with parts to include. The input is the file; FFh
// divides it from the part that every `include:` then brings. Parameters from outside are n=7.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/require.hpp"
#include "scenarios/engine/loader.hpp"

namespace {

namespace scenarios = lunsim::scenarios;
using lunsim::fuzz::require;

constexpr char kDivider = '\xFF';

struct Loaded {
  std::optional<scenarios::Scenario> scenario;
  scenarios::Problems problems;
};

Loaded load(const std::string& text, const std::string& part) {
  scenarios::Outside outside;
  outside.params["n"] = "7";
  outside.read_file = [&](const std::string&) { return std::optional(part); };
  Loaded loaded;
  std::set<std::string> params;
  loaded.scenario =
      scenarios::load_scenario(text, "x.yaml", "x", loaded.problems, {}, outside, params);
  return loaded;
}

void check_problems(const scenarios::Problems& problems) {
  require(problems.kept().size() <= scenarios::Problems::kKeptMax, "what is told is bounded");
  for (const scenarios::Problem& problem : problems.kept()) {
    require(!problem.reason.empty(), "a mistake has a reason");
    require(!problem.place.file.empty(), "a mistake has a place");
    require(!scenarios::to_string(problem).empty(), "a mistake can be told");
  }
}

void check_scenario(const scenarios::Scenario& scenario) {
  require(!scenario.hosts.empty(), "there is a host");
  for (const scenarios::TargetModel& target : scenario.targets) {
    require(!target.portals.empty(), "a target has a portal");
    for (const scenarios::LunModel& lun : target.luns)
      require(lun.block_bytes > 0 && lun.capacity_bytes % lun.block_bytes == 0,
              "a unit has whole blocks");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t divider = std::min(input.find(kDivider), input.size());
  const std::string text = input.substr(0, divider);
  const std::string part = divider < input.size() ? input.substr(divider + 1) : std::string{};
  const Loaded loaded = load(text, part);
  require(loaded.scenario.has_value() == loaded.problems.empty(),
          "a file is loaded, or its mistakes are told");
  check_problems(loaded.problems);
  if (loaded.scenario) check_scenario(*loaded.scenario);
  return 0;
}
