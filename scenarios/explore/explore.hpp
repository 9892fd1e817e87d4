// The N-th failure loop: a scenario played once in peace, then with trouble at its first point, its
// second, and so on until a run ends without meeting its point. What is judged are the invariants
// (docs/exploration.md), not the rows of the story.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/explore/variant.hpp"

namespace lunsim::explore {

/// "reset", "drop", ...; empty for none.
std::optional<Trouble> trouble_named(std::string_view name);
std::string_view name_of(Trouble trouble);
std::vector<std::string> trouble_names();

struct ExploreOptions {
  Trouble trouble = Trouble::reset;
  std::uint64_t seed = 0;
  bool seed_is_explicit = false;       // then it goes before the scenario's own
  std::optional<std::uint64_t> point;  // only this one
  /// With more points than this only so many are tried, spread evenly, and the report says so.
  std::uint64_t points_max = 2000;
  // For tests, as in VariantPlan.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host&)> defect, calls_defect;
  scenarios::DecorateTap server_defect;
};

struct StepLine {
  std::size_t number = 0;
  std::string what;  // "login", "call SendScsiInquiry"
  std::uint64_t points = 0;
  /// With 0 points: why that is no mistake; empty if it is one.
  std::string why_none;
};

struct FailedVariant {
  std::uint64_t point = 0;
  std::string struck_at;
  std::size_t step = 0;
  std::vector<Finding> findings;
};

struct ExploreReport {
  std::string id, file, title;
  std::string replay_options;  // Scenario::replay_options
  Trouble trouble = Trouble::reset;
  std::uint64_t seed = 0;
  std::string skipped;  // why nothing was tried
  std::vector<StepLine> steps;
  std::uint64_t points = 0;       // of the run in peace
  std::uint64_t variants = 0;     // played, without the run in peace
  std::vector<Finding> in_peace;  // broken without any trouble, or a story that says nothing
  /// Units whose blocks nobody can follow: "array LUN 0"; a write that gets lost there is no
  /// finding.
  std::vector<std::string> not_followed;
  std::vector<FailedVariant> failed;

  bool has_unexplained_step() const;
  bool is_red() const { return !in_peace.empty() || !failed.empty() || has_unexplained_step(); }
};

ExploreReport explore(const scenarios::Scenario& scenario, const ExploreOptions& options);

/// Why the story played in peace is inconclusive; empty if it is not. Then what trouble does to it
/// says nothing either.
std::string why_inconclusive(const scenarios::Scenario& scenario, std::uint64_t seed);

/// For people; the steps only with `verbose` or if one of them is a mistake.
std::string to_text(const ExploreReport& report, bool verbose);
/// `lunsim run file.yaml --seed 0x2a --explore reset --point 17`
std::string replay_line(const ExploreReport& report, std::uint64_t point);

}  // namespace lunsim::explore
