#include "target_sim/session/target_server.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "target_sim/session/login_front.hpp"
#include "target_sim/session/send_targets.hpp"
#include "target_sim/session/timer_queue.hpp"

namespace lunsim::target_sim {

using runtime::ConnectionId;
using runtime::TimePoint;

namespace {

constexpr runtime::Duration kLingerMax = std::chrono::seconds{5};

}  // namespace

struct TargetServer::Impl final : SessionOwner {
  Impl(TargetServerConfig c, runtime::Entropy& e, pdu::Tap* t)
      : config(std::move(c)), tap(t), front(config, sessions, e, *this) {}

  TargetServerConfig config;
  pdu::Tap* tap;
  SessionTable sessions;
  LoginFront front;
  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections;
  std::vector<ConnectionId> ready;  // with something to transmit, each once
  std::deque<runtime::Action> actions;
  std::vector<ConnectionId> ending;  // asked to close, and perhaps ready for it
  TimerQueue timers;
  std::vector<ConnectionId> due;  // of the timeout that is being handled
  ServerCounters counters;
  std::vector<std::uint16_t> retaining;  // TSIHs of sessions that wait for their tasks' new owners
  std::vector<bool> busy_devices;        // nodes whose device holds pending tasks of ours

  // SessionOwner
  void wants_transmit(Connection& connection) override {
    if (connection.queued_for_transmit || connection.closing) return;
    connection.queued_for_transmit = true;
    ready.push_back(connection.id);
  }
  /// Only noted: whoever asks may be a session that ends with its connection. settle() does it.
  void close(Connection& connection, bool reset) override {
    if (connection.closing) return;
    (reset ? connection.doomed : connection.close_when_sent) = true;
    if (!reset && !connection.linger_deadline) {
      connection.linger_deadline = now + kLingerMax;
      timers.need(connection, *connection.linger_deadline);
    }
    ending.push_back(connection.id);
  }
  std::string send_targets(const Connection& connection, std::string_view what,
                           std::string_view in_session_target) override {
    return send_targets_text(config, connection.local, connection.session->config().initiator_name,
                             what, in_session_target);
  }
  void abort_unit(std::size_t node, std::optional<std::uint64_t> lun,
                  const TargetSession& by) override {
    for (TargetSession* session : abort_in_sessions(node, lun, by)) session->tell_window(now);
  }
  void clear_unit(std::size_t node, std::uint64_t lun, const TargetSession& by) override {
    for (TargetSession* session : abort_in_sessions(node, lun, by)) {
      session->config().device->commands_cleared(lun, session->config().nexus,
                                                 ClearedBy::another_initiator);
      session->tell_window(now);
    }
  }
  /// The sessions but `by` that lost tasks.
  std::vector<TargetSession*> abort_in_sessions(std::size_t node, std::optional<std::uint64_t> lun,
                                                const TargetSession& by) {
    std::vector<TargetSession*> lost;
    for (const auto& [tsih, session] : sessions.all()) {
      if (session->config().discovery || session->config().node != node) continue;
      session->fence_after_abort(lun, session.get() != &by);
      if (session->abort_tasks(lun, now) > 0 && session.get() != &by) lost.push_back(session.get());
    }
    return lost;
  }
  void end_all_sessions(std::size_t node) override { drop_sessions(node, false); }
  void rejected(const Connection& connection, pdu::RejectReason reason) override {
    ++counters.rejects;
    if (reason == pdu::RejectReason::protocol_error ||
        reason == pdu::RejectReason::invalid_pdu_field)
      violated(connection, pdu::name_of(reason));
  }
  void violated(const Connection& connection, std::string_view what) override {
    ++counters.violations;
    counters.last_violation = runtime::to_string(connection.peer) + ": " + std::string(what);
  }
  void retains(TargetSession& session) override {
    const std::uint16_t tsih = session.config().tsih;
    if (std::find(retaining.begin(), retaining.end(), tsih) == retaining.end())
      retaining.push_back(tsih);
  }
  void device_is_busy(std::size_t node) override {
    if (busy_devices.size() < config.nodes.size()) busy_devices.resize(config.nodes.size());
    busy_devices[node] = true;
  }

  TimePoint now;  // of the call from outside that is under way

  Connection* find(ConnectionId id) {
    const auto found = connections.find(id);
    return found == connections.end() ? nullptr : found->second.get();
  }

  void forget(Connection& connection) {
    timers.forget(connection);
    if (tap != nullptr) tap->handle_closed(static_cast<std::uint32_t>(connection.id));
    connections.erase(connection.id);
  }

  /// The portal at this address, or, for one that listens on every address, with this port; else
  /// the first.
  std::size_t portal_of(const runtime::Endpoint& local) const {
    const auto& portals = config.portals;
    auto found = std::find(portals.begin(), portals.end(), local);
    if (found == portals.end()) {
      found = std::find_if(portals.begin(), portals.end(),
                           [&](const auto& p) { return p.port == local.port; });
    }
    return found == portals.end() ? 0 : static_cast<std::size_t>(found - portals.begin());
  }

  /// Takes the connection out of its session; a session without connections ends. RFC 7143 §6.3.5
  void leave_session(Connection& connection) {
    TargetSession* session = connection.session;
    if (session == nullptr) return;
    session->remove_connection(connection, now);
    end_if_over(*session);
  }

  void end_if_over(TargetSession& session) {
    if (!session.connections().empty() || session.is_retained()) return;
    end(session);
  }

  void end(TargetSession& session) {
    if (session.config().device != nullptr)
      session.config().device->close_nexus(session.config().nexus);
    sessions.remove(session);
  }

  /// Sessions whose connections are all gone, but which are kept for recovery.
  void end_retained(std::optional<std::size_t> node) {
    for (const std::uint16_t tsih : retaining) {
      TargetSession* session = sessions.find(tsih);
      if (session == nullptr || !session->connections().empty()) continue;
      if (!node || session->config().node == *node) end(*session);
    }
  }

  void let_go_of_retained() {
    std::erase_if(retaining, [&](std::uint16_t tsih) {
      TargetSession* session = sessions.find(tsih);
      if (session == nullptr) return true;
      session->handle_retention(now);
      if (session->is_retained()) return false;
      end_if_over(*session);
      return true;
    });
  }

  void close_now(Connection& connection, bool reset) {
    leave_session(connection);
    connection.closing = true;
    connection.login.reset();
    timers.forget(connection);
    actions.push_back(runtime::Close{connection.id, reset});
  }

  /// After whatever came from outside: closes what is to be closed and can be, before actions are
  /// polled.
  void settle() {
    release_tapped();
    for (std::size_t i = 0; i < ready.size(); ++i)
      if (Connection* connection = find(ready[i]))
        take_cut(*connection, connection->outbox.poll_cut());
    std::vector<ConnectionId> ids;
    ids.swap(ending);
    for (ConnectionId id : ids) {
      Connection* connection = find(id);
      if (connection == nullptr || connection->closing) continue;
      if (connection->doomed || connection->outbox.is_idle())
        close_now(*connection, connection->doomed);
    }
  }

  /// What the tap has of its own.
  void release_tapped() {
    if (tap == nullptr) return;
    while (auto release = tap->poll_release(now.since_start_ns)) {
      Connection* connection = find(ConnectionId{release->connection});
      if (connection == nullptr || connection->closing) continue;
      if (release->direction == pdu::Direction::receive) {
        deliver(*connection, release->pdu);
      } else {
        connection->outbox.push_as_is(release->pdu, now.since_start_ns);
        wants_transmit(*connection);
      }
    }
  }

  void cut_opened(Connection& connection) {
    const auto number = static_cast<std::uint32_t>(connection.id);
    const pdu::TapVerdict::Cut cut =
        tap->handle_opened(number, to_string(connection.local), now.since_start_ns);
    if (cut == pdu::TapVerdict::Cut::no) return;
    if (cut != pdu::TapVerdict::Cut::silence)
      return close_now(connection, cut == pdu::TapVerdict::Cut::reset);
    connection.inbox.silence();
    connection.outbox.silence();
    connection.login_deadline.reset();
  }

  void deliver(Connection& connection, pdu::TappedPdu& tapped) {
    if (connection.is_ending()) return;
    // Views and header agree, as they do when they come from a framer.
    tapped.ahs.resize(pdu::ahs_bytes_of(tapped.bhs));
    tapped.data.resize(pdu::data_segment_bytes_of(tapped.bhs));
    dispatch(connection, {pdu::BhsView{tapped.bhs}, tapped.ahs, tapped.data});
  }
  void dispatch(Connection& connection, const pdu::PduView& view) {
    if (connection.session != nullptr) {
      connection.session->handle_pdu(connection, view, now);
    } else {
      front.handle_pdu(connection, view, now);
    }
  }

  void drop_sessions(std::size_t node, bool reset) {
    std::vector<Connection*> ended;
    for (const auto& [tsih, session] : sessions.all())
      if (!session->config().discovery && session->config().node == node)
        for (Connection* connection : session->connections()) ended.push_back(connection);
    for (Connection* connection : ended) {
      connection->is_logged_out = true;
      close(*connection, reset);
    }
    end_retained(node);
  }

  void receive(Connection& connection, std::span<const std::byte> input);
  void take_cut(Connection& connection, std::optional<pdu::TapVerdict::Cut> cut);
  void watch(Connection& connection);
  void look_at(Connection& connection);
  void complete_pending();
};

void TargetServer::Impl::receive(Connection& connection, std::span<const std::byte> input) {
  using Kind = pdu::Framer::Kind;
  while (!connection.is_ending()) {
    const pdu::Framer::Step step = connection.inbox.next(input, now.since_start_ns);
    switch (step.kind) {
      case Kind::need_more:
        take_cut(connection, connection.inbox.poll_cut());
        return;
      case Kind::header:
        break;
      case Kind::pdu:
        ++counters.pdus_received;
        connection.last_heard = now;
        connection.stalled_since.reset();
        release_tapped();
        if (!connection.is_ending()) dispatch(connection, step.pdu);
        break;
      case Kind::discarded:
        connection.stalled_since.reset();
        break;
      case Kind::data_digest_error:
        connection.stalled_since.reset();
        if (connection.session != nullptr)
          connection.session->handle_data_digest_error(connection, step.pdu, now);
        break;
      case Kind::header_digest_error:
      case Kind::violation:
        violated(connection,
                 step.kind == Kind::violation ? step.error.reason : "the header digest is wrong");
        // The stream cannot be trusted from here on.                                    §7.7, §7.9
        return close_now(connection, true);
    }
  }
}

void TargetServer::Impl::take_cut(Connection& connection, std::optional<pdu::TapVerdict::Cut> cut) {
  if (!cut || connection.closing) return;
  if (*cut == pdu::TapVerdict::Cut::silence) return connection.outbox.silence();
  if (*cut == pdu::TapVerdict::Cut::half_close) {
    connection.outbox.silence();
    actions.push_back(runtime::HalfClose{connection.id});
    return;
  }
  close_now(connection, *cut == pdu::TapVerdict::Cut::reset);
}

/// Makes sure that the connection is looked at when its next deadline comes.
void TargetServer::Impl::watch(Connection& connection) {
  if (connection.closing) return;
  const auto need = [&](std::optional<TimePoint> at) {
    if (at) timers.need(connection, *at);
  };
  need(connection.login_deadline);
  need(connection.logout_deadline);
  need(connection.ping_deadline);
  need(connection.linger_deadline);
  if (connection.inbox.held_bytes() > 0) {
    if (!connection.stalled_since) connection.stalled_since = now;
    need(*connection.stalled_since + config.stalled_pdu_timeout);
  }
  if (connection.session != nullptr && config.nop_interval.count() > 0 && !connection.ping_deadline)
    need(connection.last_heard + config.nop_interval);
  if (const auto held = connection.outbox.next_timeout_ns()) need(TimePoint{*held});
  if (connection.is_ending()) return;  // nothing is received any more
  if (const auto held = connection.inbox.next_timeout_ns()) need(TimePoint{*held});
}

/// A deadline of the connection may have come.
void TargetServer::Impl::look_at(Connection& connection) {
  const auto is_due = [&](std::optional<TimePoint> at) { return at && *at <= now; };
  connection.outbox.handle_timeout(now.since_start_ns);
  take_cut(connection, connection.outbox.poll_cut());
  wants_transmit(connection);
  if (connection.closing) return;
  if (connection.inbox.next_timeout_ns()) receive(connection, {});
  if (connection.closing) return;
  if (is_due(connection.login_deadline) || is_due(connection.logout_deadline) ||
      is_due(connection.ping_deadline))
    return close_now(connection, false);
  // A peer that does not take our last word is reset.
  if (is_due(connection.linger_deadline)) return close_now(connection, true);
  if (connection.inbox.held_bytes() > 0 && connection.stalled_since &&
      is_due(*connection.stalled_since + config.stalled_pdu_timeout))
    return close_now(connection, true);
  if (connection.session != nullptr && config.nop_interval.count() > 0 &&
      !connection.ping_deadline && is_due(connection.last_heard + config.nop_interval)) {
    connection.ping_deadline = now + config.nop_timeout;
    connection.session->ping(connection, now);
  }
}

void TargetServer::Impl::complete_pending() {
  for (std::size_t node = 0; node < busy_devices.size(); ++node) {
    if (!busy_devices[node]) continue;
    Device& device = *config.nodes[node].device;
    while (Task* task = device.poll_completion(now.since_start_ns)) {
      Command& command = *static_cast<Command*>(task->owner);
      Connection* connection = command.connection;
      command.session->handle_completion(command, now);  // the command is gone after this
      if (connection != nullptr) watch(*connection);
    }
  }
}

TargetServer::TargetServer(TargetServerConfig config, runtime::Entropy& entropy, pdu::Tap* tap)
    : impl_(std::make_unique<Impl>(std::move(config), entropy, tap)) {}
TargetServer::~TargetServer() = default;

void TargetServer::set_portal(std::size_t index, runtime::Endpoint where) {
  impl_->config.portals[index] = std::move(where);
}

std::vector<SessionSummary> TargetServer::sessions() const {
  std::vector<SessionSummary> found;
  for (const auto& [tsih, session] : impl_->sessions.all()) {
    const TargetSession::Config& config = session->config();
    found.push_back(
        {.node = config.node,
         .initiator_name = config.initiator_name,
         .isid = config.isid,
         .tsih = tsih,
         .discovery = config.discovery,
         .connections = static_cast<std::uint32_t>(session->connections().size()),
         .outstanding_tasks = static_cast<std::uint32_t>(session->outstanding_tasks())});
  }
  return found;
}

std::vector<ConnectionSummary> TargetServer::connections() const {
  std::vector<ConnectionSummary> found;
  for (const auto& [id, connection] : impl_->connections) {
    ConnectionSummary summary{.id = id, .peer = connection->peer, .local = connection->local};
    if (connection->session != nullptr) {
      summary.full_feature = true;
      summary.tsih = connection->session->config().tsih;
      summary.cid = connection->cid;
    }
    found.push_back(std::move(summary));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return found;
}

const ServerCounters& TargetServer::counters() const { return impl_->counters; }

void TargetServer::request_logout(std::size_t node, std::uint16_t time3_s, TimePoint now) {
  impl_->now = now;
  for (const auto& [tsih, session] : impl_->sessions.all()) {
    if (session->config().discovery || session->config().node != node) continue;
    for (Connection* connection : session->connections()) {
      session->request_logout(*connection, time3_s, now);
      connection->logout_deadline = now + std::chrono::seconds{time3_s};
      impl_->watch(*connection);
    }
  }
  impl_->settle();
}

void TargetServer::drop_sessions(std::size_t node, bool reset, TimePoint now) {
  impl_->now = now;
  impl_->drop_sessions(node, reset);
  impl_->settle();
}

void TargetServer::close_all(TimePoint now, const std::optional<runtime::Endpoint>& local) {
  impl_->now = now;
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : impl_->connections)
    if (!connection->closing && (!local || connection->local == *local)) ids.push_back(id);
  std::sort(ids.begin(), ids.end());  // the same order in every run
  for (const ConnectionId id : ids) {
    Connection* connection = impl_->find(id);
    if (connection == nullptr) continue;
    connection->is_logged_out = !local;  // whoever restarts has kept nothing
    impl_->close_now(*connection, true);
  }
  if (!local) impl_->end_retained({});
}

void TargetServer::set_accepting_logins(bool accepts) { impl_->config.accepts_logins = accepts; }

void TargetServer::set_portal_group_tag(std::size_t node, std::uint16_t tag) {
  impl_->config.nodes[node].portal_group_tag = tag;
}

void TargetServer::restart_tsih() { impl_->sessions.restart_tsih(); }

void TargetServer::handle_connected(ConnectionId id, const runtime::Endpoint& peer,
                                    const runtime::Endpoint& local, TimePoint now) {
  Impl& s = *impl_;
  s.now = now;
  ++s.counters.connections;
  if (s.connections.size() >= s.config.connections_max) {
    s.actions.push_back(runtime::Close{id, true});
    return;
  }
  auto connection =
      std::make_unique<Connection>(id, pdu::FramerLimits{}, s.config.first_stat_sn, s.tap);
  connection->portal = s.portal_of(local);
  connection->local = local;
  connection->peer = peer;
  connection->last_heard = now;
  s.front.accept(*connection, now);
  Connection& opened = *s.connections.emplace(id, std::move(connection)).first->second;
  if (s.tap != nullptr) s.cut_opened(opened);
  s.watch(opened);
}

void TargetServer::handle_bytes(ConnectionId id, std::span<const std::byte> input, TimePoint now) {
  Impl& s = *impl_;
  s.now = now;
  s.counters.bytes_received += input.size();
  Connection* connection = s.find(id);
  if (connection == nullptr || connection->closing) return;
  s.receive(*connection, input);
  s.watch(*connection);
  s.settle();
}

void TargetServer::handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint now) {
  Impl& s = *impl_;
  s.now = now;
  s.counters.bytes_sent += bytes;
  Connection* connection = s.find(id);
  if (connection == nullptr) return;
  connection->outbox.sent(bytes);
  if (connection->closing) return;
  s.take_cut(*connection, connection->outbox.poll_cut());
  if (connection->session != nullptr) connection->session->continue_sending(*connection, now);
  if (!connection->outbox.is_idle()) s.wants_transmit(*connection);
  if (connection->close_when_sent) s.ending.push_back(id);
  s.settle();
}

void TargetServer::handle_closed(ConnectionId id, runtime::CloseReason, TimePoint now) {
  Impl& s = *impl_;
  s.now = now;
  Connection* connection = s.find(id);
  if (connection == nullptr) return;
  s.leave_session(*connection);
  s.forget(*connection);
}

void TargetServer::handle_released(ConnectionId id, TimePoint now) {
  impl_->now = now;
  if (Connection* connection = impl_->find(id)) impl_->forget(*connection);
}

void TargetServer::handle_timeout(TimePoint now) {
  Impl& s = *impl_;
  s.now = now;
  s.complete_pending();
  if (!s.retaining.empty()) s.let_go_of_retained();
  // Whatever needs to be looked at again, even at once, is due in the next call: a connection that
  // does not let time pass is seen by the world.
  s.due.clear();
  while (const auto due = s.timers.take_due(now)) s.due.push_back(*due);
  for (const ConnectionId id : s.due) {
    Connection* connection = s.find(id);
    if (connection == nullptr) continue;
    connection->timer_at.reset();
    s.look_at(*connection);
    s.watch(*connection);
  }
  s.settle();
}

std::optional<runtime::Transmit> TargetServer::poll_transmit(TimePoint now) {
  Impl& s = *impl_;
  s.now = now;
  while (!s.ready.empty()) {
    const ConnectionId id = s.ready.back();
    s.ready.pop_back();
    Connection* connection = s.find(id);
    if (connection == nullptr) continue;
    connection->queued_for_transmit = false;
    if (connection->closing) continue;
    const auto slices = connection->outbox.gather();
    if (!slices.empty()) return runtime::Transmit{id, slices, connection->outbox.gathered_bytes()};
  }
  return std::nullopt;
}

std::optional<runtime::Action> TargetServer::poll_action() {
  Impl& s = *impl_;
  if (s.actions.empty()) return std::nullopt;
  runtime::Action action = std::move(s.actions.front());
  s.actions.pop_front();
  return action;
}

std::optional<TimePoint> TargetServer::poll_timeout() const {
  std::optional<TimePoint> next = impl_->timers.next();
  for (std::size_t node = 0; node < impl_->busy_devices.size(); ++node) {
    if (!impl_->busy_devices[node]) continue;
    const auto at = impl_->config.nodes[node].device->poll_timeout();
    if (at && (!next || TimePoint{*at} < *next)) next = TimePoint{*at};
  }
  for (const std::uint16_t tsih : impl_->retaining) {
    const TargetSession* session = impl_->sessions.find(tsih);
    const auto at = session == nullptr ? std::nullopt : session->retention_deadline();
    if (at && (!next || *at < *next)) next = *at;
  }
  const auto tapped = impl_->tap != nullptr ? impl_->tap->poll_timeout() : std::nullopt;
  if (tapped && (!next || TimePoint{*tapped} < *next)) next = TimePoint{*tapped};
  return next;
}

bool TargetServer::wants_bytes(ConnectionId id) const {
  const auto found = impl_->connections.find(id);
  if (found == impl_->connections.end()) return false;
  const Connection& connection = *found->second;
  return !connection.is_ending() &&
         connection.outbox.queued_bytes() < impl_->config.send_queue_bytes_max &&
         !connection.inbox.is_holding(impl_->now.since_start_ns);
}

}  // namespace lunsim::target_sim
