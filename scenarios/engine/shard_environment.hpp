// The shard that an engine for tests or jobs asks for by environment variables: test runners
// (GoogleTest's, Bazel's), GitLab, CircleCI, Buildkite, Kubernetes' indexed jobs, Slurm's arrays.
// Reads the environment through a function; touches nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "scenarios/engine/shard.hpp"

namespace lunsim::scenarios {

/// The value of a variable; nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

struct ShardRequest {
  Shard shard;
  std::string from;         // "CI_NODE_INDEX and CI_NODE_TOTAL"; empty: nobody asked
  std::string status_file;  // to be touched, which tells the engine that it was understood
  std::string problem;      // a sentence; then the rest is not to be used
};

/// The first of these whose variables are set: GTEST_SHARD_INDEX of GTEST_TOTAL_SHARDS (from 0),
/// TEST_SHARD_INDEX of TEST_TOTAL_SHARDS (from 0), CI_NODE_INDEX of CI_NODE_TOTAL (from 1),
/// CIRCLE_NODE_INDEX of CIRCLE_NODE_TOTAL (from 0), BUILDKITE_PARALLEL_JOB of
/// BUILDKITE_PARALLEL_JOB_COUNT (from 0), JOB_COMPLETION_INDEX of JOB_COMPLETIONS (from 0; the
/// second one is the user's to set), SLURM_ARRAY_TASK_ID of SLURM_ARRAY_TASK_COUNT (from
/// SLURM_ARRAY_TASK_MIN, in steps of SLURM_ARRAY_TASK_STEP).
/// Errors   one of a pair is missing where it tells of more than one shard, no number, an index
///          outside
ShardRequest shard_of(const Environment& environment);

}  // namespace lunsim::scenarios
