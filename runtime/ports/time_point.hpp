// Time as an argument: nanoseconds since the world began. Nothing in a pure room reads a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace lunsim::runtime {

using Duration = std::chrono::nanoseconds;

struct TimePoint {
  std::int64_t since_start_ns = 0;

  friend constexpr auto operator<=>(TimePoint, TimePoint) = default;
  friend constexpr TimePoint operator+(TimePoint t, Duration d) {
    return {t.since_start_ns + d.count()};
  }
  friend constexpr Duration operator-(TimePoint a, TimePoint b) {
    return Duration{a.since_start_ns - b.since_start_ns};
  }
};

}  // namespace lunsim::runtime
