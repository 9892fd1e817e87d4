// Where threads without a host of their own get one: a process has one source, set before its first
// call (initiator/library).
#pragma once

#include "initiator/host/host.hpp"

namespace lunsim::initiator {

/// Called from any thread; null for none.
using HostSource = Host* (*)();
void set_host_source(HostSource source);

/// If it is this thread's own, the thread has none any more.
void forget_current_host(const Host& host);

}  // namespace lunsim::initiator
