#include "scenarios/engine/call_thread.hpp"

#include <cassert>
#include <utility>

namespace lunsim::scenarios {
namespace {

thread_local CallThread* this_threads_call = nullptr;

}  // namespace

CallThread::CallThread(std::function<void()> body)
    : body_(std::move(body)), thread_([this] { run(); }) {}

CallThread::~CallThread() {
  assert(has_ended_);
  thread_.join();
}

void CallThread::run() {
  its_turn_.acquire();
  this_threads_call = this;
  try {
    body_();
  } catch (...) {
    error_ = std::current_exception();
  }
  has_ended_ = true;
  story_turn_.release();
}

void CallThread::resume() {
  assert(!has_ended_ && current() == nullptr);
  wait_.reset();
  its_turn_.release();
  story_turn_.acquire();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

bool CallThread::is_ready(runtime::TimePoint now) const {
  return !wait_ || now >= wait_->deadline || (*wait_->done)();
}

std::optional<runtime::TimePoint> CallThread::deadline() const {
  if (!wait_) return std::nullopt;
  return wait_->deadline;
}

CallThread* CallThread::current() { return this_threads_call; }

void CallThread::park(const std::function<bool()>& done, runtime::TimePoint deadline) {
  assert(current() == this);
  wait_ = Wait{&done, deadline};
  story_turn_.release();
  its_turn_.acquire();
}

}  // namespace lunsim::scenarios
