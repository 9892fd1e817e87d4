// Our initiator with something to do: logs in, looks at the LUN, writes, reads back, has several
// commands under way, logs out. Logs in again after it was thrown out, as its reconnector says.
// What cases for initiators are proved on.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "conformance/harness/initiator_case.hpp"
#include "initiator/driver/reconnector.hpp"
#include "initiator/session/initiator_session.hpp"

namespace lunsim::conform {

class DrivenSession final : public runtime::Engine {
 public:
  /// Once `is_dead` points to true it hangs: it sends what it had to say, and then neither hears
  /// nor closes anything. May be null.
  DrivenSession(initiator::SessionConfig config, runtime::Entropy& entropy, pdu::Tap* tap,
                const bool* is_dead = nullptr);

  void start(runtime::TimePoint now);
  bool has_ended() const { return has_ended_; }
  const std::string& end() const { return end_; }

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
  std::optional<runtime::Action> poll_action() override { return session_.poll_action(); }
  std::optional<runtime::TimePoint> poll_timeout() const override;
  bool wants_bytes(runtime::ConnectionId id) const override { return session_.wants_bytes(id); }

 private:
  /// Commands that go out together; the next step follows when all have come back.
  using Step = std::vector<initiator::ScsiRequest>;
  void turn(runtime::TimePoint now);
  void handle(const initiator::Event& event, runtime::TimePoint now);
  void go_on(runtime::TimePoint now);
  void finish(std::string how);

  bool hangs() const { return is_dead_ != nullptr && *is_dead_; }

  const bool* is_dead_;
  bool is_discovery_;
  initiator::InitiatorSession session_;
  initiator::Reconnector reconnector_;
  std::vector<Step> script_;
  std::size_t next_step_ = 0;
  std::size_t under_way_ = 0;
  int failures_ = 0;
  bool leaves_ = false;  // logs out, or has
  bool has_ended_ = false;
  std::string end_;
};

/// Grounds with this initiator: healthy, or with the mutant's spoil on its wire. `target` is whom
/// it logs in to, with its credentials and the secret that it wants of the target.
InitiatorGroundMaker driven_grounds(const InitiatorMutant* mutant, const JudgedTarget& target,
                                    std::uint64_t seed = 1);
/// Whom the proofs play.
JudgedTarget played_target();

}  // namespace lunsim::conform
