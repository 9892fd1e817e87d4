// Whether anybody takes a TCP connection at an address: a connection is opened and closed, and
// nothing is said on it.
#pragma once

#include <optional>
#include <string>

#include "runtime/ports/world.hpp"

namespace lunsim::initiator {

class ServerProbe final : public runtime::Engine {
 public:
  /// Attaches itself to `world` at `address` and asks for the connection; `world` outlives it.
  ServerProbe(runtime::World& world, const std::string& address, runtime::Endpoint server,
              runtime::Duration timeout);
  ~ServerProbe() override;
  ServerProbe(const ServerProbe&) = delete;
  ServerProbe& operator=(const ServerProbe&) = delete;

  bool has_ended() const { return is_taken_ || failure_.has_value(); }
  /// Empty while it goes on, and when somebody took the connection.
  const std::optional<runtime::CloseReason>& failure() const { return failure_; }

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
  runtime::World& world_;
  std::optional<runtime::Action> action_;
  runtime::TimePoint deadline_;
  bool is_taken_ = false;
  std::optional<runtime::CloseReason> failure_;
};

}  // namespace lunsim::initiator
