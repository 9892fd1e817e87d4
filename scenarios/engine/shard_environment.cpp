#include "scenarios/engine/shard_environment.hpp"

#include <charconv>

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

struct Scheme {
  const char* index;
  const char* count;
  std::int64_t first;       // what the first shard is called
  const char* status_file;  // null: none
};
constexpr Scheme kSchemes[] = {
    {"GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", 0, "GTEST_SHARD_STATUS_FILE"},
    {"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0, "TEST_SHARD_STATUS_FILE"},
    {"CI_NODE_INDEX", "CI_NODE_TOTAL", 1, nullptr},
    {"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0, nullptr},
    {"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0, nullptr},
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0, nullptr},
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", 0, nullptr},
};

std::optional<std::int64_t> variable_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

ShardRequest refusal(std::string why) {
  ShardRequest out;
  out.problem = std::move(why) + "; say --shard 1/1 if all scenarios are meant";
  return out;
}

/// A variable that may be absent, but if it is there must be a number.
std::int64_t number_or(const Environment& environment, const char* name, std::int64_t otherwise,
                       std::string& problem) {
  const auto text = environment(name);
  if (!text) return otherwise;
  const auto value = variable_number(*text);
  if (!value) problem = fmt::format("{} is \"{}\", which is no number", name, *text);
  return value.value_or(otherwise);
}

ShardRequest read(const Scheme& scheme, const Environment& environment) {
  const bool is_slurm = std::string_view(scheme.index).starts_with("SLURM");
  if (!environment(scheme.index))
    return refusal(fmt::format("{} is set and {} is not", scheme.count, scheme.index));
  if (!environment(scheme.count))
    return refusal(fmt::format("{} is set and {} is not, so how many shards there are is unknown",
                               scheme.index, scheme.count));
  std::string problem;
  const std::int64_t name = number_or(environment, scheme.index, 0, problem);
  const std::int64_t count = number_or(environment, scheme.count, 0, problem);
  std::int64_t first = scheme.first;
  std::int64_t step = 1;
  if (is_slurm) {
    first = number_or(environment, "SLURM_ARRAY_TASK_MIN", 0, problem);
    step = number_or(environment, "SLURM_ARRAY_TASK_STEP", 1, problem);
  }
  if (!problem.empty()) return refusal(problem);
  const std::int64_t offset = name - first;
  const bool fits = step > 0 && offset >= 0 && offset % step == 0 && count > 0;
  const auto shard =
      fits ? parse_shard(fmt::format("{}/{}", offset / step + 1, count)) : std::nullopt;
  if (!shard)
    return refusal(fmt::format("{} is {} and {} is {}, which is no shard{}", scheme.index, name,
                               scheme.count, count,
                               is_slurm ? " (an array must be a plain range, such as 0-7)" : ""));
  ShardRequest out;
  out.shard = *shard;
  out.from = fmt::format("{} and {}", scheme.index, scheme.count);
  if (scheme.status_file != nullptr) out.status_file = environment(scheme.status_file).value_or("");
  return out;
}

}  // namespace

ShardRequest shard_of(const Environment& environment) {
  for (const Scheme& scheme : kSchemes) {
    const bool has_index = environment(scheme.index).has_value();
    const auto count = environment(scheme.count);
    if (!has_index && !count) continue;
    // A total alone of 1, or GitLab's outside of `parallel`, says that there is nothing to divide.
    if (!has_index && count == "1") continue;
    return read(scheme, environment);
  }
  return {};
}

}  // namespace lunsim::scenarios
