#include "scenarios/explore/swarm.hpp"

#include <boost/test/unit_test.hpp>

#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/runner.hpp"
#include "scenarios/explore/by_invariants.hpp"
#include "scenarios/explore/node_writer.hpp"
#include "scenarios/explore/shrink.hpp"
#include "scenarios/explore/test_defects.hpp"
#include "scenarios/explore/variant.hpp"

namespace lunsim::explore {
namespace {

constexpr const char* kSwarmStory =
    "language: 1\nscenario: writes and reads\ntargets: {array: {luns: [{lun: 0}]}}\nsteps:\n"
    "  - login: {target: array, as: s1}\n"
    "  - write: {session: s1, lun: 0, blocks: 64, pattern: \"one \"}\n  - sleep: 5 s\n"
    "  - write: {session: s1, lun: 0, blocks: 64, pattern: \"two \"}\n  - sleep: 5 s\n"
    "  - read: {session: s1, lun: 0, blocks: 64}\n";

scenarios::Scenario swarm_story() {
  const scenarios::ScenarioFile file{kSwarmStory, "story.yaml", "story"};
  auto loaded = scenarios::load_scenarios(std::span(&file, 1));
  BOOST_TEST_REQUIRE(loaded.scenarios.size() == 1u);
  return std::move(loaded.scenarios.front());
}

SwarmReport swarm_of(const SwarmOptions& options) {
  const scenarios::Scenario one = swarm_story();
  const scenarios::Scenario* const chosen[] = {&one};
  return run_swarm(chosen, options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(swarm)

BOOST_AUTO_TEST_CASE(a_healthy_host_stands_it_and_the_faults_do_fire) {
  const SwarmReport report = swarm_of({.seed = 1, .first = 0, .count = 300, .defect = {}});
  BOOST_TEST(report.failures == 0u, to_text(report));
  BOOST_TEST(report.runs == 300u);
  BOOST_TEST(report.with_trouble > 100u);
  BOOST_TEST(report.pairs.seen() * 10 > pairs_of_login_values() * 9);
}

BOOST_AUTO_TEST_CASE(seeds_that_once_ran_for_ever_come_to_an_end) {
  // A target that ends a connection whose next PDU a fault still holds.
  for (const std::uint64_t seed : {0x15c0u, 0x200cu}) {
    const SwarmReport report = swarm_of({.seed = seed, .first = 0, .count = 1, .defect = {}});
    BOOST_TEST(report.failures == 0u, to_text(report));
  }
}

BOOST_AUTO_TEST_CASE(a_defect_is_found_and_its_seed_finds_it_again) {
  SwarmOptions options{.seed = 1,
                       .first = 0,
                       .count = 300,
                       .defect = testing::make<testing::AcknowledgesLostWrites>};
  const SwarmReport report = swarm_of(options);
  BOOST_TEST_REQUIRE(report.failures > 0u);
  options.seed = report.failed.front().seed;
  options.count = 1;
  BOOST_TEST(swarm_of(options).failures == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_seed_draws_the_same_and_another_something_else) {
  const scenarios::Scenario one = swarm_story();
  BOOST_TEST(draw_swarm(one, 7).what == draw_swarm(one, 7).what);
  BOOST_TEST(draw_swarm(one, 7).what != draw_swarm(one, 8).what);
}

BOOST_AUTO_TEST_CASE(what_is_drawn_can_be_written_down_and_does_the_same) {
  const scenarios::Scenario one = swarm_story();
  std::size_t faults = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const SwarmDraw draw = draw_swarm(one, seed);
    const auto drawn = drawn_faults(one, draw);
    faults += drawn.size();
    scenarios::Scenario as_drawn = one;
    for (std::size_t i = 0; i < one.targets.size(); ++i)
      as_drawn.targets[i].faults = draw.scenario.targets[i].faults;

    scenarios::Problems problems;
    scenarios::Node root = scenarios::read_yaml(kSwarmStory, "story.yaml", problems);
    add_faults(root, drawn);
    const auto written = scenarios::load_scenario(to_yaml(root), "story.yaml", "story", problems);
    BOOST_TEST_REQUIRE(written.has_value(), to_yaml(root));
    VariantPlan plan;
    plan.seed = seed;
    BOOST_TEST(run_variant(*written, plan).event_hash == run_variant(as_drawn, plan).event_hash,
               to_yaml(root));
  }
  BOOST_TEST(faults > 200u);
}

BOOST_AUTO_TEST_CASE(findings_of_a_swarm_become_files) {
  const auto defect = testing::make<testing::AcknowledgesLostWrites>;
  const SwarmReport report = swarm_of({.seed = 1, .first = 0, .count = 300, .defect = defect});
  const scenarios::Scenario one = swarm_story();
  std::size_t files = 0, tried = 0;
  for (const SwarmFailure& failure : report.failed) {
    if (tried == 4) break;
    ++tried;
    ShrinkOptions options;
    options.seed = failure.seed;
    options.invariant = failure.findings.front().invariant;
    options.faults = drawn_faults(one, draw_swarm(one, failure.seed));
    options.defect = defect;
    const auto shrunk = shrink(kSwarmStory, options);
    if (!shrunk) continue;  // the login values or the network of the draw had a part in it
    ++files;
    BOOST_TEST(std::count(shrunk->yaml.begin(), shrunk->yaml.end(), '\n') <= 15, shrunk->yaml);
    scenarios::Problems problems;
    const auto file = scenarios::load_scenario(shrunk->yaml, "shrunk.yaml", "shrunk", problems);
    BOOST_TEST_REQUIRE(file.has_value());
    const std::uint64_t seed = file->seed.value_or(failure.seed);
    const auto verdict = [&](const auto& judged) { return judged.verdict; };
    BOOST_TEST((verdict(judge_by_invariants(*file, seed, defect)) == scenarios::Verdict::fail));
    BOOST_TEST((verdict(judge_by_invariants(*file, seed)) == scenarios::Verdict::pass));
  }
  BOOST_TEST_MESSAGE(files << " of " << tried << " became files");
  BOOST_TEST(files > 0u);
  BOOST_TEST(tried > 2u);
}

BOOST_AUTO_TEST_CASE(pieces_add_up_to_the_whole) {
  const auto defect = testing::make<testing::AcknowledgesLostWrites>;
  const SwarmReport whole = swarm_of({.seed = 7, .first = 0, .count = 60, .defect = defect});
  SwarmReport sum = swarm_of({.seed = 7, .first = 0, .count = 25, .defect = defect});
  sum.add(swarm_of({.seed = 7, .first = 25, .count = 35, .defect = defect}));
  BOOST_TEST(to_text(sum) == to_text(whole));
  BOOST_TEST(whole.failures > 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::explore
