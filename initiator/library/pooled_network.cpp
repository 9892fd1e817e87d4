#include "initiator/library/pooled_network.hpp"

#include <system_error>

#include "initiator/library/outside_world.hpp"

namespace lunsim::initiator {
namespace {

using smb_client::Outcome;

constexpr std::uint32_t kNoSystemResources = 1450;
/// So long an idle connection is asked whether the server has ended it meanwhile.
constexpr std::chrono::milliseconds kListen{1};

}  // namespace

PooledNetwork::PooledNetwork(std::vector<NamedServer> servers) : servers_(std::move(servers)) {}

PooledNetwork::Line::Line(const std::vector<NamedServer>& servers)
    : world(outside_world()), network(world, "") {
  for (const NamedServer& server : servers) network.add_server(server.name, server.config);
}

std::unique_ptr<PooledNetwork::Line> PooledNetwork::take_idle() {
  std::unique_ptr<Line> line;
  {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    line = std::move(idle_.back());
    idle_.pop_back();
  }
  line->world.run_until([] { return false; }, line->world.now() + kListen);
  return line;
}

void PooledNetwork::give_back(std::unique_ptr<Line> line) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleMax) idle_.push_back(std::move(line));
}

Outcome PooledNetwork::call(const rpc::OptionalText& server, std::uint16_t opnum,
                            std::vector<std::byte> stub) {
  try {
    auto line = take_idle();
    if (!line) line = std::make_unique<Line>(servers_);
    Outcome outcome = line->network.call(server, opnum, std::move(stub));
    give_back(std::move(line));
    return outcome;
  } catch (const std::system_error&) {
    Outcome none;  // no descriptor is left
    none.kind = Outcome::Kind::coded;
    none.code = kNoSystemResources;
    return none;
  }
}

void PooledNetwork::drop_idle() {
  std::vector<std::unique_ptr<Line>> idle;
  const std::lock_guard lock(mutex_);
  idle.swap(idle_);
}

}  // namespace lunsim::initiator
