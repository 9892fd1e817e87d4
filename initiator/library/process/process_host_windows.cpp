// The host of a Windows process that has loaded iscsidsc.dll: always a remote one, since the
// sessions are the service's. Nothing is taken down at the end of the process: its other threads
// are gone by then, maybe with a lock held, and the system closes the connections.
#include <memory>
#include <mutex>

#include "initiator/host/host_source.hpp"
#include "initiator/library/environment.hpp"

namespace lunsim::initiator {
namespace {

struct Process {
  std::mutex mutex;
  std::unique_ptr<RemoteHost> remote;
};
Process& process() {
  static auto* const one = new Process;
  return *one;
}

/// Without LUNSIM_HOST there is no service.
Host* host_of_process() {
  Process& one = process();
  const std::lock_guard lock(one.mutex);
  if (!one.remote) {
    if (const auto address = host_of_environment()) one.remote = make_remote_host(*address);
  }
  return one.remote.get();
}

struct Attachment {
  Attachment() { set_host_source(host_of_process); }
} const attachment;

}  // namespace
}  // namespace lunsim::initiator
