#include "scenarios/engine/case_clock.hpp"

#include <fmt/format.h>

namespace lunsim::scenarios {

CaseClock::CaseClock(const runtime::World& world, CaseClockOptions options)
    : world_(world), options_(std::move(options)), wall_began_ns_(wall_ns()) {
  span_.began_ns = world.now().since_start_ns;
}

bool CaseClock::is_overdue() const {
  if (has_told_) return true;
  return options_.limit_ns > 0 && wall_ns() - wall_began_ns_ > options_.limit_ns;
}

bool CaseClock::stamp(CaseReport& one) {
  span_.ended_ns = world_.now().since_start_ns;
  span_.last_entry = entries();
  one.span = span_;
  span_ = {span_.ended_ns, span_.ended_ns, span_.last_entry + 1, span_.last_entry};
  if (is_overdue() && !has_told_) {
    has_told_ = true;
    one.verdict = Verdict::fail;
    one.expected = fmt::format("an end within {:g} s of wall time",
                               static_cast<double>(options_.limit_ns) / 1e9);
    one.seen = fmt::format("it had none after {:.3f} s",
                           static_cast<double>(wall_ns() - wall_began_ns_) / 1e9);
    one.message = "the time limit of a case; nothing more of this scenario was played";
  }
  wall_began_ns_ = wall_ns();
  if (options_.judged) options_.judged(one);
  return !has_told_;
}

}  // namespace lunsim::scenarios
