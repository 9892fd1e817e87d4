// The network of a Windows process that has loaded netapi32.dll: the host service's, which knows
// the servers. Nothing is taken down at the end of the process, as with its host.
#include <memory>
#include <mutex>

#include "initiator/library/remote_network.hpp"

namespace lunsim::initiator {
namespace {

struct Process {
  std::mutex mutex;
  std::unique_ptr<RemoteNetwork> remote;
};
Process& process() {
  static auto* const one = new Process;
  return *one;
}

/// Without LUNSIM_HOST the workstation service is not started.
smb_client::Network* network_of_process() {
  Process& one = process();
  const std::lock_guard lock(one.mutex);
  if (!one.remote)
    if (const auto address = host_of_environment())
      one.remote = std::make_unique<RemoteNetwork>(*address);
  return one.remote.get();
}

struct Attachment {
  Attachment() { smb_client::set_network_source(network_of_process); }
} const attachment;

}  // namespace
}  // namespace lunsim::initiator
