// One TCP connection as the target keeps it: its inbox and outbox, its login while that lasts, its
// status numbers. Decides nothing: the login front and the session do. RFC 7143 §4.2.5, §8.1.4
#pragma once

#include <memory>
#include <optional>

#include "protocol/iscsi/login/login.hpp"
#include "protocol/iscsi/session/inbox.hpp"
#include "protocol/iscsi/session/outbox.hpp"
#include "protocol/iscsi/session/status_numbering.hpp"
#include "runtime/ports/engine.hpp"
#include "target_sim/session/sent_log.hpp"

namespace lunsim::target_sim {

class TargetSession;
struct Command;

struct Connection {
  Connection(runtime::ConnectionId number, pdu::FramerLimits limits, StatSn first, pdu::Tap* tap)
      : id(number),
        inbox(static_cast<std::uint32_t>(number), limits, tap),
        outbox(static_cast<std::uint32_t>(number), tap),
        stat_sn(first) {}

  runtime::ConnectionId id;
  std::size_t portal = 0;   // index into TargetServerConfig::portals
  runtime::Endpoint local;  // where it came in
  runtime::Endpoint peer;
  session::Inbox inbox;
  session::Outbox outbox;
  session::StatusNumbering stat_sn;
  StatusLog statuses;     // from ErrorRecoveryLevel 1 on
  StatSn acknowledged{};  // the peer's ExpStatSN: everything before it has arrived    §4.2.2.2
  std::unique_ptr<login::TargetLogin> login;  // until full feature phase
  TargetSession* session = nullptr;           // from full feature phase on
  std::uint16_t cid = 0;
  Command* first_sending = nullptr;  // commands whose Data-In goes out as there is room
  Command* last_sending = nullptr;
  negotiation::ConnectionParameters parameters;
  bool is_logged_out = false;  // with its end nothing is lost that may be recovered

  bool close_when_sent = false;  // our last word is queued
  bool doomed = false;           // to be reset as soon as nobody is in the middle of it
  bool closing = false;          // a Close action was given: only memory in flight is waited for
  bool is_ending() const { return doomed || closing || close_when_sent; }
  bool queued_for_transmit = false;
  bool login_begun = false;                           // a Login Request has come
  std::optional<runtime::TimePoint> linger_deadline;  // our last word must have left by then
  std::optional<runtime::TimePoint> login_deadline;
  std::optional<runtime::TimePoint> stalled_since;    // a partial PDU began to wait
  std::optional<runtime::TimePoint> logout_deadline;  // we asked for a logout
  runtime::TimePoint last_heard;
  std::optional<runtime::TimePoint> ping_deadline;  // our NOP-In waits for its NOP-Out
  TargetTransferTag ping_tag{};
  std::optional<runtime::TimePoint> timer_at;  // the entry in the server's timer queue
};

}  // namespace lunsim::target_sim
