// A run that takes minutes says where it is, and can be ended without losing what it has found.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace lunsim::tools {

/// A line on the terminal that is written over; nothing where standard error is no terminal.
class Progress {
 public:
  explicit Progress(std::size_t count);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// `done` cases of all are behind us, and `id` begins.
  void at(std::string_view id, std::size_t done) const;

 private:
  bool is_shown_;
  std::size_t count_;
  std::chrono::steady_clock::time_point began_;
};

/// From now on SIGINT and SIGTERM end the run behind the case under way; the second one ends the
/// process.
void catch_stop_signals();
/// The signal that came; 0 while none has.
int stop_signal();

}  // namespace lunsim::tools
