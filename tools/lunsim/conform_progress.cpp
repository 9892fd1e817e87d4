#include "tools/lunsim/conform_progress.hpp"

#include <csignal>
#include <unistd.h>

#include <fmt/format.h>

namespace lunsim::tools {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

void take_stop(int signal) {
  stop_asked = signal;
  std::signal(signal, SIG_DFL);
}

constexpr std::string_view kEraseLine = "\r\x1b[K";

}  // namespace

Progress::Progress(std::size_t count)
    : is_shown_(isatty(STDERR_FILENO) != 0),
      count_(count),
      began_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (is_shown_) fmt::print(stderr, "{}", kEraseLine);
}

void Progress::at(std::string_view id, std::size_t done) const {
  if (!is_shown_) return;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
  const double left = done == 0 ? 0 : took.count() / double(done) * double(count_ - done);
  fmt::print(stderr, "{}{}/{}, about {:.0f} s left: {}", kEraseLine, done + 1, count_, left, id);
  std::fflush(stderr);
}

void catch_stop_signals() {
  std::signal(SIGINT, take_stop);
  std::signal(SIGTERM, take_stop);
}

int stop_signal() { return stop_asked; }

}  // namespace lunsim::tools
