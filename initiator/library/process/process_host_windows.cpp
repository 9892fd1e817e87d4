// The host of a Windows process that has loaded iscsidsc.dll: always a remote one, since the
// sessions are the service's. Unloading closes its connections. At the end of the process nothing
// is taken down: the other threads are gone by then, maybe with a lock held, and the system closes
// what is open.
#include <windows.h>

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

void unload() { process().remote.reset(); }

}  // namespace lunsim::initiator

/// `reserved` is null when the library is unloaded, and only then.
extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID reserved) {
  if (reason == DLL_PROCESS_DETACH && reserved == nullptr) lunsim::initiator::unload();
  return TRUE;
}
