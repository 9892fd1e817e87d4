// One request on its way: a value that goes as far as it can whenever the host turns, and then
// holds its reply. Operations wait for sessions, never for each other.
#pragma once

#include "initiator/host/host.hpp"
#include "initiator/host/host_state.hpp"

namespace lunsim::initiator {

class Operation {
 public:
  virtual ~Operation() = default;
  /// The reply when it has ended; not called again then. Not from inside an engine's callback.
  virtual std::optional<Reply> advance(HostState& host) = 0;
  /// Nobody waits any more: what only this operation knows of goes away.
  virtual void abandon(HostState&) {}
};

}  // namespace lunsim::initiator
