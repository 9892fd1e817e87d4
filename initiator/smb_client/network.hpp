// The way from a NetXxx function to the server that a name means: which server that is and with
// whose credentials is the host's configuration, since the functions have no room for it. Calls
// wait for their end.
#pragma once

#include <cstdint>
#include <vector>

#include "initiator/smb_client/outcome.hpp"
#include "protocol/rpc/ndr.hpp"

namespace lunsim::smb_client {

class Network {
 public:
  virtual ~Network() = default;
  /// `server` as the caller named it: NULL and "" are the host's own.
  virtual Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
                       std::vector<std::byte> stub) = 0;
};

/// The network of this thread's calls, else that of the process; null if nobody set one.
Network* current_network();
/// Returns  the one before
Network* set_current_network(Network* network);

/// Where threads without a network of their own get one: a process has one source, set before its
/// first call (initiator/library). Called from any thread; null for none.
using NetworkSource = Network* (*)();
void set_network_source(NetworkSource source);

class CurrentNetwork {
 public:
  explicit CurrentNetwork(Network& network);
  ~CurrentNetwork();
  CurrentNetwork(const CurrentNetwork&) = delete;
  CurrentNetwork& operator=(const CurrentNetwork&) = delete;

 private:
  Network* before_;
};

}  // namespace lunsim::smb_client
