#include "initiator/smb_client/network.hpp"

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
CurrentNetwork::CurrentNetwork(Network& network) : before_(t_current) { t_current = &network; }
CurrentNetwork::~CurrentNetwork() { t_current = before_; }

WorldNetwork::~WorldNetwork() {
  for (auto& [name, server] : servers_) {
    if (!server.client) continue;
    server.client->disconnect();
    world_.wake(*server.client);
    world_.run_until([&] { return server.client->is_quiet(); },
                     world_.now() + std::chrono::seconds(1));
    world_.detach(*server.client);
  }
}

void WorldNetwork::add_server(std::u16string_view name, ClientConfig config) {
  config.epoch_s = world_.epoch_s();
  servers_[key_of(name)] = {std::move(config), nullptr};
}

const SmbClient* WorldNetwork::client(std::u16string_view name) const {
  const auto found = servers_.find(key_of(name));
  return found == servers_.end() ? nullptr : found->second.client.get();
}

Outcome WorldNetwork::call(const rpc::OptionalText& name, std::uint16_t opnum,
                           std::vector<std::byte> stub) {
  Outcome nowhere;
  nowhere.kind = Outcome::Kind::unopened;
  nowhere.step = Step::connect;
  nowhere.close_reason = runtime::CloseReason::unreachable;
  const auto found = servers_.find(key_of(name.value_or(u"")));
  if (found == servers_.end()) return nowhere;
  Server& server = found->second;
  if (!server.client) {
    const auto part = bytes::utf8_from_utf16(found->first).value_or("?");
    server.client =
        std::make_unique<SmbClient>(server.config, world_.entropy("smb client " + part));
    world_.attach(*server.client, address_, {});
  }
  server.client->call(opnum, std::move(stub), world_.now());
  world_.wake(*server.client);
  std::optional<Outcome> outcome;
  world_.run_until(
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
