// The network of a process for callers on any thread: each call has a live world of its own, taken
// from those that are idle, and turned by the caller's thread. Connections stay between calls.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "initiator/library/servers_file.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "runtime/live/live_world.hpp"

namespace lunsim::initiator {

class PooledNetwork final : public smb_client::Network {
 public:
  explicit PooledNetwork(std::vector<NamedServer> servers);

  smb_client::Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
                           std::vector<std::byte> stub) override;
  /// Ends the connections of nobody's call.
  void drop_idle();

  static constexpr std::size_t kIdleMax = 8;

 private:
  struct Line {
    runtime::LiveWorld world;
    smb_client::WorldNetwork network;
    explicit Line(const std::vector<NamedServer>& servers);
  };
  std::unique_ptr<Line> take_idle();
  void give_back(std::unique_ptr<Line> line);

  const std::vector<NamedServer> servers_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Line>> idle_;
};

}  // namespace lunsim::initiator
