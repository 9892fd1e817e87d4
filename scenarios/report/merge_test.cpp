#include "scenarios/report/merge.hpp"

#include <boost/test/unit_test.hpp>

#include "scenarios/report/formats.hpp"
#include "scenarios/report/jsonl.hpp"
#include "scenarios/report/test_report.hpp"

namespace lunsim::scenarios {
namespace {

RunReport read_back(const RunReport& report) {
  auto read = read_jsonl(to_jsonl(report), "x");
  BOOST_TEST_REQUIRE(read.has_value(), (read ? "" : read.error()));
  return *read;
}
std::string refusal_of(const std::string& text) {
  const auto read = read_jsonl(text, "x.jsonl");
  return read ? "(taken)" : read.error();
}
std::string line_of(const std::string& text, std::size_t number) {
  std::size_t begin = 0;
  while (number-- > 0) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) + 1 - begin);
}

/// The shards of a run over twenty scenarios.
std::vector<NamedReport> shards_of(std::uint32_t count) {
  std::vector<NamedReport> out;
  for (std::uint32_t index = 1; index <= count; ++index) {
    RunReport report;
    report.version = "1";
    report.shard = {index, count};
    report.selected = 20;
    for (std::uint64_t i = 1; i <= 20; ++i) {
      ScenarioReport one;
      one.id = "story/" + std::to_string(i);
      one.position = i;
      one.event_hash = std::to_string(i);
      if (!report.shard.takes(one.id)) continue;
      report.scenarios.push_back(one);
      ++report.assigned;
    }
    out.push_back({"shard" + std::to_string(index), std::move(report)});
  }
  return out;
}
std::string first_problem(std::vector<NamedReport> shards) {
  const Merged merged = merge(std::move(shards));
  return merged.problems.empty() ? "" : merged.problems.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(merging)

BOOST_AUTO_TEST_CASE(a_report_is_the_same_in_every_format_after_it_was_read_back) {
  const RunReport report = testing::nasty_report();
  const RunReport again = read_back(report);
  BOOST_TEST(to_jsonl(again) == to_jsonl(report));
  BOOST_TEST(to_junit(again) == to_junit(report));
  BOOST_TEST(to_html(again) == to_html(report));
  BOOST_TEST(to_sarif(again) == to_sarif(report));
  BOOST_TEST(to_markdown(again) == to_markdown(report));
}

BOOST_AUTO_TEST_CASE(a_report_that_was_cut_is_refused_wherever_it_was_cut) {
  const std::string whole = to_jsonl(testing::nasty_report());
  for (std::size_t bytes = 0; bytes + 1 < whole.size(); bytes += 37)
    BOOST_TEST(refusal_of(whole.substr(0, bytes)) != "(taken)");
}

BOOST_AUTO_TEST_CASE(what_was_changed_is_refused_with_its_line) {
  const std::string whole = to_jsonl(testing::nasty_report());
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = whole;
    const std::size_t at = text.find(from);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    return refusal_of(text.replace(at, from.size(), to));
  };
  BOOST_TEST(changed("\"format\":1", "\"format\":2").starts_with("x.jsonl:1: format 2 is not"));
  BOOST_TEST(changed("\"verdict\":\"pass\"", "\"verdict\":\"fine\"") ==
             "x.jsonl:2: \"fine\" is no verdict");
  BOOST_TEST(changed("\"position\":1", "\"position\":-1") ==
             "x.jsonl:2: \"position\" is no number that can stand here");
  BOOST_TEST(changed("\"kind\":\"case\"", "\"kind\":\"cake\"").starts_with("x.jsonl:3: lines of"));
  BOOST_TEST(changed("\"scenarios\":4", "\"scenarios\":5").find("it counts others") !=
             std::string::npos);
  BOOST_TEST(changed("\"bhs\":\"", "\"bhs\":\"00").find("no header of 48 bytes") !=
             std::string::npos);
  BOOST_TEST(refusal_of(line_of(whole, 1)) == "x.jsonl:1: the first line must be of kind \"run\"");
  BOOST_TEST(refusal_of("") ==
             "x.jsonl:0: the report breaks off here: its \"end\" line is missing");
  BOOST_TEST(refusal_of("[]\n") == "x.jsonl:1: a line is a JSON object");
  BOOST_TEST(refusal_of(whole + "{\"kind\":\"run\"}\n").find("behind the \"end\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(all_shards_make_the_whole_in_its_order) {
  const Merged whole = merge(shards_of(1));
  for (const std::uint32_t count : {2u, 3u, 5u}) {
    std::vector<NamedReport> shards = shards_of(count);
    std::swap(shards.front(), shards.back());
    const Merged merged = merge(std::move(shards));
    BOOST_TEST(merged.problems.empty());
    BOOST_TEST(merged.report.scenarios.size() == 20u);
    BOOST_TEST(merged.report.event_hash == whole.report.event_hash);
    BOOST_TEST((merged.report.shard == Shard{1, 1}));
  }
}

BOOST_AUTO_TEST_CASE(a_missing_or_double_shard_is_told) {
  std::vector<NamedReport> missing = shards_of(3);
  missing.erase(missing.begin() + 1);
  BOOST_TEST(first_problem(missing) == "shard 2/3 is missing");
  std::vector<NamedReport> twice = shards_of(3);
  twice.push_back(twice[0]);
  twice.back().name = "again";
  BOOST_TEST(first_problem(twice) == "shard 1/3 is there twice: shard1 and again");
  BOOST_TEST(first_problem({}) == "there is no report to merge");
}

BOOST_AUTO_TEST_CASE(a_scenario_in_two_shards_is_told) {
  std::vector<NamedReport> shards = shards_of(2);
  shards[0].report.scenarios.push_back(shards[1].report.scenarios.front());
  const Merged merged = merge(shards);
  BOOST_TEST(merged.problems.size() == 2u);
  BOOST_TEST(merged.problems.front().find("does not belong to shard 1/2") != std::string::npos);
  BOOST_TEST(merged.problems.back().find("is there twice") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(shards_of_other_runs_are_told) {
  const auto with = [](auto change) {
    std::vector<NamedReport> shards = shards_of(2);
    change(shards[1].report);
    return first_problem(std::move(shards));
  };
  BOOST_TEST(with([](RunReport& r) { r.version = "2"; }).ends_with("lunsim 1 and 2"));
  BOOST_TEST(with([](RunReport& r) { r.live = true; }).ends_with("world simulated and live"));
  BOOST_TEST(with([](RunReport& r) { r.shard.count = 3; }).ends_with("shards 2 and 3"));
  BOOST_TEST(with([](RunReport& r) { r.selection_hash = 9; }).ends_with("were selected"));
  BOOST_TEST(with([](RunReport& r) { --r.assigned; }).ends_with("the shards had 19"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::scenarios
