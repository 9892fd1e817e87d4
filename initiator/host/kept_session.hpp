// A session that is kept: it sits in a world from its first day to its last, comes back after a
// lost connection with the same ISID (session reinstatement), and holds what happened until whoever
// asked picks it up. When to connect again is the Reconnector's decision, what goes over the wire
// the InitiatorSession's.                                                    RFC 7143 §6.3.5
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "initiator/driver/reconnector.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::initiator {

class KeptSession final : public runtime::Engine {
 public:
  enum class State : std::uint8_t {
    logging_in,  // for the first time
    up,
    away,  // lost; waiting to connect again or at it
    logging_out,
    over,  // logged out, never logged in, or given up
  };
  /// What a login settled, kept while the session is away.
  struct Nexus {
    std::uint16_t tsih = 0;
    runtime::Endpoint local, peer;
  };

  /// Attaches itself to `world` at `address`; `world` and `tap` (may be null) outlive it.
  KeptSession(runtime::World& world, const std::string& address, SessionConfig config,
              runtime::Entropy& entropy, pdu::Tap* tap, ReconnectPolicy policy);
  ~KeptSession() override;
  KeptSession(const KeptSession&) = delete;
  KeptSession& operator=(const KeptSession&) = delete;

  // Not from inside an engine's callback: they wake the world.
  void start();
  CommandHandle submit(ScsiRequest request);
  CommandHandle manage(pdu::TaskManagementFunction function, std::uint64_t lun_field,
                       CommandHandle of);
  void send_targets(std::string_view what);
  void log_out();

  State state() const { return state_; }
  /// Away for good: it was refused for a reason that does not pass, or failed too often in a row.
  bool has_given_up() const { return reconnector_.state() == Reconnector::State::given_up; }
  /// A login of the reconnector is under way.
  bool is_trying_again() const { return reconnector_.state() == Reconnector::State::trying; }
  const Nexus& nexus() const { return nexus_; }
  /// How often it has logged in: the generation of its connection.
  std::uint32_t connections() const { return connections_; }
  const std::optional<LoginFailed>& login_failure() const { return login_failure_; }
  /// Each once.
  std::optional<TargetsDiscovered> take_targets();
  std::optional<ScsiCompletion> take_completion(CommandHandle handle);
  std::optional<ManagementDone> take_management(CommandHandle handle);
  /// Nobody will take it.
  void forget(CommandHandle handle);
  /// Whether the target has said that its units are not those of before, by a unit attention or an
  /// Asynchronous Message. Tells it once.                        SPC-4 §6.33; RFC 7143 §11.9.1
  bool take_change_of_units() { return std::exchange(units_have_changed_, false); }
  /// What was to be seen behind the change was not: it is told again.
  void put_back_change_of_units() { units_have_changed_ = true; }

  /// For tests that do what no host does. After a change: World::wake(kept session).
  InitiatorSession& engine() { return session_; }

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
  void collect(runtime::TimePoint now);
  void happened(const LoggedIn&, runtime::TimePoint now);
  void happened(const LoginFailed& failure, runtime::TimePoint now);
  void happened(const LoggedOut&, runtime::TimePoint now);
  void happened(const ConnectionLost& loss, runtime::TimePoint now);
  void happened(TargetsDiscovered& targets, runtime::TimePoint now);
  void happened(ScsiCompletion& completion, runtime::TimePoint now);
  void happened(const ManagementDone& done, runtime::TimePoint now);
  void happened(const AsyncReceived& received, runtime::TimePoint now);
  void happened(const RejectReceived&, runtime::TimePoint) {}

  runtime::World& world_;
  bool may_return_;
  Reconnector reconnector_;
  InitiatorSession session_;
  State state_ = State::logging_in;
  Nexus nexus_;
  std::uint32_t connections_ = 0;
  bool units_have_changed_ = false;
  std::optional<LoginFailed> login_failure_;
  std::optional<TargetsDiscovered> targets_;
  std::map<CommandHandle, std::optional<ScsiCompletion>> commands_;  // ours, done or not
  std::map<CommandHandle, std::optional<ManagementDone>> management_;
};

}  // namespace lunsim::initiator
