#include "conformance/mutants/case_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <span>

#include "scenarios/engine/runner.hpp"

namespace lunsim::conformance {

std::string text_of(const std::string& root, const std::string& file) {
  std::ifstream stream(root + "/" + file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::optional<scenarios::Scenario> load_case(const std::string& text, const std::string& file) {
  const scenarios::ScenarioFile one{text, file, file};
  scenarios::LoadedScenarios loaded = scenarios::load_scenarios(std::span(&one, 1));
  for (const std::string& problem : loaded.problems) fmt::print("{}\n", problem);
  if (loaded.scenarios.empty() || !loaded.problems.empty()) return std::nullopt;
  return std::move(loaded.scenarios.front());
}

}  // namespace lunsim::conformance
