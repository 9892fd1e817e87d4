// Where the trouble of one variant strikes: counts the points of a run as they come and says when
// the one has come that is meant. What a point is, and what happens there, is the business of those
// who ask (taps, filters, decorated hosts).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace lunsim::explore {

enum class Trouble : std::uint8_t {
  none,
  reset,
  split,
  drop,
  delay,
  duplicate,
  reorder,
  stall,
  crash,
  oom,
  outcomes,
};

class Strike {
 public:
  struct Plan {
    Trouble trouble = Trouble::none;
    std::uint64_t point = 0;  // from 1; 0 strikes nowhere and only counts
  };
  explicit Strike(Plan plan) : plan_(plan) {}

  /// Hears of points as they come: how many.
  void set_listener(std::function<void(std::uint64_t)> passed) { passed_ = std::move(passed); }
  Trouble trouble() const { return plan_.trouble; }
  std::uint64_t point() const { return plan_.point; }
  /// `count` points have come, of which one may be struck: which of them, from 0; empty for none.
  template <class Describe>
  std::optional<std::uint64_t> pass(std::uint64_t count, Describe&& describe) {
    if (is_resting_ || count == 0) return std::nullopt;
    const std::uint64_t before = points_;
    points_ += count;
    const bool strikes = plan_.point > before && plan_.point <= points_;
    if (passed_) passed_(count);
    if (!strikes) return std::nullopt;
    struck_at_ = describe(plan_.point - before - 1);
    return plan_.point - before - 1;
  }
  /// No more points, no more trouble.
  void rest() { is_resting_ = true; }
  bool is_resting() const { return is_resting_; }

  std::uint64_t points() const { return points_; }
  bool has_struck() const { return struck_at_.has_value(); }
  const std::optional<std::string>& struck_at() const { return struck_at_; }

 private:
  Plan plan_;
  std::function<void(std::uint64_t)> passed_;
  bool is_resting_ = false;
  std::uint64_t points_ = 0;
  std::optional<std::string> struck_at_;
};

}  // namespace lunsim::explore
