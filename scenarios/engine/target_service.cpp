#include "scenarios/engine/target_service.hpp"

#include <algorithm>

namespace lunsim::scenarios {

using runtime::ConnectionId;
using runtime::TimePoint;

void TargetService::go_down(runtime::Duration down, runtime::Duration booting, TimePoint now) {
  server_->close_all(now);
  up_at_ = now + down;
  booted_at_ = now + down + booting;
  server_->set_accepting_logins(false);
}

void TargetService::boot(runtime::Duration booting, TimePoint now) {
  booted_at_ = now + booting;
  server_->set_accepting_logins(false);
}

void TargetService::pause(runtime::Duration length, TimePoint now) { resumed_at_ = now + length; }

void TargetService::set_portal_down(const runtime::Endpoint& local, bool down, TimePoint now) {
  std::erase(down_portals_, local);
  if (!down) return;
  down_portals_.push_back(local);
  server_->close_all(now, local);
}

void TargetService::defer(Event what) { deferred_.push_back(std::move(what)); }

void TargetService::settle(TimePoint now) {
  std::vector<Event> due;
  due.swap(deferred_);
  for (const Event& event : due) event(now);
}

void TargetService::pass_on(Event event, TimePoint now) {
  if (resumed_at_) {
    paused_events_.push_back(std::move(event));
    return;
  }
  event(now);
  settle(now);
}

bool TargetService::is_refused(const runtime::Endpoint& local, TimePoint now) const {
  if (up_at_ && now < *up_at_) return true;
  return std::find(down_portals_.begin(), down_portals_.end(), local) != down_portals_.end();
}

void TargetService::handle_connected(ConnectionId id, const runtime::Endpoint& peer,
                                     const runtime::Endpoint& local, TimePoint now) {
  if (is_refused(local, now)) {
    refused_.insert(id);
    actions_.push_back(runtime::Close{id, true});
    return;
  }
  pass_on([=, this](TimePoint at) { server_->handle_connected(id, peer, local, at); }, now);
}

void TargetService::handle_bytes(ConnectionId id, std::span<const std::byte> input, TimePoint now) {
  if (refused_.contains(id)) return;
  if (!resumed_at_) {  // no copy
    server_->handle_bytes(id, input, now);
    return settle(now);
  }
  std::vector<std::byte> kept(input.begin(), input.end());
  pass_on([this, id, kept = std::move(kept)](TimePoint at) { server_->handle_bytes(id, kept, at); },
          now);
}

void TargetService::handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint now) {
  server_->handle_transmitted(id, bytes, now);
  settle(now);
}

void TargetService::handle_closed(ConnectionId id, runtime::CloseReason reason, TimePoint now) {
  if (refused_.erase(id) > 0) return;
  pass_on([=, this](TimePoint at) { server_->handle_closed(id, reason, at); }, now);
}

void TargetService::handle_released(ConnectionId id, TimePoint now) {
  if (refused_.erase(id) > 0) return;
  server_->handle_released(id, now);
}

void TargetService::handle_timeout(TimePoint now) {
  if (resumed_at_ && now < *resumed_at_) return;
  resumed_at_.reset();
  std::vector<Event> kept;
  kept.swap(paused_events_);
  for (const Event& event : kept) event(now);
  if (up_at_ && now >= *up_at_) up_at_.reset();
  if (booted_at_ && now >= *booted_at_) {
    booted_at_.reset();
    server_->set_accepting_logins(true);
  }
  server_->handle_timeout(now);
  settle(now);
}

std::optional<runtime::Transmit> TargetService::poll_transmit(TimePoint now) {
  if (resumed_at_) return std::nullopt;
  return server_->poll_transmit(now);
}

std::optional<runtime::Action> TargetService::poll_action() {
  if (!actions_.empty()) {
    const runtime::Action action = actions_.front();
    actions_.pop_front();
    return action;
  }
  return server_->poll_action();
}

std::optional<TimePoint> TargetService::poll_timeout() const {
  if (resumed_at_) return resumed_at_;
  std::optional<TimePoint> next = server_->poll_timeout();
  for (const auto& at : {up_at_, booted_at_})
    if (at && (!next || *at < *next)) next = at;
  return next;
}

bool TargetService::wants_bytes(ConnectionId id) const {
  return !resumed_at_ && server_->wants_bytes(id);
}

}  // namespace lunsim::scenarios
