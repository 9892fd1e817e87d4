#include "initiator/library/threaded_host.hpp"

#include <signal.h>

#include <limits>
#include <vector>

#include "initiator/host/status_code.hpp"

#include "initiator/library/outside_world.hpp"

namespace lunsim::initiator {
namespace {

/// The program's signals are the program's: no handler of its own runs on our thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

ThreadedHost::ThreadedHost(DirectHostConfig config)
    : profile_(config.profile), call_timeout_(config.call_timeout) {
  world_.emplace(outside_world());
  direct_.emplace(*world_, std::move(config));
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { turn(); });
}

ThreadedHost::~ThreadedHost() { stop(); }

void ThreadedHost::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return;
    is_stopping_ = true;
    world_->nudge();
  }
  thread_.join();
  const std::lock_guard lock(mutex_);
  for (auto& [id, job] : jobs_)
    if (!job.reply) job.reply = Reply{status_code::kServiceNotRunning, {}};
  ended_.notify_all();
  direct_.reset();
  world_.reset();
}

// --- callers ---

OperationId ThreadedHost::start(Request request) {
  const std::lock_guard lock(mutex_);
  const OperationId id{next_job_++};
  Job& job = jobs_[id];
  if (is_stopping_) {
    job.reply = Reply{status_code::kServiceNotRunning, {}};
    return id;
  }
  job.request = std::move(request);
  has_news_ = true;
  world_->nudge();
  return id;
}

bool ThreadedHost::poll(OperationId operation) {
  const std::lock_guard lock(mutex_);
  return jobs_.at(operation).reply.has_value();
}

Reply ThreadedHost::take(OperationId operation) {
  const std::unique_lock lock(mutex_);
  const auto found = jobs_.find(operation);
  if (found->second.reply) {
    Reply reply = std::move(*found->second.reply);
    jobs_.erase(found);
    return reply;
  }
  if (world_) {
    found->second.is_abandoned = true;
    has_news_ = true;
    world_->nudge();
  }
  return Reply{status_code::kSemTimeout, {}};
}

Reply ThreadedHost::call(Request request) {
  const OperationId operation = start(std::move(request));
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, call_timeout_, [&] { return jobs_.at(operation).reply.has_value(); });
  }
  return take(operation);
}

// --- our thread ---

void ThreadedHost::turn() {
  constexpr runtime::TimePoint kNever{std::numeric_limits<std::int64_t>::max()};
  for (;;) {
    world_->run_until([this] { return is_due(); }, kNever);
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_) return;
    }
    serve();
  }
}

bool ThreadedHost::is_due() {
  const std::lock_guard lock(mutex_);
  if (is_stopping_ || has_news_) return true;
  for (const auto& [id, job] : jobs_)
    if (job.operation && direct_->poll(*job.operation)) return true;
  return false;
}

void ThreadedHost::serve() {
  const std::lock_guard lock(mutex_);
  has_news_ = false;
  bool any_ended = false;
  for (auto& [id, job] : jobs_) {
    if (job.request) {
      job.operation = direct_->start(std::move(*job.request));
      job.request.reset();
    }
    if (!job.operation) continue;
    if (!job.is_abandoned && !direct_->poll(*job.operation)) continue;
    job.reply = direct_->take(*job.operation);
    job.operation.reset();
    any_ended = true;
  }
  std::erase_if(jobs_, [](const auto& one) { return one.second.is_abandoned; });
  if (any_ended) ended_.notify_all();
}

}  // namespace lunsim::initiator
