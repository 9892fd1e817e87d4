// A failing variant made small: steps, targets, units, faults and numbers go as long as the same
// invariant is still broken, and what is left is a file that fails by itself, `judge: invariants`.
// The trouble becomes a named fault of that file where the language can say it, else a `trouble:`
// with its point. Delta debugging over the tree of the file; deterministic.
//                                                     Zeller, Hildebrandt: Simplifying and
//                                                     Isolating Failure-Inducing Input (2002)
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "initiator/host/host.hpp"
#include "scenarios/engine/expand.hpp"
#include "scenarios/explore/fault_writer.hpp"
#include "scenarios/explore/strike.hpp"

namespace lunsim::explore {

struct ShrinkOptions {
  std::uint64_t seed = 0;
  std::string file = "shrunk.yaml";  // where `text` comes from, for what it includes
  scenarios::Outside outside;        // what it includes, and parameters
  std::vector<DrawnFault> faults;    // of a swarm, that are added to it
  Strike::Plan strike;               // the failing variant
  std::string invariant;             // that it broke
  std::uint64_t runs_max = 20'000;
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> defect;  // for tests
};
struct Shrunk {
  std::string yaml;
  std::uint64_t runs = 0;  // plays of a scenario that it took
};

/// `text` is the scenario's file, in YAML; what it includes becomes part of it. Empty if the
/// variant does not fail that way.
std::optional<Shrunk> shrink(const std::string& text, const ShrinkOptions& options);

}  // namespace lunsim::explore
