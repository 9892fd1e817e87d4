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

#include "initiator/host/host.hpp"
#include "scenarios/explore/strike.hpp"

namespace lunsim::explore {

struct ShrinkOptions {
  std::uint64_t seed = 0;
  Strike::Plan strike;    // the failing variant
  std::string invariant;  // that it broke
  std::uint64_t runs_max = 20'000;
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> defect;  // for tests
};
struct Shrunk {
  std::string yaml;
  std::uint64_t runs = 0;  // plays of a scenario that it took
};

/// `text` is the scenario's file. Empty if the variant does not fail that way.
std::optional<Shrunk> shrink(const std::string& text, const ShrinkOptions& options);

}  // namespace lunsim::explore
