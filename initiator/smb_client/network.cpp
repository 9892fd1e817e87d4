#include "initiator/smb_client/network.hpp"

#include <utility>

#include "protocol/bytes/utf16.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"

namespace lunsim::smb_client {
namespace {

thread_local Network* t_current = nullptr;

/// A connection attempt, a login and a call, each within its own time; the sum is bounded here.
constexpr int kStepsMax = 16;

std::u16string key_of(std::u16string_view name) {
  while (name.starts_with(u'\\')) name.remove_prefix(1);
  return smb::ntlm::upper(name);
}

}  // namespace

Network* current_network() { return t_current; }
Network* set_current_network(Network* network) { return std::exchange(t_current, network); }
CurrentNetwork::CurrentNetwork(Network& network) : before_(set_current_network(&network)) {}
CurrentNetwork::~CurrentNetwork() { t_current = before_; }

WorldNetwork::WorldNetwork(runtime::World& world, std::string address, Wait wait)
    : world_(world), address_(std::move(address)), wait_(std::move(wait)) {
  if (!wait_)
    wait_ = [this](const std::function<bool()>& done, runtime::TimePoint deadline) {
      return world_.run_until(done, deadline);
    };
}

WorldNetwork::~WorldNetwork() {
  for (auto& [name, server] : servers_) {
    if (!server->client) continue;
    server->client->disconnect();
    world_.wake(*server->client);
    world_.run_until([&] { return server->client->is_quiet(); },
                     world_.now() + std::chrono::seconds(1));
    world_.detach(*server->client);
    server->client.reset();
  }
}

void WorldNetwork::add_server(std::u16string_view name, ClientConfig config) {
  config.epoch_s = world_.epoch_s();
  const std::u16string key = key_of(name);
  servers_[key] = std::make_shared<Server>();
  servers_[key]->name = key;
  servers_[key]->config = std::move(config);
}

void WorldNetwork::add_name(std::u16string_view name, std::u16string_view of) {
  if (const auto found = servers_.find(key_of(of)); found != servers_.end())
    servers_.emplace(key_of(name), found->second);
}

const SmbClient* WorldNetwork::client(std::u16string_view name) const {
  const auto found = servers_.find(key_of(name));
  return found == servers_.end() ? nullptr : found->second->client.get();
}

Outcome WorldNetwork::call(const rpc::OptionalText& name, std::uint16_t opnum,
                           std::vector<std::byte> stub) {
  Outcome nowhere;
  nowhere.kind = Outcome::Kind::unopened;
  nowhere.step = Step::connect;
  nowhere.close_reason = runtime::CloseReason::unreachable;
  const auto found = servers_.find(key_of(name.value_or(u"")));
  if (found == servers_.end()) return nowhere;
  Server& server = *found->second;
  const runtime::Duration patience = server.config.answer_timeout * kStepsMax;
  Outcome late;
  late.kind = Outcome::Kind::unanswered;
  if (!wait_([&] { return !server.is_busy; }, world_.now() + patience)) return late;
  server.is_busy = true;
  Outcome outcome = call(server, opnum, std::move(stub));
  server.is_busy = false;
  return outcome;
}

Outcome WorldNetwork::call(Server& server, std::uint16_t opnum, std::vector<std::byte> stub) {
  if (!server.client) {
    const auto part = bytes::utf8_from_utf16(server.name).value_or("?");
    server.client =
        std::make_unique<SmbClient>(server.config, world_.entropy("smb client " + address_ + part));
    world_.attach(*server.client, address_, {});
  }
  server.client->call(opnum, std::move(stub), world_.now());
  world_.wake(*server.client);
  std::optional<Outcome> outcome;
  wait_(
      [&] {
        if (!outcome) outcome = server.client->take_outcome();
        return outcome.has_value();
      },
      world_.now() + server.config.answer_timeout * kStepsMax);
  if (outcome) return std::move(*outcome);
  Outcome late;
  late.kind = Outcome::Kind::unanswered;
  server.client->disconnect();
  world_.wake(*server.client);
  return late;
}

}  // namespace lunsim::smb_client
