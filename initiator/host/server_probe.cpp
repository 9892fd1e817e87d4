#include "initiator/host/server_probe.hpp"

#include <utility>

namespace lunsim::initiator {
namespace {

constexpr runtime::ConnectionId kConnection{1};

}  // namespace

ServerProbe::ServerProbe(runtime::World& world, const std::string& address,
                         runtime::Endpoint server, runtime::Duration timeout)
    : world_(world),
      action_(runtime::Connect{kConnection, std::move(server)}),
      deadline_(world.now() + timeout) {
  world_.attach(*this, address, {});
  world_.wake(*this);
}

ServerProbe::~ServerProbe() { world_.detach(*this); }

void ServerProbe::handle_connected(runtime::ConnectionId, const runtime::Endpoint&,
                                   const runtime::Endpoint&, runtime::TimePoint) {
  if (has_ended()) return;
  is_taken_ = true;
  action_ = runtime::Close{kConnection, false};
}

void ServerProbe::handle_bytes(runtime::ConnectionId, std::span<const std::byte>,
                               runtime::TimePoint) {}
void ServerProbe::handle_transmitted(runtime::ConnectionId, std::size_t, runtime::TimePoint) {}

void ServerProbe::handle_closed(runtime::ConnectionId, runtime::CloseReason reason,
                                runtime::TimePoint) {
  if (!has_ended()) failure_ = reason;
}

void ServerProbe::handle_released(runtime::ConnectionId, runtime::TimePoint) {}

void ServerProbe::handle_timeout(runtime::TimePoint now) {
  if (!has_ended() && now >= deadline_) failure_ = runtime::CloseReason::timed_out;
}

std::optional<runtime::Transmit> ServerProbe::poll_transmit(runtime::TimePoint) {
  return std::nullopt;
}

std::optional<runtime::Action> ServerProbe::poll_action() {
  return std::exchange(action_, std::nullopt);
}

std::optional<runtime::TimePoint> ServerProbe::poll_timeout() const {
  return has_ended() ? std::nullopt : std::optional(deadline_);
}

bool ServerProbe::wants_bytes(runtime::ConnectionId) const { return true; }

}  // namespace lunsim::initiator
