// Where one case ends and the next begins: in the world's time, in the trace, and in wall time,
// which may have a limit. Judges nothing but the limit; wall time comes in as a function, so that
// whoever gives none has runs without it.
#pragma once

#include <cstdint>
#include <functional>

#include "runtime/ports/world.hpp"
#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// Nanoseconds since any fixed moment.
using WallClock = std::function<std::int64_t()>;

struct CaseClockOptions {
  WallClock wall_clock;                           // empty: no limit
  std::int64_t limit_ns = 0;                      // of wall time for one case; 0: none
  std::function<std::uint64_t()> entries;         // of the trace so far; empty: no trace
  std::function<void(const CaseReport&)> judged;  // told of each case; may be empty
};

class CaseClock {
 public:
  /// The first case begins now. `world` outlives the clock.
  CaseClock(const runtime::World& world, CaseClockOptions options);

  /// The case ends here: writes its span, and makes it a failure if it took too long. False if
  /// nothing more is to be played.
  bool stamp(CaseReport& one);
  /// The case that runs now takes too long, or one did.
  bool is_overdue() const;
  /// A case has been failed for it.
  bool has_told() const { return has_told_; }

 private:
  std::uint64_t entries() const { return options_.entries ? options_.entries() : 0; }
  std::int64_t wall_ns() const { return options_.wall_clock ? options_.wall_clock() : 0; }

  const runtime::World& world_;
  CaseClockOptions options_;
  Span span_;
  std::int64_t wall_began_ns_ = 0;
  bool has_told_ = false;
};

}  // namespace lunsim::scenarios
