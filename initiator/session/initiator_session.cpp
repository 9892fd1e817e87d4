#include "initiator/session/initiator_session.hpp"

#include <algorithm>
#include <utility>

#include "initiator/session/session_core.hpp"

namespace lunsim::initiator {

using runtime::ConnectionId;
using runtime::TimePoint;

InitiatorSession::InitiatorSession(SessionConfig config, runtime::Entropy& entropy, pdu::Tap* tap)
    : impl_(std::make_unique<Impl>(std::move(config), entropy, tap)) {}
InitiatorSession::~InitiatorSession() = default;

void InitiatorSession::start(TimePoint now) { impl_->start(now); }
CommandHandle InitiatorSession::submit(ScsiRequest request, TimePoint now) {
  return impl_->submit(std::move(request), now);
}
CommandHandle InitiatorSession::manage(pdu::TaskManagementFunction function,
                                       std::uint64_t lun_field, CommandHandle of, TimePoint now) {
  return impl_->manage(function, LunField{lun_field}, of, now);
}
void InitiatorSession::send_targets(std::string_view what, TimePoint now) {
  impl_->send_targets(what, now);
}
void InitiatorSession::logout(TimePoint now) { impl_->logout(now); }
void InitiatorSession::drop(TimePoint) { impl_->drop(); }

std::optional<Event> InitiatorSession::poll_event() {
  if (impl_->events.empty()) return std::nullopt;
  Event event = std::move(impl_->events.front());
  impl_->events.pop_front();
  return event;
}

InitiatorSession::State InitiatorSession::state() const { return impl_->state; }
const login::InitiatorLogin& InitiatorSession::login() const { return *impl_->login; }
const runtime::Endpoint& InitiatorSession::peer() const { return impl_->peer; }
const runtime::Endpoint& InitiatorSession::local() const { return impl_->local; }
std::size_t InitiatorSession::outstanding() const {
  return impl_->tasks.outstanding() + impl_->tasks.waiting();
}

CmdSn InitiatorSession::next_cmd_sn() const { return impl_->numbering.peek(); }

void InitiatorSession::handle_connected(ConnectionId id, const runtime::Endpoint& peer,
                                        const runtime::Endpoint& local, TimePoint now) {
  if (!impl_->link || impl_->link->id != id) return;
  impl_->handle_connected(peer, local, now);
  impl_->turn(now);
}

void InitiatorSession::handle_bytes(ConnectionId id, std::span<const std::byte> bytes,
                                    TimePoint now) {
  if (!impl_->link || impl_->link->id != id || impl_->state == State::connecting) return;
  impl_->nop.handle_heard(now);
  impl_->receive(bytes, now);
  impl_->turn(now);
}

void InitiatorSession::handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint now) {
  if (impl_->link && impl_->link->id == id) {
    impl_->link->outbox.sent(bytes);
    return impl_->turn(now);
  }
  for (const auto& faded : impl_->fading)
    if (faded->id == id) faded->outbox.sent(bytes);
}

void InitiatorSession::handle_closed(ConnectionId id, runtime::CloseReason reason, TimePoint now) {
  if (!impl_->link || impl_->link->id != id) return handle_released(id, now);
  impl_->link.reset();  // the world keeps no memory of ours, and there is nothing left to close
  const std::uint16_t wait = impl_->is_logged_in() ? impl_->time2wait_s() : std::uint16_t{0};
  impl_->lose(
      {.reason = reason, .by_us = false, .why = runtime::describe(reason), .time2wait_s = wait});
}

void InitiatorSession::handle_released(ConnectionId id, TimePoint) {
  std::erase_if(impl_->fading, [&](const auto& faded) { return faded->id == id; });
}

void InitiatorSession::handle_timeout(TimePoint now) { impl_->handle_timeout(now); }

std::optional<runtime::Transmit> InitiatorSession::poll_transmit(TimePoint) {
  if (!impl_->link) return std::nullopt;
  session::Outbox& outbox = impl_->link->outbox;
  const auto slices = outbox.gather();
  if (slices.empty()) return std::nullopt;
  return runtime::Transmit{impl_->link->id, slices, outbox.gathered_bytes()};
}

std::optional<runtime::Action> InitiatorSession::poll_action() {
  if (impl_->actions.empty()) return std::nullopt;
  runtime::Action action = std::move(impl_->actions.front());
  impl_->actions.pop_front();
  return action;
}

std::optional<TimePoint> InitiatorSession::poll_timeout() const { return impl_->next_timeout(); }

bool InitiatorSession::wants_bytes(ConnectionId id) const {
  if (!impl_->link || impl_->link->id != id) return true;
  return impl_->link->outbox.queued_bytes() < Impl::kSendBacklogBytesMax &&
         !impl_->link->inbox.next_timeout_ns();
}

}  // namespace lunsim::initiator
