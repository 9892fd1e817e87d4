#include <boost/test/unit_test.hpp>

#include <atomic>
#include <set>

#include "scenarios/engine/runner.hpp"

namespace lunsim::scenarios {
namespace {

Scenario story(const std::string& id, const std::string& steps) {
  const ScenarioFile file{
      "language: 1\nscenario: t\ntags: [" + std::string(id == "s/3" ? "odd" : "even") +
          "]\ntargets: {array: {}}\nsteps:\n  - login: {target: array, as: s1}\n" + steps,
      id + ".yaml", id};
  LoadedScenarios loaded = load_scenarios({&file, 1});
  for (const std::string& problem : loaded.problems) BOOST_ERROR(problem);
  BOOST_REQUIRE(loaded.scenarios.size() == 1u);
  return loaded.scenarios.front();
}

/// s/0 to s/11; the seventh fails.
std::vector<Scenario> stories() {
  std::vector<Scenario> out;
  for (int i = 0; i < 12; ++i)
    out.push_back(story("s/" + std::to_string(i),
                        i == 6 ? "  - read: {session: s1, lun: 9}\n" : "  - logout: s1\n"));
  return out;
}

struct Told {
  RunReport report;
  std::vector<std::string> progress;
};
Told run_told(RunOptions options) {
  Told out;
  options.seed = 7;
  options.progress = [&](const ScenarioReport& one) {
    out.progress.push_back(one.id + " " + std::string(describe(one.verdict)));
  };
  out.report = run_scenarios(stories(), options);
  return out;
}
std::vector<std::string> ids_of(const RunReport& report) {
  std::vector<std::string> out;
  for (const ScenarioReport& one : report.scenarios) out.push_back(one.id);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_many)

BOOST_AUTO_TEST_CASE(the_report_does_not_depend_on_the_number_of_jobs) {
  const Told one = run_told({});
  BOOST_TEST(one.report.scenarios.size() == 12u);
  BOOST_TEST(one.report.count(Verdict::fail) == 1u);
  for (const std::size_t jobs : {2u, 5u, 40u}) {
    RunOptions options;
    options.jobs = jobs;
    const Told many = run_told(options);
    BOOST_TEST(many.report.event_hash == one.report.event_hash);
    BOOST_TEST(many.progress == one.progress, boost::test_tools::per_element());
    for (std::size_t i = 0; i < 12; ++i)
      BOOST_TEST(many.report.scenarios[i].event_hash == one.report.scenarios[i].event_hash);
  }
}

BOOST_AUTO_TEST_CASE(shards_are_disjoint_and_together_the_whole) {
  const Told whole = run_told({});
  std::multiset<std::string> together;
  for (std::uint32_t index = 1; index <= 3; ++index) {
    RunOptions options;
    options.shard = {index, 3};
    const Told part = run_told(options);
    BOOST_TEST(part.report.selected == 12u);
    BOOST_TEST(part.report.assigned == part.report.scenarios.size());
    BOOST_TEST(part.report.selection_hash == whole.report.selection_hash);
    for (const ScenarioReport& one : part.report.scenarios) {
      together.insert(one.id);
      BOOST_TEST(one.event_hash == whole.report.scenarios[one.position - 1].event_hash);
    }
  }
  const std::vector<std::string> ids = ids_of(whole.report);
  const std::multiset<std::string> expected(ids.begin(), ids.end());
  BOOST_TEST(together == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(fail_fast_tells_nothing_behind_the_first_red_one_on_any_number_of_jobs) {
  for (const std::size_t jobs : {1u, 4u}) {
    RunOptions options;
    options.jobs = jobs;
    options.fail_fast = true;
    const Told told = run_told(options);
    BOOST_TEST(told.report.stopped_early);
    BOOST_TEST(told.report.scenarios.size() == 7u);
    BOOST_TEST(told.report.scenarios.back().id == "s/6");
  }
}

BOOST_AUTO_TEST_CASE(repetitions_have_seeds_of_their_own_and_keep_what_is_red) {
  RunOptions options;
  options.repeat = 3;
  const Told told = run_told(options);
  BOOST_TEST(told.progress.size() == 36u);
  BOOST_TEST(told.report.repetitions == 3u);
  std::set<std::uint64_t> seeds;
  for (const ScenarioReport& one : told.report.scenarios)
    if (one.id == "s/6") seeds.insert(one.seed);
  BOOST_TEST(seeds.size() == 3u);
  BOOST_TEST(seeds.contains(7u));
  BOOST_TEST(told.report.scenarios.size() == 14u);
}

BOOST_AUTO_TEST_CASE(until_fail_ends_with_the_first_red_one) {
  RunOptions options;
  options.repeat = 0;
  options.until_fail = true;
  const Told told = run_told(options);
  BOOST_TEST(told.report.repetitions == 1u);
  BOOST_TEST(told.report.scenarios.back().id == "s/6");
  options.terms.emplace_back("!s/6");
  options.repeat = 4;
  BOOST_TEST(run_told(options).report.repetitions == 4u);
}

BOOST_AUTO_TEST_CASE(terms_and_the_filter_must_all_hold) {
  RunOptions options;
  options.terms = {SelectionTerm("tag:odd")};
  BOOST_TEST((ids_of(run_told(options).report) == std::vector<std::string>{"s/3"}));
  options.filter = "s/4";
  BOOST_TEST(run_told(options).report.is_empty());
}

BOOST_AUTO_TEST_CASE(a_case_that_takes_too_long_fails_at_its_place_and_ends_the_scenario) {
  // A clock that goes on by a second whenever it is looked at.
  std::atomic<std::int64_t> seconds = 0;
  RunOptions options;
  options.seed = 1;
  options.wall_clock = [&seconds] { return ++seconds * 1'000'000'000; };
  options.case_limit_ns = 20'000'000'000;
  const std::vector<Scenario> one{story(
      "slow", "  - read: {session: s1, lun: 0, blocks: 4096, blocks_each: 1}\n  - logout: s1\n")};
  const RunReport report = run_scenarios(one, options);
  BOOST_TEST_REQUIRE(report.scenarios.size() == 1u);
  const ScenarioReport& scenario = report.scenarios.front();
  BOOST_TEST((scenario.verdict == Verdict::fail));
  const CaseReport& last = scenario.cases.back();
  BOOST_TEST((last.verdict == Verdict::fail));
  BOOST_TEST(last.expected == "an end within 20 s of wall time");
  BOOST_TEST(last.place.line > 0u);
  BOOST_TEST(last.id != "slow#3");
  options.case_limit_ns = 0;
  BOOST_TEST((run_scenarios(one, options).scenarios.front().verdict == Verdict::pass));
}

BOOST_AUTO_TEST_CASE(spans_of_cases_cover_the_ladder_and_strikes_stand_in_it) {
  RunOptions options;
  options.ladder = {.first_max = 500, .last_max = 0};
  const ScenarioFile file{
      "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - busy: {on: {receive: "
      "READ(10)}, times: 1, do: {status: BUSY}}\nsteps:\n  - login: {target: array, as: s1}\n"
      "  - read: {session: s1}\n    expect: {status: BUSY}\n  - read: {session: s1}\n",
      "f.yaml", "f"};
  const LoadedScenarios loaded = load_scenarios({&file, 1});
  BOOST_TEST_REQUIRE(loaded.problems.empty());
  const ScenarioReport report = run_scenario(loaded.scenarios.front(), options);
  BOOST_TEST((report.verdict == Verdict::pass), to_text(report));
  BOOST_TEST_REQUIRE(report.cases.size() == 3u);
  BOOST_TEST(report.cases[0].span.first_entry == 1u);
  for (std::size_t i = 1; i < 3; ++i) {
    BOOST_TEST(report.cases[i].span.first_entry == report.cases[i - 1].span.last_entry + 1);
    BOOST_TEST(report.cases[i].span.began_ns == report.cases[i - 1].span.ended_ns);
    BOOST_TEST(report.cases[i].span.last_entry >= report.cases[i].span.first_entry + 1);
  }
  BOOST_TEST_REQUIRE(report.strikes.size() == 1u);
  const Span& read = report.cases[1].span;
  BOOST_TEST(report.strikes[0].fault == "busy");
  BOOST_TEST(report.strikes[0].after_entry == read.first_entry);
  const TraceEntry& command = report.ladder[read.first_entry - 1];
  BOOST_TEST(command.name() == "SCSI Command");
  BOOST_TEST(report.strikes[0].at_ns >= command.at.since_start_ns);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::scenarios
