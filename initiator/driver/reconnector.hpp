// Decides when a session that was lost is started again: not before Time2Wait, later after each
// failure, not for ever, and not at all when trying again cannot help. A pure value: whoever owns
// the session calls start(). RFC 7143 §7.5, §6.3.5
//
//   each event of the session: handle(event, now)
//   if is_due(now): session.start(now), handle_started()
#pragma once

#include <optional>

#include "initiator/session/initiator_session.hpp"

namespace lunsim::initiator {

struct ReconnectPolicy {
  runtime::Duration first_pause = std::chrono::milliseconds{500};  // after a failed try; doubles
  runtime::Duration pause_max = std::chrono::seconds{30};
  std::uint32_t tries_max = 10;  // failed ones in a row; 0: never try
  /// A session that is lost sooner after its login counts as a failed try: a target that takes
  /// every login and drops it must not keep us busy.
  runtime::Duration stable_after = std::chrono::seconds{5};
};

class Reconnector {
 public:
  enum class State : std::uint8_t {
    idle,        // the session is up, or was never asked for, or was logged out on purpose
    waiting,     // start() is due at poll_timeout()
    trying,      // start() was called
    given_up,
  };

  explicit Reconnector(ReconnectPolicy policy) : policy_(policy) {}

  /// Takes every event of the session; only LoggedIn, LoginFailed, LoggedOut and ConnectionLost
  /// move it.
  ///
  /// A LoginFailed counts only after a ConnectionLost: the first login of all is the application's
  /// affair.
  void handle(const Event& event, runtime::TimePoint now);
  /// start() should be called now.
  bool is_due(runtime::TimePoint now) const;
  void handle_started();
  /// The application wants no session any more.
  void stop();

  State state() const { return state_; }
  std::optional<runtime::TimePoint> poll_timeout() const;
  std::uint32_t failed_tries() const { return failed_tries_; }

 private:
  void wait(runtime::Duration pause, runtime::TimePoint now);
  runtime::Duration pause_after(std::uint32_t failures) const;
  void handle_loss(const ConnectionLost& loss, runtime::TimePoint now);
  void handle_failure(const LoginFailed& failure, runtime::TimePoint now);

  ReconnectPolicy policy_;
  State state_ = State::idle;
  std::uint32_t failed_tries_ = 0;
  std::uint32_t quick_losses_ = 0;  // in a row
  std::optional<runtime::TimePoint> logged_in_at_;
  runtime::TimePoint due_;
};

/// True if another try may end differently: the network and the target's own errors pass, a refusal
/// of who we are or what we ask for does not. §11.13.5
bool may_pass(const LoginFailed& failure);

}  // namespace lunsim::initiator
