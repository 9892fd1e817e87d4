// The way from a NetXxx function to the server that a name means: which server that is and with
// whose credentials is the host's configuration, since the functions have no room for it. Calls
// wait for their end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "initiator/smb_client/smb_client.hpp"
#include "protocol/rpc/ndr.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::smb_client {

class Network {
 public:
  virtual ~Network() = default;
  /// `server` as the caller named it: NULL and "" are the host's own.
  virtual Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
                       std::vector<std::byte> stub) = 0;
};

/// The network of this thread's calls; null if nobody set one.
Network* current_network();
class CurrentNetwork {
 public:
  explicit CurrentNetwork(Network& network);
  ~CurrentNetwork();
  CurrentNetwork(const CurrentNetwork&) = delete;
  CurrentNetwork& operator=(const CurrentNetwork&) = delete;

 private:
  Network* before_;
};

/// Clients in a world, one for each server, connected at the first call and kept.
class WorldNetwork final : public Network {
 public:
  /// Calls come from `address`. `world` outlives it.
  WorldNetwork(runtime::World& world, std::string address)
      : world_(world), address_(std::move(address)) {}
  ~WorldNetwork() override;

  /// `name` is what callers say, with or without backslashes; the empty one is the host's own
  /// server.
  void add_server(std::u16string_view name, ClientConfig config);
  Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
               std::vector<std::byte> stub) override;
  /// The client behind a name; null if it was not used yet.
  const SmbClient* client(std::u16string_view name) const;

 private:
  struct Server {
    ClientConfig config;
    std::unique_ptr<SmbClient> client;
  };
  runtime::World& world_;
  std::string address_;
  std::map<std::u16string, Server> servers_;  // by upper case name without backslashes
};

}  // namespace lunsim::smb_client
