#include "initiator/host/host.hpp"

namespace lunsim::initiator {
namespace {

thread_local Host* current = nullptr;

}  // namespace

Host* current_host() { return current; }
void set_current_host(Host* host) { current = host; }

}  // namespace lunsim::initiator
