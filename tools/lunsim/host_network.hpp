// The Net functions' calls of programs that use a host of ours: made in its world, without waiting.
#pragma once

#include "initiator/library/servers_file.hpp"
#include "initiator/remote/net_call.hpp"
#include "initiator/smb_client/world_network.hpp"

namespace lunsim::tools {

class HostNetwork final : public initiator::remote::NetCalls {
 public:
  /// `world` outlives it.
  HostNetwork(runtime::World& world, const std::vector<initiator::NamedServer>& servers)
      : network_(world, "") {
    for (const auto& server : servers) network_.add_server(server.name, server.config);
  }

  std::uint64_t start(initiator::remote::NetCall call) override {
    return network_.start(call.server, call.opnum, std::move(call.stub));
  }
  bool poll(std::uint64_t id) override { return network_.poll(id); }
  initiator::remote::NetReply take(std::uint64_t id) override {
    auto outcome = network_.take(id);
    return {smb_client::win32_code(outcome), std::move(outcome.stub)};
  }
  smb_client::WorldNetwork& network() { return network_; }

 private:
  smb_client::WorldNetwork network_;
};

}  // namespace lunsim::tools
