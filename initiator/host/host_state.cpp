#include "initiator/host/host_state.hpp"

#include <algorithm>
#include <utility>

#include "initiator/host/login_rules.hpp"

namespace lunsim::initiator {
namespace {

// Opaque to callers; the parts only have to be told apart in a trace.
constexpr std::uint64_t kAdapterUnique = 0x4C75'6E73'696D'0001;  // "Lunsim"
constexpr std::uint64_t kSessionIds = 0x4000'0137'0000'0000;
constexpr std::uint64_t kConnectionIds = 0x0000'0137'0000'0000;

pdu::Isid with_qualifier(pdu::Isid isid, std::uint32_t add) {
  const std::uint32_t qualifier = (std::to_integer<std::uint32_t>(isid.bytes[4]) << 8) +
                                  std::to_integer<std::uint32_t>(isid.bytes[5]) + add;
  isid.bytes[4] = static_cast<std::byte>(qualifier >> 8);
  isid.bytes[5] = static_cast<std::byte>(qualifier);
  return isid;
}

void add_addresses(std::vector<runtime::Endpoint>& to, const std::vector<runtime::Endpoint>& from) {
  for (const runtime::Endpoint& endpoint : from) {
    if (std::find(to.begin(), to.end(), endpoint) == to.end()) to.push_back(endpoint);
  }
}

}  // namespace

bool is_same_portal(const Portal& portal, const runtime::Endpoint& endpoint) {
  return portal.port == endpoint.port && is_same_ignoring_case(portal.address, endpoint.address);
}

HostState::HostState(runtime::World& world, DirectHostConfig config)
    : world_(world), config_(std::move(config)) {}

StoredPortal* HostState::store_portal(const AddSendTargetPortal& request) {
  const runtime::Endpoint endpoint{request.portal.address, request.portal.port};
  for (const auto& stored : portals_) {
    if (!is_same_portal(stored->request.portal, endpoint)) continue;
    stored->request = request;
    return stored.get();
  }
  if (portals_.size() >= config_.portals_max) return nullptr;
  portals_.push_back(std::make_unique<StoredPortal>(StoredPortal{request, {}}));
  return portals_.back().get();
}

std::vector<std::string> HostState::target_names() const {
  std::vector<std::string> names;
  for (const auto& portal : portals_) {
    for (const DiscoveredTarget& target : portal->targets) {
      if (std::find(names.begin(), names.end(), target.name) == names.end())
        names.push_back(target.name);
    }
  }
  return names;
}

std::optional<DiscoveredTarget> HostState::find_target(std::string_view name) const {
  const std::vector<std::string> names = target_names();
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    found = std::find_if(names.begin(), names.end(), [&](const std::string& known) {
      return is_same_ignoring_case(known, name);
    });
  if (found == names.end()) return std::nullopt;
  DiscoveredTarget target{*found, {}};
  for (const auto& portal : portals_) {
    for (const DiscoveredTarget& told : portal->targets) {
      if (told.name == target.name) add_addresses(target.addresses, told.addresses);
    }
  }
  return target;
}

bool HostState::store_login(const LoginTarget& request) {
  const auto is_for_the_same = [&](const LoginTarget& stored) {
    const bool same_portal =
        stored.portal.has_value() == request.portal.has_value() &&
        (!stored.portal || (stored.portal->address == request.portal->address &&
                            stored.portal->port == request.portal->port));
    return stored.target_name == request.target_name && same_portal;
  };
  const auto found = std::find_if(stored_logins_.begin(), stored_logins_.end(), is_for_the_same);
  if (found != stored_logins_.end()) {
    *found = request;
    return true;
  }
  if (stored_logins_.size() >= config_.sessions_max) return false;
  stored_logins_.push_back(request);
  return true;
}

SessionRecord* HostState::make_record(std::string_view target_name, bool informational) {
  if (sessions_.size() >= config_.sessions_max) return nullptr;
  auto record = std::make_unique<SessionRecord>();
  record->id = {kAdapterUnique, kSessionIds + next_session_++};
  record->connection_id = {kAdapterUnique, kConnectionIds + next_connection_++};
  record->target_name = target_name;
  record->isid = free_isid();
  record->informational = informational;
  record->os_target = free_os_target();
  sessions_.push_back(std::move(record));
  return sessions_.back().get();
}

std::unique_ptr<KeptSession> HostState::make_session(const std::optional<LoginOptions>& options,
                                                     std::string_view target_name,
                                                     const pdu::Isid& isid,
                                                     const runtime::Endpoint& portal,
                                                     ReconnectPolicy reconnect) {
  SessionConfig session{login_config(config_, options, target_name, isid), portal, config_.session};
  pdu::Tap* tap = config_.tap ? config_.tap(target_name) : nullptr;
  return std::make_unique<KeptSession>(world_, config_.address, std::move(session),
                                       world_.entropy(config_.initiator_name), tap, reconnect);
}

SessionRecord* HostState::find_record(const UniqueId& id) {
  for (const auto& record : sessions_) {
    if (record->id == id) return record.get();
  }
  return nullptr;
}

SessionRecord* HostState::find_session(const UniqueId& id) {
  SessionRecord* record = find_record(id);
  return record != nullptr && record->is_listed ? record : nullptr;
}

void HostState::forget_session(const UniqueId& id) {
  std::erase_if(sessions_, [&](const auto& record) { return record->id == id; });
}

bool HostState::has_session_to(std::string_view target_name) const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [&](const auto& record) { return record->target_name == target_name; });
}

// One more than there are sessions always has a free one among them.
pdu::Isid HostState::free_isid() const {
  for (std::uint32_t add = 0; add < sessions_.size(); ++add) {
    const pdu::Isid isid = with_qualifier(config_.isid, add);
    const bool is_used = std::any_of(sessions_.begin(), sessions_.end(),
                                     [&](const auto& record) { return record->isid == isid; });
    if (!is_used) return isid;
  }
  return with_qualifier(config_.isid, static_cast<std::uint32_t>(sessions_.size()));
}

std::uint32_t HostState::free_os_target() const {
  std::uint32_t number = 0;
  while (std::any_of(sessions_.begin(), sessions_.end(),
                     [&](const auto& record) { return record->os_target == number; }))
    ++number;
  return number;
}

}  // namespace lunsim::initiator
