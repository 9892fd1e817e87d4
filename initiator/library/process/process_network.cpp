// The network of the process that has loaded libnetapi32.so: made at the first call, kept until
// exit, unloading or fork. With LUNSIM_HOST it is that host's, otherwise its own.
#include <pthread.h>

#include <cstdio>
#include <memory>
#include <mutex>

#include "initiator/library/pooled_network.hpp"
#include "initiator/library/remote_network.hpp"

namespace lunsim::initiator {
namespace {

/// Never destroyed: other threads may still be inside a call when the process ends.
struct Process {
  std::mutex mutex;
  std::unique_ptr<PooledNetwork> direct;
  std::unique_ptr<RemoteNetwork> remote;
  bool is_over = false;
};
Process& process() {
  static auto* const one = new Process;
  return *one;
}

/// A file that cannot be read is told once; no server is known then.
std::vector<NamedServer> servers() {
  auto known = servers_of_environment();
  if (known) return std::move(*known);
  std::fprintf(stderr, "lunsim: %s\n", known.error().c_str());
  return {};
}

smb_client::Network* network_of_process() {
  Process& one = process();
  const std::lock_guard lock(one.mutex);
  if (one.is_over) return nullptr;
  if (!one.direct && !one.remote) {
    if (const auto address = host_of_environment())
      one.remote = std::make_unique<RemoteNetwork>(*address);
    else
      one.direct = std::make_unique<PooledNetwork>(servers());
  }
  if (one.remote) return one.remote.get();
  return one.direct.get();
}

void before_fork() { process().mutex.lock(); }
void after_fork_in_the_parent() { process().mutex.unlock(); }
/// The connections are the parent's: the child begins with none, and leaves them alone.
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
    smb_client::set_network_source(network_of_process);
  }
  ~Attachment() {
    Process& one = process();
    const std::lock_guard lock(one.mutex);
    one.is_over = true;
    if (one.direct) one.direct->drop_idle();
  }
} const attachment;

}  // namespace
}  // namespace lunsim::initiator
