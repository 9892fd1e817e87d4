// The host of the process that has loaded libiscsidsc.so: made at the first call, kept until exit,
// unloading or fork.
#include <memory>
#include <system_error>

#include "initiator/host/host_source.hpp"
#include "initiator/host/random_isid.hpp"
#include "initiator/library/environment.hpp"
#include "initiator/library/process/process_wide.hpp"
#include "initiator/library/threaded_host.hpp"
#include "runtime/live/computer_name.hpp"
#include "runtime/live/os_entropy.hpp"

namespace lunsim::initiator {
namespace {

using Process = ProcessWide<ThreadedHost, RemoteHost>;

void make_host(Process& one) {
  if (const auto address = host_of_environment()) {
    one.remote = make_remote_host(*address);
  } else {
    DirectHostConfig config;
    config.computer_name = runtime::computer_name();
    runtime::OsEntropy chance;
    config.isid = random_isid(chance);  // other processes have the same node name
    one.direct = std::make_unique<ThreadedHost>(std::move(config));
  }
}

Host* host_of_process() {
  Process& one = Process::one();
  const std::lock_guard lock(one.mutex);
  if (one.is_over) return nullptr;
  try {
    if (!one.is_made()) make_host(one);
  } catch (const std::system_error&) {
    return nullptr;  // no thread or descriptor is left: there is no service
  }
  if (one.remote) return one.remote.get();
  return one.direct.get();
}

/// From loading to exit or unloading.
struct Attachment {
  Attachment() {
    Process::forget_in_children();
    set_host_source(host_of_process);
  }
  ~Attachment() {
    Process& one = Process::one();
    const std::lock_guard lock(one.mutex);
    one.is_over = true;
    if (one.direct) one.direct->stop();
    if (one.remote) one.remote->close_idle();
  }
} const attachment;

}  // namespace
}  // namespace lunsim::initiator
