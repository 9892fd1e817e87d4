// The way from a NetXxx function to the server that a name means: which server that is and with
// whose credentials is the host's configuration, since the functions have no room for it. Calls
// wait for their end.
#pragma once

#include <cstdint>
#include <functional>
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
/// Returns  the one before
Network* set_current_network(Network* network);
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
  /// Turns the world until `done()` holds or the time has come; true if it held.
  using Wait = std::function<bool(const std::function<bool()>& done, runtime::TimePoint deadline)>;

  /// Calls come from `address`. `world` outlives it. Without `wait`, World::run_until.
  WorldNetwork(runtime::World& world, std::string address, Wait wait = {});
  ~WorldNetwork() override;

  /// `name` is what callers say, with or without backslashes; the empty one is the host's own
  /// server.
  void add_server(std::u16string_view name, ClientConfig config);
  /// Another name of a server that was added, for the same client.
  void add_name(std::u16string_view name, std::u16string_view of);
  Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
               std::vector<std::byte> stub) override;
  /// The client behind a name; null if it was not used yet.
  const SmbClient* client(std::u16string_view name) const;

 private:
  struct Server {
    std::u16string name;
    ClientConfig config;
    std::unique_ptr<SmbClient> client;
    bool is_busy = false;  // a call is under way, and others wait for its end
  };
  Outcome call(Server& server, std::uint16_t opnum, std::vector<std::byte> stub);
  runtime::World& world_;
  std::string address_;
  Wait wait_;
  std::map<std::u16string, std::shared_ptr<Server>> servers_;  // by upper case name without backslashes
};

}  // namespace lunsim::smb_client
