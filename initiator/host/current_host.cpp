#include "initiator/host/host_source.hpp"

namespace lunsim::initiator {
namespace {

thread_local Host* current = nullptr;
HostSource host_source = nullptr;

}  // namespace

Host* current_host() {
  if (current != nullptr) return current;
  return host_source != nullptr ? host_source() : nullptr;
}
void set_host_source(HostSource source) { host_source = source; }
void set_current_host(Host* host) { current = host; }
void forget_current_host(const Host& host) {
  if (current == &host) current = nullptr;
}

}  // namespace lunsim::initiator
