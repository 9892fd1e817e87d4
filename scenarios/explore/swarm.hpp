// Random combinations of faults, of what both sides wish in the login, and of how the network cuts
// and delays, drawn from one seed: each run switches whole classes of trouble on or off, plays a
// scenario under it (safety), then heals and wants everything to come back (liveness). A draw is a
// scenario like any other, with named faults in it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "initiator/host/host.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/explore/fault_writer.hpp"
#include "scenarios/explore/finding.hpp"

namespace lunsim::explore {

/// Which pairs of values of two login keys have been offered together.
class PairCoverage {
 public:
  /// The values of one run, an index for each key, in the order of the keys.
  void add(std::span<const std::size_t> values);
  void add(const PairCoverage& other) { seen_.insert(other.seen_.begin(), other.seen_.end()); }
  std::size_t seen() const { return seen_.size(); }

 private:
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;
};
/// Of all keys with all of their values; some of them are not legal together and never come.
std::size_t pairs_of_login_values();

struct SwarmDraw {
  scenarios::Scenario scenario;  // with the drawn faults and wishes
  runtime::SimulatedOptions network;
  std::string what;  // in words: classes, faults, keys
  std::vector<std::size_t> login_values;
};
SwarmDraw draw_swarm(const scenarios::Scenario& scenario, std::uint64_t seed);
/// What the draw added to the targets of `scenario`.
std::vector<DrawnFault> drawn_faults(const scenarios::Scenario& scenario, const SwarmDraw& draw);

struct SwarmOptions {
  std::uint64_t seed = 0;   // of run 0; they count up from there, and so do the scenarios
  std::uint64_t first = 0;  // run
  std::uint64_t count = 1000;
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> defect;  // for tests
};
struct SwarmFailure {
  std::string file;
  std::string replay_options;  // Scenario::replay_options
  std::uint64_t seed = 0;
  std::string what;
  std::vector<Finding> findings;
};
struct SwarmReport {
  static constexpr std::size_t kKeptMax = 50;
  std::uint64_t runs = 0;
  std::uint64_t with_trouble = 0;  // in which a drawn fault fired
  PairCoverage pairs;
  std::uint64_t failures = 0;
  std::vector<SwarmFailure> failed;  // the first kKeptMax

  /// What came after it.
  void add(const SwarmReport& next);
};
/// One scenario after the other, as often as `count` says; those without steps are left out.
SwarmReport run_swarm(std::span<const scenarios::Scenario* const> scenarios,
                      const SwarmOptions& options);
std::string to_text(const SwarmReport& report);

}  // namespace lunsim::explore
