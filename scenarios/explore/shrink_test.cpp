#include "scenarios/explore/shrink.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "scenarios/engine/runner.hpp"
#include "scenarios/explore/by_invariants.hpp"
#include "scenarios/explore/explore.hpp"
#include "scenarios/explore/node_writer.hpp"
#include "scenarios/explore/test_defects.hpp"

namespace lunsim::explore {
namespace {

// More of everything than any finding needs.
constexpr const char* kShrunkStory = R"(language: 1
scenario: a long shrunk_story
checks: [SRC-R1]
hosts:
  pc: {address: 10.0.0.1, command_timeout: 20 s}
targets:
  other:
    name: iqn.2026-11.org.lunsim:other
    portals: [10.0.0.11:3260]
    luns: [{lun: 0, capacity: 1 MiB}]
  array:
    name: iqn.2026-11.org.lunsim:array
    portals: [10.0.0.10:3260]
    luns:
      - {lun: 0, capacity: 1 MiB}
      - {lun: 3, capacity: 8 MiB, block: 4096, thin: true}
    faults:
      - busy: {on: {receive: INQUIRY, nth: 9}, may_not_fire: true, do: {status: BUSY}}
steps:
  - login: {target: other, as: s2}
  - login: {target: array, as: s1}
  - sleep: 1 s
  - write: {session: s1, lun: 3, lba: 40, blocks: 3, pattern: "another "}
  - write: {session: s1, lun: 0, lba: 4, blocks: 2, pattern: "first "}
  - sleep: 10 s
  - write: {session: s1, lun: 0, lba: 4, blocks: 2, pattern: "second "}
  - sleep: 10 s
  - read: {session: s1, lun: 3, lba: 40, blocks: 3, pattern: "another "}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s1, Lun: 0}
    expect: {return: ERROR_SUCCESS}
  - read: {session: s1, lun: 0, lba: 4, blocks: 2, pattern: "second "}
  - logout: s1
  - logout: s2
)";

scenarios::Scenario load(const std::string& text) {
  const scenarios::ScenarioFile file{text, "story.yaml", "story"};
  auto loaded = scenarios::load_scenarios(std::span(&file, 1));
  for (const std::string& problem : loaded.problems) BOOST_TEST_MESSAGE(problem);
  BOOST_TEST_REQUIRE(loaded.scenarios.size() == 1u);
  return std::move(loaded.scenarios.front());
}

using MakeDefect = std::function<std::unique_ptr<initiator::Host>(initiator::Host&)>;

/// The first variant that breaks the invariant, shrunk; checked against the defect and without it.
std::string found_and_shrunk(const MakeDefect& defect, const std::string& invariant) {
  ExploreOptions options;
  options.defect = defect;
  const ExploreReport report = explore(load(kShrunkStory), options);
  BOOST_TEST(report.in_peace.empty());
  const auto failed =
      std::find_if(report.failed.begin(), report.failed.end(), [&](const FailedVariant& variant) {
        return std::any_of(variant.findings.begin(), variant.findings.end(),
                           [&](const Finding& finding) { return finding.invariant == invariant; });
      });
  BOOST_TEST_REQUIRE((failed != report.failed.end()), to_text(report, true));
  ShrinkOptions shrink_options;
  shrink_options.strike = {Trouble::reset, failed->point};
  shrink_options.invariant = invariant;
  shrink_options.defect = defect;
  const auto shrunk = shrink(kShrunkStory, shrink_options);
  BOOST_TEST_REQUIRE(shrunk.has_value());
  BOOST_TEST_MESSAGE(shrunk->yaml);
  const scenarios::Scenario small = load(shrunk->yaml);
  BOOST_TEST(small.judged_by_invariants);
  const auto broken = judge_by_invariants(small, 0, defect);
  BOOST_TEST((broken.verdict == scenarios::Verdict::fail));
  BOOST_TEST(broken.cases.front().seen == invariant);
  BOOST_TEST((judge_by_invariants(small, 0).verdict == scenarios::Verdict::pass));
  BOOST_TEST(std::count(shrunk->yaml.begin(), shrunk->yaml.end(), '\n') <= 15, shrunk->yaml);
  return shrunk->yaml;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shrinking)

BOOST_AUTO_TEST_CASE(a_lost_acknowledged_write_becomes_a_file_of_at_most_15_lines) {
  const std::string yaml =
      found_and_shrunk(testing::make<testing::AcknowledgesLostWrites>, "acknowledged write lost");
  BOOST_TEST(yaml.find("other") == std::string::npos);
  BOOST_TEST(yaml.find("faults:") != std::string::npos);
  BOOST_TEST(yaml.find("trouble:") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(data_from_elsewhere_becomes_a_file_of_at_most_15_lines) {
  found_and_shrunk(testing::make<testing::ReadsTheNextBlock>, "wrong data");
}

BOOST_AUTO_TEST_CASE(a_wrong_outcome_becomes_a_file_of_at_most_15_lines) {
  found_and_shrunk(testing::make<testing::ReturnsANumberOfItsOwn>, "undocumented outcome");
}

BOOST_AUTO_TEST_CASE(what_does_not_fail_is_not_shrunk) {
  ShrinkOptions options;
  options.strike = {Trouble::reset, 3};
  options.invariant = "wrong data";
  BOOST_TEST(!shrink(kShrunkStory, options).has_value());
}

BOOST_AUTO_TEST_CASE(what_the_writer_writes_reads_back_as_the_same_tree) {
  const std::string text =
      "language: 1\nscenario: \"with, commas: and # signs\"\ntargets: {a: {luns: [{lun: 0}]}}\n"
      "steps:\n  - write: {session: s1, pattern: \"a \\\"quoted\\\" \\\\ one\", lba: 7}\n";
  scenarios::Problems problems;
  const scenarios::Node tree = scenarios::read_yaml(text, "x", problems);
  const std::string once = to_yaml(tree);
  const scenarios::Node again = scenarios::read_yaml(once, "x", problems);
  BOOST_TEST(problems.empty());
  BOOST_TEST(to_yaml(again) == once);
  const scenarios::Node* steps = again.find("steps");
  BOOST_TEST_REQUIRE(steps != nullptr);
  BOOST_TEST(steps->items[0].find("write")->find("pattern")->text == "a \"quoted\" \\ one");
  BOOST_TEST(again.find("scenario")->text == "with, commas: and # signs");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::explore
