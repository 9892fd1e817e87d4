#include "initiator/driver/reconnector.hpp"

#include <algorithm>

namespace lunsim::initiator {

using runtime::Duration;
using runtime::TimePoint;

bool may_pass(const LoginFailed& failure) {
  constexpr std::uint8_t kTargetErrorClass = 0x03;
  switch (failure.why) {
    case LoginFailed::Why::connect:
    case LoginFailed::Why::timed_out:
    case LoginFailed::Why::connection_lost:
      return true;
    case LoginFailed::Why::refused_by_target:
      return failure.status.status_class() == kTargetErrorClass;
    case LoginFailed::Why::redirected_too_often:
    case LoginFailed::Why::authentication:
    case LoginFailed::Why::peer_violation:
      return false;
  }
  return false;
}

void Reconnector::handle(const Event& event, TimePoint now) {
  if (std::holds_alternative<LoggedIn>(event)) {
    state_ = State::idle;
    failed_tries_ = 0;
    logged_in_at_ = now;
  } else if (std::holds_alternative<LoggedOut>(event)) {
    stop();
  } else if (const auto* lost = std::get_if<ConnectionLost>(&event)) {
    handle_loss(*lost, now);
  } else if (const auto* failure = std::get_if<LoginFailed>(&event)) {
    if (state_ == State::trying) handle_failure(*failure, now);
  }
}

void Reconnector::handle_failure(const LoginFailed& failure, TimePoint now) {
  ++failed_tries_;
  if (!may_pass(failure)) {
    state_ = State::given_up;
    return;
  }
  wait(pause_after(failed_tries_), now);
}

/// Doubles with each failure in a row.
Duration Reconnector::pause_after(std::uint32_t failures) const {
  Duration pause = policy_.first_pause;
  for (std::uint32_t i = 1; i < failures && pause < policy_.pause_max; ++i) pause *= 2;
  return std::min(pause, policy_.pause_max);
}

void Reconnector::handle_loss(const ConnectionLost& loss, TimePoint now) {
  failed_tries_ = 0;
  const bool was_quick = logged_in_at_ && now - *logged_in_at_ < policy_.stable_after;
  quick_losses_ = was_quick ? quick_losses_ + 1 : 0;
  Duration pause = std::chrono::seconds{loss.time2wait_s};
  if (quick_losses_ > 1) pause = std::max(pause, pause_after(quick_losses_ - 1));
  wait(pause, now);
  if (policy_.tries_max > 0 && quick_losses_ > policy_.tries_max) state_ = State::given_up;
}

void Reconnector::wait(Duration pause, TimePoint now) {
  state_ = failed_tries_ < policy_.tries_max ? State::waiting : State::given_up;
  due_ = now + pause;
}

bool Reconnector::is_due(TimePoint now) const {
  return state_ == State::waiting && due_ <= now;
}

void Reconnector::handle_started() { state_ = State::trying; }

void Reconnector::stop() {
  state_ = State::idle;
  failed_tries_ = quick_losses_ = 0;
}

std::optional<TimePoint> Reconnector::poll_timeout() const {
  if (state_ != State::waiting) return std::nullopt;
  return due_;
}

}  // namespace lunsim::initiator
