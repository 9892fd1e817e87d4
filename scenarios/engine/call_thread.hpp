// A call that does not return until the world has turned, made beside the story: it has a stack of
// its own (a thread), and the word goes back and forth between the two, so that never more than one
// of them runs. Turns no world and knows no host.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <semaphore>
#include <thread>

#include "runtime/ports/time_point.hpp"

namespace lunsim::scenarios {

class CallThread {
 public:
  /// `body` runs when it is first resumed, up to its end or to its first park().
  explicit CallThread(std::function<void()> body);
  /// It must have ended.
  ~CallThread();
  CallThread(const CallThread&) = delete;
  CallThread& operator=(const CallThread&) = delete;

  /// Lets it run until it parks or ends. Throws what `body` threw.
  void resume();
  /// Whether what it waits for is there: always before the first resume().
  bool is_ready(runtime::TimePoint now) const;
  bool has_ended() const { return has_ended_; }
  /// Nobody waits for it any more: what it returns from now on says nothing.
  void forget() { is_forgotten_ = true; }
  bool is_forgotten() const { return is_forgotten_; }
  /// When its wait is over whatever happens; empty if it does not wait.
  std::optional<runtime::TimePoint> deadline() const;

  /// The one whose stack this is; null on the story's own.
  static CallThread* current();
  /// From within: gives the word back until `done` holds or `deadline` has come. `done` is asked on
  /// the story's stack.
  void park(const std::function<bool()>& done, runtime::TimePoint deadline);

 private:
  struct Wait {
    const std::function<bool()>* done;
    runtime::TimePoint deadline;
  };
  void run();

  std::function<void()> body_;
  std::optional<Wait> wait_;
  bool has_ended_ = false;
  bool is_forgotten_ = false;
  std::exception_ptr error_;
  std::binary_semaphore its_turn_{0}, story_turn_{0};
  std::thread thread_;  // last: it begins with everything else in place
};

}  // namespace lunsim::scenarios
