// Puts the reports of a run's shards together again, and refuses what would make the whole look
// greener than it is: a shard that is missing, one that is there twice, one of another run.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

struct NamedReport {
  std::string name;  // for messages
  RunReport report;
};

struct Merged {
  RunReport report;
  std::vector<std::string> problems;  // a sentence each; then `report` is not to be used
};

/// Shape    the reports of all shards of one run, in any order
/// Returns  the report that one machine would have written: scenarios in the order of the
///          selection, and its event hash if all shards had one seed
/// Errors   a shard missing or double, a scenario in two shards, shards of another selection,
///          version, world or number of shards, and scenarios that no shard was assigned
Merged merge(std::vector<NamedReport> shards);

}  // namespace lunsim::scenarios
