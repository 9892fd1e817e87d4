// What a direct host remembers: its configuration, portals with what they told, sessions with their
// connections and units. Operations change it between two turns of the world; it starts nothing by
// itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "initiator/host/direct_host_config.hpp"
#include "initiator/host/host.hpp"
#include "initiator/host/host_configuration.hpp"
#include "initiator/host/session_book.hpp"

namespace lunsim::initiator {

struct DiscoveredTarget {
  std::string name;
  std::vector<runtime::Endpoint> addresses;
  std::vector<std::uint16_t> portal_group_tags{};  // of each address
};

struct StoredPortal {
  AddSendTargetPortal request;
  std::vector<DiscoveredTarget> targets;  // as it told the last time
};

class HostState {
 public:
  HostState(runtime::World& world, DirectHostConfig config);

  runtime::World& world() { return world_; }
  const DirectHostConfig& config() const { return config_; }

  // --- what callers have told ---
  /// All of it, but the portals: those are below, with what they told.
  HostConfiguration& settings() { return settings_; }
  const HostConfiguration& settings() const { return settings_; }
  /// All of it, portals and all; for keeping, take the persistent_part().
  HostConfiguration configuration() const;
  /// Takes the place of all that was told before; sessions stay as they are, and what portals have
  /// told stays with those that are there before and after.
  void configure(HostConfiguration configuration);
  /// Of sessions from now on; absent: the default name.
  void set_node_name(std::optional<std::string> name);
  /// What targets must prove in mutual CHAP; absent: the default one, if there is any.
  void set_chap_secret(std::optional<std::string> secret);

  // --- portals and targets ---
  /// Keeps the portal, or renews one of the same address and port (never moved afterwards). Null
  /// when there are too many.
  StoredPortal* store_portal(const AddSendTargetPortal& request);
  /// By address and port alone (RSTP-R6, RMTP-R5); null if there is none.
  StoredPortal* find_portal(const Portal& portal);
  /// True if there was one. What it told is forgotten with it.
  bool forget_portal(const Portal& portal);
  const std::vector<std::unique_ptr<StoredPortal>>& portals() const { return portals_; }
  /// In the order of discovery, each once; static ones last. A hidden one is not among them before
  /// a portal has told of it (AST-R3).
  std::vector<std::string> target_names() const;
  /// All addresses that any portal told for it or that it was added with; the spelling of the name
  /// that was told. Exact names go first.
  std::optional<DiscoveredTarget> find_target(std::string_view name) const;
  AddStaticTarget* find_static_target(std::string_view name);
  const AddStaticTarget* find_static_target(std::string_view name) const;

  // --- stored logins: made when the service starts ---
  /// Keeps the login, or renews one of the same target and portal. False when there are too many.
  bool store_login(const LoginTarget& request);
  const std::vector<LoginTarget>& stored_logins() const { return settings_.persistent_logins; }

  // --- sessions ---
  /// A record with ids, ISID and OS target of its own (the one asked for must be free), without a
  /// session. Null when there are too many.
  SessionRecord* make_record(std::string_view target_name, bool informational,
                             std::optional<std::uint32_t> os_target = std::nullopt);
  /// A session in this world, not started. An empty target name makes a discovery session.
  std::unique_ptr<KeptSession> make_session(const std::optional<LoginOptions>& options,
                                            std::string_view target_name, const pdu::Isid& isid,
                                            const runtime::Endpoint& portal,
                                            ReconnectPolicy reconnect);
  /// A further connection of a session that is up, not started (RFC 7143 §6.3.4): its TSIH, a CID
  /// of its own.
  std::unique_ptr<KeptSession> make_further_connection(const SessionRecord& record,
                                                       const std::optional<LoginOptions>& options,
                                                       std::uint16_t cid,
                                                       const runtime::Endpoint& portal);
  SessionRecord* find_record(const UniqueId& id);
  /// Only what API callers may know of.
  SessionRecord* find_session(const UniqueId& id);
  void forget_session(const UniqueId& id);
  /// A connection of the session, listed or not; null if there is none.
  JoinedConnection* make_connection(SessionRecord& record);
  static JoinedConnection* find_connection(SessionRecord& record, const UniqueId& id);
  static void forget_connection(SessionRecord& record, const UniqueId& id);
  SessionBook& sessions() { return sessions_; }
  const SessionBook& sessions() const { return sessions_; }

 private:
  runtime::World& world_;
  DirectHostConfig config_;
  std::string default_node_name_;
  std::optional<std::string> default_chap_secret_;
  HostConfiguration settings_;  // but for the portals
  std::vector<std::unique_ptr<StoredPortal>> portals_;
  SessionBook sessions_;
};

bool is_same_portal(const Portal& portal, const runtime::Endpoint& endpoint);

}  // namespace lunsim::initiator
