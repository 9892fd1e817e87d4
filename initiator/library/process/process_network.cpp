// The network of the process that has loaded libnetapi32.so: made at the first call, kept until
// exit, unloading or fork. With LUNSIM_HOST it is that host's, otherwise its own.
#include <cstdio>
#include <memory>

#include "initiator/library/pooled_network.hpp"
#include "initiator/library/process/process_wide.hpp"
#include "initiator/library/remote_network.hpp"

namespace lunsim::initiator {
namespace {

using Process = ProcessWide<PooledNetwork, RemoteNetwork>;

/// A file that cannot be read is told once; no server is known then.
std::vector<NamedServer> servers() {
  auto known = servers_of_environment();
  if (known) return std::move(*known);
  std::fprintf(stderr, "lunsim: %s\n", known.error().c_str());
  return {};
}

smb_client::Network* network_of_process() {
  Process& one = Process::one();
  const std::lock_guard lock(one.mutex);
  if (one.is_over) return nullptr;
  if (!one.is_made()) {
    if (const auto address = host_of_environment())
      one.remote = std::make_unique<RemoteNetwork>(*address);
    else
      one.direct = std::make_unique<PooledNetwork>(servers());
  }
  if (one.remote) return one.remote.get();
  return one.direct.get();
}

/// From loading to exit or unloading.
struct Attachment {
  Attachment() {
    Process::forget_in_children();
    smb_client::set_network_source(network_of_process);
  }
  ~Attachment() {
    Process& one = Process::one();
    const std::lock_guard lock(one.mutex);
    one.is_over = true;
    if (one.direct) one.direct->drop_idle();
  }
} const attachment;

}  // namespace
}  // namespace lunsim::initiator
