// A direct host for callers on any thread: the live world, its sessions and the host belong to one
// thread of ours, callers leave their requests and wait.
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "initiator/host/direct_host.hpp"
#include "runtime/live/live_world.hpp"

namespace lunsim::initiator {

class ThreadedHost final : public Host {
 public:
  /// Errors   std::system_error without a thread or a descriptor for it
  explicit ThreadedHost(DirectHostConfig config);
  /// Calls that wait end with ISDSC_SERVICE_NOT_RUNNING; sessions are reset.
  ~ThreadedHost() override;
  ThreadedHost(const ThreadedHost&) = delete;
  ThreadedHost& operator=(const ThreadedHost&) = delete;

  OperationId start(Request request) override;
  bool poll(OperationId operation) override;
  Reply take(OperationId operation) override;
  Reply call(Request request) override;
  const Profile& profile() const override { return profile_; }

  /// Ends the thread and all waiting, and resets what is connected; further calls find the service
  /// stopped.
  void stop();

 private:
  struct Job {
    std::optional<Request> request;        // until it is started
    std::optional<OperationId> operation;  // of the direct host, while it runs
    std::optional<Reply> reply;            // when it has ended
    bool is_abandoned = false;             // nobody waits; the thread forgets it
  };
  using Jobs = std::map<OperationId, Job>;

  void turn();
  bool is_due();
  void serve();

  const Profile profile_;
  const runtime::Duration call_timeout_;
  std::mutex mutex_;
  // Gone after stop(); our thread turns them, others only nudge, and hold the mutex.
  std::optional<runtime::LiveWorld> world_;
  std::optional<DirectHost> direct_;
  std::condition_variable ended_;
  Jobs jobs_;
  std::uint64_t next_job_ = 1;
  bool has_news_ = false;  // a request or an abandoned job for the thread
  bool is_stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace lunsim::initiator
