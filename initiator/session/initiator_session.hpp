// One iSCSI session as an initiator runs it: log in, issue commands, answer the target, log out. A
// plain value driven by a world (runtime::Engine). It never reconnects by itself: initiator/driver
// decides that.       RFC 7143 §4.2, §6, §11
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/iscsi/login/login.hpp"
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/scsi_command.hpp"
#include "protocol/iscsi/pdu/tap.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "runtime/ports/engine.hpp"
#include "runtime/ports/entropy.hpp"

namespace lunsim::initiator {

struct SessionLimits {
  runtime::Duration connect_timeout = std::chrono::seconds{15};
  runtime::Duration login_timeout =
      std::chrono::seconds{15};  // from connected to full feature phase
  runtime::Duration command_timeout = std::chrono::seconds{30};  // unless the command has its own
  runtime::Duration logout_timeout = std::chrono::seconds{15};
  runtime::Duration nop_interval = std::chrono::seconds{0};  // 0: no keep-alive
  runtime::Duration nop_timeout = std::chrono::seconds{10};
  std::uint32_t outstanding_commands_max = 1024;  // more wait in our queue
  std::uint32_t queued_commands_max = 65536;      // more are refused
  std::uint32_t data_in_bytes_max = 64u
                                    << 20;  // per command; a target cannot make us allocate more
  std::uint32_t text_bytes_max = 1u << 20;  // all of a SendTargets answer
  std::uint32_t redirects_max = 1;
};

struct SessionConfig {
  login::InitiatorLoginConfig login;
  runtime::Endpoint portal;
  SessionLimits limits;
};

enum class CommandHandle : std::uint64_t {};

struct ScsiRequest {
  std::uint64_t lun_field =
      0;  // the eight LUN bytes, first most significant (protocol/scsi/lun.hpp)
  std::array<std::byte, 16> cdb{};
  pdu::TaskAttribute attribute = pdu::TaskAttribute::simple;
  std::uint32_t data_in_bytes = 0;  // expected length of a read; 0: none
  std::vector<std::byte> data_out;  // a write; empty: none
  runtime::Duration timeout{0};     // 0: SessionLimits::command_timeout
};

enum class CommandOutcome : std::uint8_t {
  completed,       // status is the target's
  target_failure,  // SCSI Response with response code other than 00h
  timed_out,       // ABORT TASK was tried
  aborted,         // by our task management or the target's
  connection_lost,
  rejected,        // Reject PDU for it
  protocol_error,  // the target broke the rules: the connection was closed
  refused,         // our queue is full, or there is no session
};

struct ScsiCompletion {
  CommandHandle handle{};
  CommandOutcome outcome = CommandOutcome::completed;
  std::uint8_t status = 0;
  std::vector<std::byte> sense;    // without the SenseLength field
  std::vector<std::byte> data_in;  // what came, in order; size is the highest byte received
  bool overflow = false, underflow = false;
  std::uint32_t residual_count = 0;
};

struct LoggedIn {};
struct LoginFailed {
  enum class Why : std::uint8_t {
    connect,
    refused_by_target,
    redirected_too_often,
    authentication,
    peer_violation,
    timed_out,
    connection_lost
  } why = Why::connect;
  runtime::CloseReason close_reason = runtime::CloseReason::finished;  // connect, connection_lost
  login::LoginStatus status;                                           // refused_by_target
  ProtocolError error;                                                 // peer_violation
};
struct LoggedOut {
  pdu::LogoutOutcome response = pdu::LogoutOutcome::closed;
  bool answered = true;  // false: timed out or connection lost while waiting
};
/// The session's last connection is gone, not by our logout. All commands have been completed
/// before this event.
struct ConnectionLost {
  runtime::CloseReason reason = runtime::CloseReason::reset;
  bool by_us = false;  // we closed it: a violation or a NOP time-out; `why` is a literal
  std::string_view why;
  std::uint16_t time2wait_s = 2;  // of the negotiated session or the asynchronous message
};
struct TargetFound {
  std::string name;
  std::vector<std::string> addresses;  // TargetAddress values as sent: "10.0.0.1:3260,1"
};
struct TargetsDiscovered {
  bool complete =
      true;  // false: the target broke the rules or the bound; what came before is listed
  std::vector<TargetFound> targets;
};
struct ManagementDone {
  CommandHandle handle{};
  bool answered = true;
  pdu::TaskManagementOutcome response{};
};
struct AsyncReceived {
  pdu::AsyncMessage message;
  std::vector<std::byte> data;
};
struct RejectReceived {
  pdu::RejectReason reason{};
};

using Event = std::variant<LoggedIn, LoginFailed, LoggedOut, ConnectionLost, TargetsDiscovered,
                           ScsiCompletion, ManagementDone, AsyncReceived, RejectReceived>;

class InitiatorSession final : public runtime::Engine {
 public:
  /// `tap` may be null; it and `entropy` outlive the session.
  InitiatorSession(SessionConfig config, runtime::Entropy& entropy, pdu::Tap* tap = nullptr);
  ~InitiatorSession() override;

  // What the application commands. After any of these: World::wake(session).
  /// Connects and logs in; ends in LoggedIn or LoginFailed. May be called again after
  /// ConnectionLost or LoginFailed: the same ISID with TSIH 0, which reinstates the session. RFC
  /// 7143 §6.3.5
  void start(runtime::TimePoint now);
  /// Queues a command; ends in exactly one ScsiCompletion with this handle.
  CommandHandle submit(ScsiRequest request, runtime::TimePoint now);
  /// ABORT TASK for a command of ours (`of`), or any function on a unit; ends in ManagementDone.
  CommandHandle manage(pdu::TaskManagementFunction function, std::uint64_t lun_field,
                       CommandHandle of, runtime::TimePoint now);
  /// SendTargets=`what` ("All", "" or a name); ends in TargetsDiscovered. RFC 7143 Appendix C
  void send_targets(std::string_view what, runtime::TimePoint now);
  /// Ends in LoggedOut. Of a connection that joined another's session (a TSIH in its login), the
  /// connection alone.
  void logout(runtime::TimePoint now);
  /// Closes without a word; outstanding commands end as connection_lost. No event follows.
  void drop(runtime::TimePoint now);

  std::optional<Event> poll_event();

  enum class State : std::uint8_t { idle, connecting, logging_in, full_feature, logging_out };
  State state() const;
  const login::InitiatorLogin& login() const;  // state() >= full_feature
  const runtime::Endpoint& peer() const;       // of the connection, after redirects
  const runtime::Endpoint& local() const;
  std::size_t outstanding() const;
  CmdSn next_cmd_sn() const;  // that the next command will have

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

}  // namespace lunsim::initiator
