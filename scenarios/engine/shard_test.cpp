#include "scenarios/engine/shard.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

#include "scenarios/engine/selection.hpp"
#include "scenarios/engine/shard_environment.hpp"

namespace lunsim::scenarios {
namespace {

ShardRequest asked(std::map<std::string, std::string> variables) {
  return shard_of([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

Scenario scenario() {
  Scenario out;
  out.id = "login/chap";
  out.file = "stories/login/chap.yaml";
  out.tags = {"slow", "chap"};
  out.checks = {"SRC-R1"};
  LogoutStep step;
  ExpectRow row;
  row.rules = {"LOT-R2"};
  step.rows = {row};
  out.steps.push_back({{}, {}, {}, step});
  return out;
}
bool takes(const char* term) { return SelectionTerm(term).takes(scenario()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(shard)

BOOST_AUTO_TEST_CASE(every_id_is_in_just_one_shard_and_no_shard_is_empty) {
  for (const std::uint32_t count : {1u, 2u, 3u, 7u}) {
    std::vector<int> sizes(count);
    for (int i = 0; i < 200; ++i) {
      const std::string id = "folder/story_" + std::to_string(i);
      int owners = 0;
      for (std::uint32_t index = 1; index <= count; ++index) {
        const bool mine = Shard{index, count}.takes(id);
        owners += mine;
        sizes[index - 1] += mine;
      }
      BOOST_TEST(owners == 1);
    }
    for (const int size : sizes) BOOST_TEST(size > 200 / static_cast<int>(count) / 2);
  }
}

BOOST_AUTO_TEST_CASE(the_hash_is_the_same_in_every_build) {
  // Another number here would move every user's scenarios to other shards.
  BOOST_TEST(stable_hash("login/chap_one_way") == 3393359190649851307u);
}

BOOST_AUTO_TEST_CASE(a_shard_is_written_from_one) {
  BOOST_TEST((parse_shard("2/4") == Shard{2, 4}));
  for (const char* bad : {"", "2", "0/4", "5/4", "1/0", "-1/4", "1/4x", "1/10001", "/", "1/ 4"})
    BOOST_TEST(!parse_shard(bad).has_value(), bad);
  BOOST_TEST(to_string(Shard{2, 4}) == "2/4");
}

BOOST_AUTO_TEST_CASE(engines_are_understood) {
  const auto shard = [](std::map<std::string, std::string> variables) {
    const ShardRequest request = asked(std::move(variables));
    BOOST_TEST(request.problem.empty(), request.problem);
    return to_string(request.shard);
  };
  BOOST_TEST(shard({}) == "1/1");
  BOOST_TEST(shard({{"GTEST_SHARD_INDEX", "0"}, {"GTEST_TOTAL_SHARDS", "3"}}) == "1/3");
  BOOST_TEST(shard({{"TEST_SHARD_INDEX", "2"}, {"TEST_TOTAL_SHARDS", "3"}}) == "3/3");
  BOOST_TEST(shard({{"CI_NODE_INDEX", "1"}, {"CI_NODE_TOTAL", "2"}}) == "1/2");
  BOOST_TEST(shard({{"CI_NODE_TOTAL", "1"}}) == "1/1");
  BOOST_TEST(shard({{"CIRCLE_NODE_INDEX", "1"}, {"CIRCLE_NODE_TOTAL", "2"}}) == "2/2");
  BOOST_TEST(shard({{"BUILDKITE_PARALLEL_JOB", "4"}, {"BUILDKITE_PARALLEL_JOB_COUNT", "5"}}) ==
             "5/5");
  BOOST_TEST(shard({{"JOB_COMPLETION_INDEX", "3"}, {"JOB_COMPLETIONS", "8"}}) == "4/8");
  BOOST_TEST(shard({{"SLURM_ARRAY_TASK_ID", "7"},
                    {"SLURM_ARRAY_TASK_COUNT", "3"},
                    {"SLURM_ARRAY_TASK_MIN", "5"}}) == "3/3");
  BOOST_TEST(shard({{"SLURM_ARRAY_TASK_ID", "9"},
                    {"SLURM_ARRAY_TASK_COUNT", "3"},
                    {"SLURM_ARRAY_TASK_MIN", "5"},
                    {"SLURM_ARRAY_TASK_STEP", "2"}}) == "3/3");
}

BOOST_AUTO_TEST_CASE(a_status_file_is_named) {
  BOOST_TEST(asked({{"TEST_SHARD_INDEX", "0"},
                    {"TEST_TOTAL_SHARDS", "2"},
                    {"TEST_SHARD_STATUS_FILE", "/somewhere"}})
                 .status_file == "/somewhere");
}

BOOST_AUTO_TEST_CASE(half_a_request_is_refused) {
  for (const std::map<std::string, std::string>& bad :
       {std::map<std::string, std::string>{{"JOB_COMPLETION_INDEX", "3"}},
        {{"GTEST_TOTAL_SHARDS", "3"}},
        {{"CI_NODE_INDEX", "0"}, {"CI_NODE_TOTAL", "2"}},
        {{"CI_NODE_INDEX", "3"}, {"CI_NODE_TOTAL", "2"}},
        {{"GTEST_SHARD_INDEX", "x"}, {"GTEST_TOTAL_SHARDS", "3"}},
        {{"SLURM_ARRAY_TASK_ID", "9"},
         {"SLURM_ARRAY_TASK_COUNT", "3"},
         {"SLURM_ARRAY_TASK_MIN", "1"}}})
    BOOST_TEST(!asked(bad).problem.empty());
}

BOOST_AUTO_TEST_CASE(terms_choose_by_id_path_tag_and_rule) {
  for (const char* yes : {"login/", "id:login/*", "path:stories/*", "path:login/chap.yaml",
                          "tag:slow", "tag:SL?W", "rule:SRC-R1", "rule:LOT-*", "!tag:fast", "!api"})
    BOOST_TEST(takes(yes), yes);
  for (const char* no :
       {"api", "tag:slo", "tag:", "rule:SRC-R2", "path:other", "!tag:slow", "!login"})
    BOOST_TEST(!takes(no), no);
  BOOST_TEST(SelectionTerm("login/chap#3").picks_cases());
  BOOST_TEST(!SelectionTerm("tag:slow").picks_cases());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::scenarios
