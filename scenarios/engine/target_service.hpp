// The target program as something that can be down, booting or paused: an engine around the target
// server that keeps the world from it, or it from the world. What happens inside it is the
// server's; nothing here knows a PDU.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "runtime/ports/engine.hpp"
#include "target_sim/session/target_server.hpp"

namespace lunsim::scenarios {

class TargetService final : public runtime::Engine {
 public:
  explicit TargetService(std::unique_ptr<target_sim::TargetServer> server)
      : server_(std::move(server)) {}

  target_sim::TargetServer& server() { return *server_; }

  // From outside; World::wake() afterwards.
  /// Every connection is reset, and for `down` so is every new one; then logins are told
  /// "service unavailable" (0301h) for `booting`.
  void go_down(runtime::Duration down, runtime::Duration booting, runtime::TimePoint now);
  void boot(runtime::Duration booting, runtime::TimePoint now);
  /// Reads, says and times out nothing for so long; connections stay open and come in.
  void pause(runtime::Duration length, runtime::TimePoint now);
  /// Connections through this portal are reset, now and until it is up again.
  void set_portal_down(const runtime::Endpoint& local, bool down, runtime::TimePoint now);
  /// Done once the server has finished with what came in, or at once if nothing is under way.
  void defer(std::function<void(runtime::TimePoint)> what);

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
  using Event = std::function<void(runtime::TimePoint)>;
  /// Now, or when the pause is over.
  void pass_on(Event event, runtime::TimePoint now);
  void settle(runtime::TimePoint now);
  bool is_refused(const runtime::Endpoint& local, runtime::TimePoint now) const;

  std::unique_ptr<target_sim::TargetServer> server_;
  std::optional<runtime::TimePoint> up_at_, booted_at_, resumed_at_;
  std::vector<runtime::Endpoint> down_portals_;
  std::set<runtime::ConnectionId> refused_;  // reset without the server having heard of them
  std::deque<runtime::Action> actions_;
  std::vector<Event> paused_events_, deferred_;  // bounded by what the world had under way
};

}  // namespace lunsim::scenarios
