#include "scenarios/engine/story_test_kit.hpp"

#include "scenarios/engine/expand.hpp"

namespace scenarios = lunsim::scenarios;
using scenarios::Outside;

namespace {

using Files = std::map<std::string, std::string>;

Outside outside(const Files& files, std::map<std::string, std::string> params = {}) {
  Outside out;
  out.read_file = [files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  };
  out.params = std::move(params);
  return out;
}

scenarios::LoadedScenarios load(const std::string& text, const Outside& from) {
  const scenarios::ScenarioFile file{text, "dir/x.yaml", "x"};
  return scenarios::load_scenarios({&file, 1}, from);
}

std::string problem(const std::string& text, const Files& files = {},
                    std::map<std::string, std::string> params = {}) {
  const auto loaded = load(text, outside(files, std::move(params)));
  std::string out;
  for (const std::string& one : loaded.problems) out += one + "\n";
  return out;
}
bool names_it(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string kExpandHead = "language: 1\nscenario: t\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(expand)

BOOST_AUTO_TEST_CASE(a_part_brings_targets_hosts_and_steps) {
  const auto loaded = load(
      kExpandHead + "include: common/array.part.yaml\nhosts: {n1: {}}\nsteps:\n  - sleep: 2 s\n",
      outside(
          {{"dir/common/array.part.yaml",
            "part: an array\nhosts: {n2: {}}\ntargets: {array: {}}\nsteps:\n  - sleep: 1 s\n"}}));
  BOOST_REQUIRE(loaded.problems.empty());
  const scenarios::Scenario& scenario = loaded.scenarios.front();
  BOOST_TEST(scenario.targets.size() == 1u);
  BOOST_TEST(scenario.hosts.size() == 2u);
  BOOST_REQUIRE(scenario.steps.size() == 2u);
  BOOST_TEST(std::get<scenarios::SleepStep>(scenario.steps[0].body).for_ns == 1'000'000'000);
  BOOST_TEST(scenario.steps[0].place.file == "dir/common/array.part.yaml");
  BOOST_TEST(scenario.steps[0].place.line == 5u);
}

BOOST_AUTO_TEST_CASE(steps_come_in_where_they_are_named) {
  const Files files{{"dir/a.yaml", "steps: [sleep: 2 s, include: b.yaml]\n"},
                    {"dir/b.yaml", "targets: {array: {}}\nsteps: [sleep: 3 s]\n"}};
  const auto loaded =
      load(kExpandHead + "steps:\n  - sleep: 1 s\n  - include: a.yaml\n  - sleep: 4 s\n",
           outside(files));
  for (const std::string& one : loaded.problems) BOOST_ERROR(one);
  std::string order;
  for (const auto& step : loaded.scenarios.at(0).steps)
    order += std::to_string(std::get<scenarios::SleepStep>(step.body).for_ns / 1'000'000'000);
  BOOST_TEST(order == "1234");
}

BOOST_AUTO_TEST_CASE(several_parts_come_in_their_order) {
  const Files files{{"dir/a.yaml", "steps: [sleep: 1 s]\n"},
                    {"dir/b.yaml", "steps: [sleep: 2 s]\n"}};
  const auto loaded =
      load(kExpandHead + "include: [a.yaml, b.yaml]\ntargets: {array: {}}\nsteps: [sleep: 3 s]\n",
           outside(files));
  std::string order;
  for (const auto& step : loaded.scenarios.at(0).steps)
    order += std::to_string(std::get<scenarios::SleepStep>(step.body).for_ns / 1'000'000'000);
  BOOST_TEST(order == "123");
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_part_name_the_part) {
  BOOST_TEST(problem(kExpandHead + "include: a.yaml\n",
                     {{"dir/a.yaml", "targets:\n  array: {lunz: []}\n"}}) ==
             "dir/a.yaml:2:11: unknown key \"lunz\" in a target; did you mean \"luns\"?\n");
  BOOST_TEST(
      problem(kExpandHead + "include: a.yaml\n", {{"dir/a.yaml", "targets:\n  array: \"x\n"}}) ==
      "dir/a.yaml:2:10: this quote is never closed\n");
  BOOST_TEST(
      problem(kExpandHead + "include: a.yaml\n", {{"dir/a.yaml", "seed: 7\ntargets: {a: {}}\n"}}) ==
      "dir/a.yaml:1:1: unknown key \"seed\" in a file that is included\n");
}

BOOST_AUTO_TEST_CASE(what_stands_in_two_files_is_told) {
  BOOST_TEST(problem(kExpandHead + "include: a.yaml\ntargets: {array: {}}\n",
                     {{"dir/a.yaml", "targets: {array: {}}\n"}}) ==
             "dir/x.yaml:4:11: \"array\" of targets is there already, at dir/a.yaml:1:11\n");
}

BOOST_AUTO_TEST_CASE(cycles_depth_and_what_is_not_there_are_refused) {
  BOOST_TEST(names_it(problem(kExpandHead + "include: x.yaml\n"),
                      "dir/x.yaml:3:10: dir/x.yaml includes "
                      "itself"));
  BOOST_TEST(names_it(
      problem(kExpandHead + "include: a.yaml\n", {{"dir/a.yaml", "include: sub/b.yaml\n"},
                                                  {"dir/sub/b.yaml", "include: ../a.yaml\n"}}),
      "dir/sub/b.yaml:1:10: dir/a.yaml includes itself"));
  BOOST_TEST(names_it(problem(kExpandHead + "include: nowhere.yaml\n"),
                      "dir/x.yaml:3:10: dir/nowhere.yaml cannot be read"));
  BOOST_TEST(names_it(problem(kExpandHead + "include: /etc/passwd\n"), "not by an absolute one"));
  BOOST_TEST(names_it(problem(kExpandHead + "include: {a: b}\n"), "expected the name of a file"));
  Files chain;
  for (int i = 0; i < 12; ++i)
    chain["dir/" + std::to_string(i) + ".yaml"] = "include: " + std::to_string(i + 1) + ".yaml\n";
  BOOST_TEST(names_it(problem(kExpandHead + "include: 0.yaml\n", chain), "more than 8 files deep"));
  Files wide{{"dir/leaf.yaml", "steps: []\n"}};
  std::string many = kExpandHead + "steps:\n";
  for (int i = 0; i < 70; ++i) many += "  - include: leaf.yaml\n";
  BOOST_TEST(names_it(problem(many, wide), "more than 64 files"));
  const scenarios::ScenarioFile file{kExpandHead + "include: a.yaml\n", "x.yaml", "x"};
  BOOST_TEST(names_it(scenarios::load_scenarios({&file, 1}).problems.front(),
                      "nothing can be included here"));
}

BOOST_AUTO_TEST_CASE(a_part_is_no_scenario) {
  BOOST_TEST(names_it(problem("language: 1\npart: an array\ntargets: {array: {}}\n"),
                      "it is none by itself"));
}

BOOST_AUTO_TEST_CASE(parameters_stand_for_values) {
  const std::string text = kExpandHead +
                           "params: {n: 3, size: 1 MiB, luns: [{lun: 5}], who: array}\n"
                           "targets:\n  array: {luns: [{lun: \"${n}\", capacity: \"${size}\"}]}\n"
                           "  other: {alias: \"the ${who}, no. ${n}, for $${x}\"}\n"
                           "  third: {luns: \"${luns}\"}\n";
  const auto loaded = load(text, {});
  for (const std::string& one : loaded.problems) BOOST_ERROR(one);
  const scenarios::Scenario& scenario = loaded.scenarios.at(0);
  BOOST_TEST(scenario.targets[0].luns[0].lun == 3u);
  BOOST_TEST(scenario.targets[0].luns[0].capacity_bytes == 1u << 20);
  BOOST_TEST(scenario.targets[1].alias == "the array, no. 3, for ${x}");
  BOOST_TEST(scenario.targets[2].luns[0].lun == 5u);
}

BOOST_AUTO_TEST_CASE(outside_goes_before_the_file_and_the_file_before_its_parts) {
  const Files files{{"dir/a.yaml",
                     "params: {n: 1, m: 1}\ntargets:\n  array: {luns: [{lun: "
                     "\"${n}\"}, {lun: \"${m}\"}]}\n"}};
  const auto loaded =
      load(kExpandHead + "params: {n: 2}\ninclude: a.yaml\n", outside(files, {{"m", "9"}}));
  for (const std::string& one : loaded.problems) BOOST_ERROR(one);
  BOOST_TEST(loaded.scenarios.at(0).targets[0].luns[0].lun == 2u);
  BOOST_TEST(loaded.scenarios.at(0).targets[0].luns[1].lun == 9u);
}

BOOST_AUTO_TEST_CASE(parameters_that_are_not_used_or_not_there_are_told) {
  const std::string body = "targets:\n  array: {luns: [{lun: \"${n}\"}]}\n";
  BOOST_TEST(problem(kExpandHead + "params: {n: 1, m: 2}\n" + body) ==
             "dir/x.yaml:3:16: the parameter \"m\" is never used\n");
  BOOST_TEST(problem(kExpandHead + "params: {nn: 1}\n" + body)
                 .starts_with("dir/x.yaml:3:10: the parameter \"nn\" is never used\n"));
  BOOST_TEST(
      names_it(problem(kExpandHead + "params: {size: 1}\ntargets: {a: {alias: \"${sise}\"}}\n"),
               "dir/x.yaml:4:22: no parameter is named \"sise\"; did you mean \"size\"?"));
  BOOST_TEST(problem(kExpandHead + "params: {n: 1}\n" + body, {}, {{"other", "1"}}) ==
             "no scenario here has a parameter \"other\"\n");
  BOOST_TEST(names_it(problem(kExpandHead + "params: {n: 1}\ntargets: {\"${n}\": {}}\n"),
                      "not for a key"));
  BOOST_TEST(
      names_it(problem(kExpandHead + "params: {n: 1, m: \"${n}\"}\n" + body), "cannot refer"));
  BOOST_TEST(names_it(problem(kExpandHead + "params: {n: [1]}\ntargets: {a: {alias: \"x${n}\"}}\n"),
                      "only be the whole value"));
  BOOST_TEST(names_it(problem(kExpandHead + "params: {n: 1}\ntargets: {a: {alias: \"x${n\"}}\n"),
                      "never closed"));
  BOOST_TEST(
      names_it(problem(kExpandHead + "params: [1]\ntargets: {a: {}}\n"), "a map of parameters"));
}

BOOST_AUTO_TEST_CASE(a_small_file_does_not_become_a_large_one) {
  std::string text = kExpandHead + "params: {p: \"" + std::string(100'000, 'x') + "\"}\nsteps:\n";
  for (int i = 0; i < 1000; ++i) text += "  - call: \"a${p}\"\n";
  BOOST_TEST(names_it(problem(text), "too much, once all parameters are in their places"));
  text = kExpandHead + "params: {p: [";
  for (int i = 0; i < 1000; ++i) text += "1,";
  text += "1]}\nsteps:\n";
  for (int i = 0; i < 1000; ++i) text += "  - \"${p}\"\n";
  BOOST_TEST(names_it(problem(text), "too much, once all parameters are in their places"));
}

BOOST_AUTO_TEST_SUITE_END()
