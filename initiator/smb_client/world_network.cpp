#include "initiator/smb_client/world_network.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "protocol/bytes/utf16.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"

namespace lunsim::smb_client {
namespace {

/// A connection attempt, a login and a call, each within its own time; the sum is bounded here.
constexpr int kStepsMax = 16;
constexpr std::uint32_t kErrorRequestNotAccepted = 71;

std::u16string key_of(std::u16string_view name) {
  while (name.starts_with(u'\\')) name.remove_prefix(1);
  return smb::ntlm::upper(name);
}

Outcome unreachable() {
  Outcome nowhere;
  nowhere.kind = Outcome::Kind::unopened;
  nowhere.step = Step::connect;
  nowhere.close_reason = runtime::CloseReason::unreachable;
  return nowhere;
}

Outcome unanswered() {
  Outcome late;
  late.kind = Outcome::Kind::unanswered;
  return late;
}

}  // namespace

WorldNetwork::WorldNetwork(runtime::World& world, std::string address, Wait wait)
    : world_(world), address_(std::move(address)), wait_(std::move(wait)) {
  if (!wait_)
    wait_ = [this](const std::function<bool()>& done, runtime::TimePoint deadline) {
      return world_.run_until(done, deadline);
    };
}

/// Who has no memory to say goodbye goes without.
void WorldNetwork::part(SmbClient& client) {
  try {
    client.disconnect();
    world_.wake(client);
    world_.run_until([&] { return client.is_quiet(); }, world_.now() + std::chrono::seconds(1));
  } catch (const std::bad_alloc&) {
  }
  world_.detach(client);
}

WorldNetwork::~WorldNetwork() {
  for (auto& [name, server] : servers_) {
    for (Line& line : server->lines) part(*line.client);
    server->lines.clear();
  }
}

void WorldNetwork::add_server(std::u16string_view name, ClientConfig config) {
  config.epoch_s = world_.epoch_s();
  const std::u16string key = key_of(name);
  servers_[key] = std::make_shared<Server>(Server{key, std::move(config), {}});
}

void WorldNetwork::add_name(std::u16string_view name, std::u16string_view of) {
  if (const auto found = servers_.find(key_of(of)); found != servers_.end())
    servers_.emplace(key_of(name), found->second);
}

bool WorldNetwork::Server::is_busy() const {
  return std::ranges::any_of(lines, [](const Line& line) { return line.is_busy; });
}

bool WorldNetwork::has_server(std::u16string_view name) const {
  return servers_.contains(key_of(name));
}

const SmbClient* WorldNetwork::client(std::u16string_view name) const {
  const auto found = servers_.find(key_of(name));
  const bool is_there = found != servers_.end() && !found->second->lines.empty();
  return is_there ? found->second->lines.front().client.get() : nullptr;
}

/// An idle client, or a new one; null if there may be no more.
WorldNetwork::Line* WorldNetwork::idle_line(Server& server) {
  const auto idle = std::ranges::find_if(server.lines, [](const Line& l) { return !l.is_busy; });
  if (idle != server.lines.end()) return &*idle;
  if (server.lines.size() == kClientsMax) return nullptr;
  std::string name = "smb client " + address_ + bytes::utf8_from_utf16(server.name).value_or("?");
  if (!server.lines.empty()) name += fmt::format(" {}", server.lines.size() + 1);
  server.lines.reserve(kClientsMax);  // so that a client that is attached finds its place
  auto client = std::make_unique<SmbClient>(server.config, world_.entropy(name));
  world_.attach(*client, address_, {});
  return &server.lines.emplace_back(Line{std::move(client), false});
}

WorldNetwork::CallId WorldNetwork::start(const rpc::OptionalText& name, std::uint16_t opnum,
                                         std::vector<std::byte> stub) {
  const CallId id = next_call_++;
  const auto found = servers_.find(key_of(name.value_or(u"")));
  Line* line = found != servers_.end() ? idle_line(*found->second) : nullptr;
  Call& call = calls_[id];
  if (found == servers_.end()) {
    call.outcome = unreachable();
    return id;
  }
  if (line == nullptr) {
    Outcome full;
    full.kind = Outcome::Kind::coded;
    full.code = kErrorRequestNotAccepted;
    call.outcome = full;
    return id;
  }
  line->is_busy = true;
  call.server = found->second.get();
  call.client = line->client.get();
  call.deadline = world_.now() + call.server->config.answer_timeout * kStepsMax;
  try {
    call.client->call(opnum, std::move(stub), world_.now());
    world_.wake(*call.client);
  } catch (...) {
    forget(id);
    throw;
  }
  return id;
}

/// A call that broke off for want of memory: nobody knows what its client has begun.
void WorldNetwork::forget(CallId id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  if (found->second.client != nullptr) drop(found->second);
  calls_.erase(found);
}

void WorldNetwork::end(Call& call, Outcome outcome) {
  call.outcome = std::move(outcome);
  for (Line& line : call.server->lines)
    if (line.client.get() == call.client) line.is_busy = false;
  call.client = nullptr;
}

/// The client goes with its connection: what the server still says is nobody's.
void WorldNetwork::drop(Call& call) {
  world_.detach(*call.client);
  std::erase_if(call.server->lines,
                [&](const Line& line) { return line.client.get() == call.client; });
  call.client = nullptr;
  call.outcome = unanswered();
}

bool WorldNetwork::poll(CallId id) {
  Call& call = calls_.at(id);
  if (call.outcome) return true;
  if (auto outcome = call.client->take_outcome()) {
    end(call, std::move(*outcome));
  } else if (world_.now() >= call.deadline) {
    drop(call);
  }
  return call.outcome.has_value();
}

Outcome WorldNetwork::take(CallId id) {
  Call& call = calls_.at(id);
  if (!poll(id)) drop(call);
  Outcome outcome = std::move(*call.outcome);
  calls_.erase(id);
  return outcome;
}

Outcome WorldNetwork::call(const rpc::OptionalText& server, std::uint16_t opnum,
                           std::vector<std::byte> stub) {
  if (const auto found = servers_.find(key_of(server.value_or(u""))); found != servers_.end()) {
    const Server& meant = *found->second;
    const auto patience = meant.config.answer_timeout * kStepsMax;
    if (!wait_([&] { return !meant.is_busy(); }, world_.now() + patience)) return unanswered();
  }
  const CallId id = start(server, opnum, std::move(stub));
  try {
    const Call& call = calls_.at(id);
    if (!call.outcome) wait_([&] { return poll(id); }, call.deadline);
    return take(id);
  } catch (...) {
    forget(id);
    throw;
  }
}

}  // namespace lunsim::smb_client
