#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "scenarios/engine/runner.hpp"

namespace scenarios = lunsim::scenarios;
using scenarios::RunOptions;
using scenarios::RunReport;
using scenarios::ScenarioReport;
using scenarios::Verdict;

namespace {

std::vector<scenarios::ScenarioFile> catalogue_files() {
  const std::filesystem::path root = std::filesystem::path(LUNSIM_SOURCE_DIR) / "scenarios/catalog";
  std::vector<scenarios::ScenarioFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".yaml" || entry.path().stem().extension() == ".part") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string id =
        entry.path().lexically_relative(root).replace_extension().generic_string();
    files.push_back(
        {{std::istreambuf_iterator<char>(in), {}}, "scenarios/catalog/" + id + ".yaml", id});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return files;
}

/// What the files include lies beside them.
std::optional<std::string> included(const std::string& path) {
  std::ifstream in(std::filesystem::path(LUNSIM_SOURCE_DIR) / path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

const std::vector<scenarios::Scenario>& catalogue() {
  static const scenarios::LoadedScenarios kLoaded =
      scenarios::load_scenarios(catalogue_files(), {included, {}});
  for (const std::string& problem : kLoaded.problems) BOOST_ERROR(problem);
  return kLoaded.scenarios;
}

RunReport run(std::uint64_t seed, const std::string& filter = {}) {
  RunOptions options;
  options.seed = seed;
  options.seed_is_explicit = true;
  options.filter = filter;
  return scenarios::run_scenarios(catalogue(), options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue_of_scenarios)

BOOST_AUTO_TEST_CASE(every_file_is_right) {
  BOOST_TEST(catalogue().size() == catalogue_files().size());
  BOOST_TEST(catalogue().size() >= 30u);
}

BOOST_AUTO_TEST_CASE(every_scenario_passes_and_enough_faults_fire) {
  const RunReport report = run(7);
  std::size_t with_fault = 0;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.verdict != Verdict::pass) BOOST_ERROR(scenarios::to_text(scenario));
    with_fault += std::any_of(scenario.faults.begin(), scenario.faults.end(),
                              [](const auto& fault) { return fault.fired > 0; });
  }
  BOOST_TEST(with_fault >= 15u);
}

BOOST_AUTO_TEST_CASE(one_seed_gives_one_hash_and_another_seed_another) {
  const std::string filter = "login/";
  const RunReport first = run(7, filter);
  BOOST_TEST(first.scenarios.size() > 3u);
  BOOST_TEST(first.event_hash.size() == 16u);
  BOOST_TEST(first.event_hash == run(7, filter).event_hash);
  BOOST_TEST(first.event_hash != run(8, filter).event_hash);
}

BOOST_AUTO_TEST_SUITE_END()
