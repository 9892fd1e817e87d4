// The benches of cases of the Net functions: three servers in a simulated world, the names that
// mean them, and the functions over that network. Any of it may be wrong on purpose.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/net_cases/net_bench.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace lunsim::conformance {

/// What is wrong; an empty function is what is right.
struct NetDefect {
  std::function<void(rpc::srvsvc::EnumRequest&)> request;
  std::function<void(rpc::srvsvc::EnumResponse<rpc::srvsvc::SessionInfo>&)> response;
  std::function<void(rpc::OptionalText& server)> name;
  std::function<void(NetFunctions&)> functions;
};

/// The current network of this thread while it lives.
class NetWorld final : public smb_client::Network {
 public:
  explicit NetWorld(NetDefect defect = {});
  ~NetWorld() override;

  NetBench bench();
  smb_client::Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
                           std::vector<std::byte> stub) override;

 private:
  void add_server(const char* address, const smb_server::AccessRules& access);
  void add_name(const std::u16string& name, const char* address, const char* user);

  NetDefect defect_;
  runtime::SimulatedWorld world_{1};
  std::vector<std::unique_ptr<smb_server::SmbServer>> servers_;
  smb_client::WorldNetwork network_{world_, "10.0.0.1"};
  std::optional<DWORD> answer_;  // instead of any server's
  smb_client::CurrentNetwork current_{*this};
};

}  // namespace lunsim::conformance
