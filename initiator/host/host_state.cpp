#include "initiator/host/host_state.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "initiator/host/login_rules.hpp"
#include "initiator/host/node_name.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::uint16_t kStoredLeadingCid = 1;

void add_address(DiscoveredTarget& to, const runtime::Endpoint& endpoint, std::uint16_t tag) {
  if (std::find(to.addresses.begin(), to.addresses.end(), endpoint) != to.addresses.end()) return;
  to.addresses.push_back(endpoint);
  to.portal_group_tags.push_back(tag);
}

constexpr std::uint16_t kFirstPortalGroup = 1;

void add_addresses(DiscoveredTarget& to, const DiscoveredTarget& from) {
  for (std::size_t i = 0; i < from.addresses.size(); ++i) {
    const bool has_tag = i < from.portal_group_tags.size();
    add_address(to, from.addresses[i], has_tag ? from.portal_group_tags[i] : kFirstPortalGroup);
  }
}

template <class List, class Name>
auto find_name(List& list, std::string_view wanted, Name name) {
  auto found = std::find_if(list.begin(), list.end(),
                            [&](const auto& entry) { return name(entry) == wanted; });
  if (found == list.end())
    found = std::find_if(list.begin(), list.end(), [&](const auto& entry) {
      return is_same_ignoring_case(name(entry), wanted);
    });
  return found;
}

}  // namespace

bool is_same_portal(const Portal& portal, const runtime::Endpoint& endpoint) {
  return portal.port == endpoint.port && is_same_ignoring_case(portal.address, endpoint.address);
}

HostState::HostState(runtime::World& world, DirectHostConfig config)
    : world_(world),
      config_(std::move(config)),
      default_node_name_(config_.initiator_name.empty() ? default_node_name(config_.computer_name)
                                                        : config_.initiator_name),
      default_chap_secret_(config_.initiator_chap_secret),
      sessions_(config_.isid) {
  config_.initiator_name = default_node_name_;
}

HostConfiguration HostState::configuration() const {
  HostConfiguration all = settings_;
  for (const auto& portal : portals_) all.portals.push_back(portal->request);
  return all;
}

void HostState::configure(HostConfiguration configuration) {
  std::erase_if(portals_, [&](const auto& stored) {
    return std::none_of(configuration.portals.begin(), configuration.portals.end(),
                        [&](const AddSendTargetPortal& portal) {
                          return is_same_portal(
                              stored->request.portal,
                              runtime::Endpoint{portal.portal.address, portal.portal.port});
                        });
  });
  for (const AddSendTargetPortal& portal : configuration.portals) store_portal(portal);
  configuration.portals.clear();
  settings_ = std::move(configuration);
  set_node_name(settings_.node_name);
  set_chap_secret(settings_.chap_secret);
  if (!settings_.isid) return;
  pdu::Isid isid;
  std::transform(settings_.isid->begin(), settings_.isid->end(), isid.bytes.begin(),
                 [](std::uint8_t byte) { return std::byte{byte}; });
  sessions_.set_first_isid(isid);
}

void HostState::set_node_name(std::optional<std::string> name) {
  config_.initiator_name = name.value_or(default_node_name_);
  settings_.node_name = std::move(name);
}

void HostState::set_chap_secret(std::optional<std::string> secret) {
  config_.initiator_chap_secret = secret ? secret : default_chap_secret_;
  settings_.chap_secret = std::move(secret);
}

StoredPortal* HostState::find_portal(const Portal& portal) {
  const runtime::Endpoint endpoint{portal.address, portal.port};
  for (const auto& stored : portals_) {
    if (is_same_portal(stored->request.portal, endpoint)) return stored.get();
  }
  return nullptr;
}

bool HostState::forget_portal(const Portal& portal) {
  const StoredPortal* stored = find_portal(portal);
  return std::erase_if(portals_, [&](const auto& kept) { return kept.get() == stored; }) != 0;
}

StoredPortal* HostState::store_portal(const AddSendTargetPortal& request) {
  if (StoredPortal* stored = find_portal(request.portal)) {
    stored->request = request;
    return stored;
  }
  if (portals_.size() >= config_.portals_max) return nullptr;
  portals_.push_back(std::make_unique<StoredPortal>(StoredPortal{request, {}}));
  return portals_.back().get();
}

std::vector<std::string> HostState::target_names() const {
  std::vector<std::string> names;
  std::set<std::string_view> known;
  const auto add = [&](const std::string& name) {
    if (known.insert(name).second) names.push_back(name);
  };
  for (const auto& portal : portals_) {
    for (const DiscoveredTarget& target : portal->targets) add(target.name);
  }
  constexpr std::uint32_t kHideStaticTarget = 0x02;  // ISCSI_TARGET_FLAG_HIDE_STATIC_TARGET
  for (const AddStaticTarget& target : settings_.static_targets) {
    if ((target.target_flags & kHideStaticTarget) == 0) add(target.target_name);
  }
  return names;
}

AddStaticTarget* HostState::find_static_target(std::string_view name) {
  const auto found =
      find_name(settings_.static_targets, name,
                [](const auto& target) -> const std::string& { return target.target_name; });
  return found != settings_.static_targets.end() ? &*found : nullptr;
}

const AddStaticTarget* HostState::find_static_target(std::string_view name) const {
  const auto found =
      find_name(settings_.static_targets, name,
                [](const auto& target) -> const std::string& { return target.target_name; });
  return found != settings_.static_targets.end() ? &*found : nullptr;
}

std::optional<DiscoveredTarget> HostState::find_target(std::string_view name) const {
  std::vector<std::string> names = target_names();
  for (const AddStaticTarget& target : settings_.static_targets)
    names.push_back(target.target_name);
  const auto found =
      find_name(names, name, [](const std::string& known) -> const std::string& { return known; });
  if (found == names.end()) return std::nullopt;
  DiscoveredTarget target{*found, {}, {}};
  for (const auto& portal : portals_) {
    for (const DiscoveredTarget& told : portal->targets) {
      if (told.name == target.name) add_addresses(target, told);
    }
  }
  const AddStaticTarget* fixed = find_static_target(target.name);
  if (fixed != nullptr && fixed->portal_group) {
    for (const Portal& portal : *fixed->portal_group)
      add_address(target, {portal.address, portal.port}, kFirstPortalGroup);
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
  const auto found = std::find_if(settings_.persistent_logins.begin(),
                                  settings_.persistent_logins.end(), is_for_the_same);
  if (found != settings_.persistent_logins.end()) {
    *found = request;
    return true;
  }
  if (settings_.persistent_logins.size() >= config_.sessions_max) return false;
  settings_.persistent_logins.push_back(request);
  return true;
}

SessionRecord* HostState::make_record(std::string_view target_name, bool informational,
                                      std::optional<std::uint32_t> os_target) {
  if (sessions_.all().size() >= config_.sessions_max) return nullptr;
  return &sessions_.add(config_.initiator_name, target_name, informational, os_target);
}

std::unique_ptr<KeptSession> HostState::make_session(const std::optional<LoginOptions>& options,
                                                     std::string_view target_name,
                                                     const pdu::Isid& isid,
                                                     const runtime::Endpoint& portal,
                                                     ReconnectPolicy reconnect) {
  SessionConfig session{login_config(config_, options, target_name, isid), portal, config_.session};
  pdu::Tap* tap = config_.tap ? config_.tap(target_name) : nullptr;
  return std::make_unique<KeptSession>(world_, config_.address, std::move(session),
                                       world_.entropy(default_node_name_), tap, reconnect);
}

std::unique_ptr<KeptSession> HostState::make_further_connection(
    const SessionRecord& record, const std::optional<LoginOptions>& options, std::uint16_t cid,
    const runtime::Endpoint& portal) {
  SessionConfig session{login_config(config_, options, record.target_name, record.isid), portal,
                        config_.session};
  session.login.initiator_name = record.initiator_name;
  session.login.tsih = record.kept->nexus().tsih;
  session.login.cid = cid;
  session.login.first_cmd_sn = record.kept->engine().next_cmd_sn();
  session.limits.nop_interval = {};  // the leading connection asks whether the target lives
  pdu::Tap* tap = config_.tap ? config_.tap(record.target_name) : nullptr;
  return std::make_unique<KeptSession>(world_, config_.address, std::move(session),
                                       world_.entropy(default_node_name_), tap,
                                       ReconnectPolicy{.tries_max = 0});
}

JoinedConnection* HostState::make_connection(SessionRecord& record) {
  auto joined = std::make_unique<JoinedConnection>();
  joined->id = sessions_.next_connection_id();
  joined->cid = kStoredLeadingCid;
  const auto is_used = [&](const auto& other) { return other->cid == joined->cid; };
  do ++joined->cid;
  while (std::any_of(record.joined.begin(), record.joined.end(), is_used));
  record.joined.push_back(std::move(joined));
  return record.joined.back().get();
}

JoinedConnection* HostState::find_connection(SessionRecord& record, const UniqueId& id) {
  for (const auto& joined : record.joined) {
    if (joined->id == id) return joined.get();
  }
  return nullptr;
}

void HostState::forget_connection(SessionRecord& record, const UniqueId& id) {
  std::erase_if(record.joined, [&](const auto& joined) { return joined->id == id; });
}

SessionRecord* HostState::find_record(const UniqueId& id) { return sessions_.find(id); }

SessionRecord* HostState::find_session(const UniqueId& id) {
  SessionRecord* record = find_record(id);
  return record != nullptr && record->is_listed ? record : nullptr;
}

void HostState::forget_session(const UniqueId& id) { sessions_.forget(id); }

}  // namespace lunsim::initiator
