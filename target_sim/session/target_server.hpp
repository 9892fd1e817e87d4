// A software target as one engine: portals, target nodes, the login front that routes connections
// by ISID and TSIH, and the sessions behind it (one TargetSession each). Plain value, driven by a
// world.            RFC 7143 §4.4, §6.3
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/iscsi/login/login.hpp"
#include "protocol/iscsi/pdu/tap.hpp"
#include "runtime/ports/engine.hpp"
#include "runtime/ports/entropy.hpp"
#include "target_sim/device/device.hpp"

namespace lunsim::target_sim {

/// Who may log in. An empty list of a node admits everybody without CHAP.
struct InitiatorAccess {
  std::string initiator;                // iSCSI name, or "*"
  std::optional<login::Secret> chap;    // the initiator must prove this; none: no CHAP
  std::optional<login::Secret> mutual;  // we prove this if asked
};

struct TargetNodeConfig {
  std::string name;
  std::string alias;
  std::uint16_t portal_group_tag = 1;
  std::vector<std::size_t> portals;  // indexes into TargetServerConfig::portals
  Device* device = nullptr;          // outlives the server
  std::vector<InitiatorAccess> access;
  negotiation::Wishes wishes;
  std::vector<login::ChapAlgorithm> chap_algorithms{login::ChapAlgorithm::sha256,
                                                    login::ChapAlgorithm::md5};
  std::size_t chap_challenge_bytes = 0;  // 0: as many as the digest has
};

struct TargetServerConfig {
  std::vector<runtime::Endpoint>
      portals;  // as SendTargets tells them; set_portal() once they are really known
  std::vector<TargetNodeConfig> nodes;
  std::vector<InitiatorAccess> discovery_access;  // empty: discovery asks nobody for a proof
  StatSn first_stat_sn{1};
  std::uint32_t command_window = 128;  // commands per session: MaxCmdSN = ExpCmdSN + this - 1
  std::uint32_t connections_max = 16384;
  std::uint32_t sessions_max = 16384;
  bool accepts_logins = true;  // false: "service unavailable" (0301h) for everybody
  runtime::Duration login_timeout = std::chrono::seconds{15};
  runtime::Duration stalled_pdu_timeout =
      std::chrono::seconds{60};  // half a PDU may not hold a connection for ever
  runtime::Duration nop_interval = std::chrono::seconds{0};  // 0: we do not ping
  runtime::Duration nop_timeout = std::chrono::seconds{10};
  std::uint64_t send_queue_bytes_max = 8u << 20;  // per connection; beyond it we stop reading
};

struct SessionSummary {
  std::size_t node = 0;
  std::string initiator_name;
  pdu::Isid isid;
  std::uint16_t tsih = 0;
  bool discovery = false;
  std::uint32_t connections = 0;
  std::uint32_t outstanding_tasks = 0;
};

/// One TCP connection, logged in or not.
struct ConnectionSummary {
  runtime::ConnectionId id{};
  runtime::Endpoint peer, local;
  bool full_feature = false;  // then the rest is known
  std::uint16_t tsih = 0;
  std::uint16_t cid = 0;
};

/// What a server has met since it was made.
struct ServerCounters {
  std::uint64_t connections = 0, pdus_received = 0, bytes_received = 0, bytes_sent = 0;
  std::uint64_t rejects = 0;  // Reject PDUs that were sent
  std::uint64_t violations =
      0;  // of RFC 7143 by peers: what ends a connection, and Rejects that blame the peer
  std::string last_violation;
};

class TargetServer final : public runtime::Engine {
 public:
  /// `tap` may be null; it, `entropy` and the devices outlive the server.
  TargetServer(TargetServerConfig config, runtime::Entropy& entropy, pdu::Tap* tap = nullptr);
  ~TargetServer() override;

  /// Where portal `index` can really be reached (the live world moves it).
  void set_portal(std::size_t index, runtime::Endpoint where);
  std::vector<SessionSummary> sessions() const;
  /// In order of their ids.
  std::vector<ConnectionSummary> connections() const;
  const ServerCounters& counters() const;

  // Commands from outside. After any: World::wake(server).
  /// Asynchronous Message 1 to every session of a node: log out within `time3_s`. RFC 7143 §11.9
  void request_logout(std::size_t node, std::uint16_t time3_s, runtime::TimePoint now);
  /// Closes every connection of a node's sessions (`reset`: RST) and forgets the sessions.
  void drop_sessions(std::size_t node, bool reset, runtime::TimePoint now);

  /// Resets every connection, or every one that came in at `local`, whatever stage it is in.
  void close_all(runtime::TimePoint now, const std::optional<runtime::Endpoint>& local = {});
  void set_accepting_logins(bool accepts);
  /// For logins and SendTargets from now on.
  void set_portal_group_tag(std::size_t node, std::uint16_t tag);
  /// Session handles begin at 1 again, as after a start of the program.
  void restart_tsih();

  // runtime::Engine
  void handle_connected(runtime::ConnectionId, const runtime::Endpoint& peer,
                        const runtime::Endpoint& local, runtime::TimePoint now) override;
  void handle_bytes(runtime::ConnectionId, std::span<const std::byte>,
                    runtime::TimePoint now) override;
  void handle_transmitted(runtime::ConnectionId, std::size_t bytes,
                          runtime::TimePoint now) override;
  void handle_closed(runtime::ConnectionId, runtime::CloseReason, runtime::TimePoint now) override;
  void handle_released(runtime::ConnectionId, runtime::TimePoint now) override;
  void handle_timeout(runtime::TimePoint now) override;
  std::optional<runtime::Transmit> poll_transmit(runtime::TimePoint now) override;
  std::optional<runtime::Action> poll_action() override;
  std::optional<runtime::TimePoint> poll_timeout() const override;
  bool wants_bytes(runtime::ConnectionId) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lunsim::target_sim
