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
    stop();
  } else if (std::holds_alternative<LoggedOut>(event)) {
    stop();
  } else if (const auto* lost = std::get_if<ConnectionLost>(&event)) {
    failed_tries_ = 0;
    wait(std::chrono::seconds{lost->time2wait_s}, now);
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
  Duration pause = policy_.first_pause;
  for (std::uint32_t i = 1; i < failed_tries_ && pause < policy_.pause_max; ++i) pause *= 2;
  wait(std::min(pause, policy_.pause_max), now);
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
  failed_tries_ = 0;
}

std::optional<TimePoint> Reconnector::poll_timeout() const {
  if (state_ != State::waiting) return std::nullopt;
  return due_;
}

}  // namespace lunsim::initiator
