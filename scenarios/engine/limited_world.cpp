#include "scenarios/engine/limited_world.hpp"

namespace lunsim::scenarios {

LimitedWorld::LimitedWorld(runtime::World& world, std::function<bool()> is_overdue,
                           runtime::Duration slice)
    : world_(world), is_overdue_(std::move(is_overdue)), slice_(slice) {}

bool LimitedWorld::run_until(const std::function<bool()>& done, runtime::TimePoint deadline) {
  bool is_done = false;
  bool gives_up = is_overdue_();
  const auto done_or_overdue = [&] {
    is_done = done();
    gives_up = !is_done && is_overdue_();
    return is_done || gives_up;
  };
  while (!gives_up && !is_done) {
    const bool slices = slice_ > runtime::Duration::zero() && deadline - now() > slice_;
    world_.run_until(done_or_overdue, slices ? now() + slice_ : deadline);
    if (!slices) break;
  }
  return is_done;
}

}  // namespace lunsim::scenarios
