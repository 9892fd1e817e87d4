// `lunsim lua`: a prompt on a running, simulated world; and the annotations for editors.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <random>
#include <string>

#include <fmt/format.h>

#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/lua_functions.hpp"
#include "scenarios/engine/lua_prompt.hpp"
#include "scenarios/engine/runner.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/scenario_files.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

constexpr const char* kWorldOfItsOwn = R"(language: 1
scenario: a prompt
targets:
  array: {luns: [{lun: 0, capacity: 64 MiB}]}
)";

std::optional<scenarios::Scenario> scenario_of(const LuaOptions& options) {
  if (options.path.empty()) {
    if (!options.params.empty()) {
      fmt::print(stderr, "lunsim lua: --param is for a scenario, and none is named\n");
      return std::nullopt;
    }
    scenarios::Problems problems;
    return scenarios::load_scenario(kWorldOfItsOwn, "prompt.yaml", "prompt", problems);
  }
  auto loaded = load_all({options.path}, options.params);
  if (!loaded) return std::nullopt;
  if (loaded->size() == 1) return std::move(loaded->front());
  fmt::print(stderr, "lunsim lua: name one scenario file, not a folder of {}\n", loaded->size());
  return std::nullopt;
}

/// Reads lines until the end of the input. True if none of them failed.
bool converse(scenarios::LuaPrompt& prompt, bool is_terminal) {
  bool all_good = true;
  std::string script, line;
  std::uint32_t number = 0, first = 1;
  while (true) {
    if (is_terminal) fmt::print("{}", script.empty() ? "> " : ">> ");
    std::fflush(stdout);
    const bool ended = !std::getline(std::cin, line);
    if (ended && script.empty()) break;
    if (!ended) {
      ++number;
      if (script.empty()) first = number;
      script += script.empty() ? line : "\n" + line;
      if (script.find_first_not_of(" \t\r\n") == std::string::npos) {
        script.clear();
        continue;
      }
    }
    const scenarios::LuaPrompt::Answer answer = prompt.run(script, first);
    if (answer.is_incomplete && !ended) continue;
    script.clear();
    all_good = all_good && !answer.failed;
    fmt::print("{}", answer.text);
    if (ended) break;
  }
  if (is_terminal) fmt::print("\n");
  return all_good;
}

}  // namespace

int lua(const LuaOptions& options) {
  if (options.annotations) {
    fmt::print("{}", scenarios::lua_annotations());
    return kExitFine;
  }
  const auto scenario = scenario_of(options);
  if (!scenario) return kExitUsage;
  const bool is_terminal = isatty(STDIN_FILENO) != 0;
  bool all_good = true;
  scenarios::RunOptions run;
  run.seed = options.seed.value_or(scenario->seed.value_or(draw_seed()));
  run.seed_is_explicit = true;
  run.play = [&](const scenarios::Stage& stage, scenarios::ScenarioReport& report) {
    if (is_terminal)
      fmt::print("seed: {:#018x}\ntargets, hosts, login{{...}}, read{{...}}; end with Ctrl-D\n",
                 run.seed);
    scenarios::LuaPrompt prompt(stage, report);
    all_good = converse(prompt, is_terminal);
  };
  const scenarios::ScenarioReport report = scenarios::run_scenario(*scenario, run);
  if (report.harness_error) {
    fmt::print(stderr, "lunsim lua: {}\n", report.reason);
    return kExitHarnessError;
  }
  return all_good || is_terminal ? kExitFine : kExitCheckFailed;
}

}  // namespace lunsim::tools
