// The host of the process that has loaded libiscsidsc.so: made at the first call, kept until exit,
// unloading or fork.
#include <pthread.h>

#include <memory>
#include <mutex>
#include <system_error>

#include "initiator/host/host_source.hpp"
#include "initiator/library/environment.hpp"
#include "initiator/library/threaded_host.hpp"

namespace lunsim::initiator {
namespace {

/// Never destroyed: other threads may still be inside a call when the process ends.
struct Process {
  std::mutex mutex;
  std::unique_ptr<ThreadedHost> direct;
  std::unique_ptr<RemoteHost> remote;
  bool is_over = false;
};
Process& process() {
  static auto* const one = new Process;
  return *one;
}

void make_host(Process& one) {
  if (const auto address = host_of_environment()) {
    one.remote = make_remote_host(*address);
  } else {
    one.direct = std::make_unique<ThreadedHost>(DirectHostConfig{});
  }
}

Host* host_of_process() {
  Process& one = process();
  const std::lock_guard lock(one.mutex);
  if (one.is_over) return nullptr;
  try {
    if (!one.direct && !one.remote) make_host(one);
  } catch (const std::system_error&) {
    return nullptr;  // no thread or descriptor is left: there is no service
  }
  if (one.remote) return one.remote.get();
  return one.direct.get();
}

void before_fork() { process().mutex.lock(); }
void after_fork_in_the_parent() { process().mutex.unlock(); }
/// The thread stayed in the parent, and so do its sessions and connections. What they had here is
/// left as it is: taking it down would be heard on the parent's connections.
void after_fork_in_the_child() {
  Process& one = process();
  static_cast<void>(one.direct.release());
  static_cast<void>(one.remote.release());
  one.mutex.unlock();
}

/// From loading to exit or unloading.
struct Attachment {
  Attachment() {
    process();
    pthread_atfork(before_fork, after_fork_in_the_parent, after_fork_in_the_child);
    set_host_source(host_of_process);
  }
  ~Attachment() {
    Process& one = process();
    const std::lock_guard lock(one.mutex);
    one.is_over = true;
    if (one.direct) one.direct->stop();
    if (one.remote) one.remote->close_idle();
  }
} const attachment;

}  // namespace
}  // namespace lunsim::initiator
