// An engine for the tests of worlds: it connects, sends, echoes, refuses bytes and closes as it is
// told, and keeps what it saw. Memory that has left is overwritten, so that a world that still
// needs it carries rubbish.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/ports/engine.hpp"

namespace lunsim::runtime::testing {

/// Bytes whose order can be told: no short period.
inline std::vector<std::byte> pattern(std::size_t size, std::uint32_t seed = 1) {
  std::vector<std::byte> bytes(size);
  std::uint32_t state = seed;
  for (std::byte& b : bytes) {
    state = state * 1664525u + 1013904223u;
    b = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

class TestEngine final : public Engine {
 public:
  struct Connection {
    Endpoint peer, local;
    bool is_connected = false;
    bool wants = true;
    bool echoes = false;
    bool closes_when_sent = false;
    std::optional<CloseReason> closed;
    int released = 0;
    std::vector<std::byte> received;
    std::size_t transmitted = 0;
    std::deque<std::vector<std::byte>> blocks;
    std::size_t in_flight = 0;
    std::size_t in_flight_blocks = 0;
  };

  explicit TestEngine(bool echoes = false) : echoes_(echoes) {}

  ConnectionId connect(const Endpoint& to) {
    const ConnectionId id{next_id_++};
    connections[id];
    actions_.push_back(Connect{id, to});
    return id;
  }
  void send(ConnectionId id, std::span<const std::byte> bytes) {
    constexpr std::size_t kBlock = 5000;
    for (std::size_t at = 0; at < bytes.size(); at += kBlock) {
      const auto piece = bytes.subspan(at, std::min(kBlock, bytes.size() - at));
      connections[id].blocks.emplace_back(piece.begin(), piece.end());
    }
  }
  void close(ConnectionId id, bool reset) { actions_.push_back(Close{id, reset}); }

  /// The only connection, or the first.
  Connection& only() { return connections.begin()->second; }
  ConnectionId only_id() const { return connections.begin()->first; }

  void handle_connected(ConnectionId id, const Endpoint& peer, const Endpoint& local,
                        TimePoint) override {
    Connection& c = connections[id];
    c.peer = peer;
    c.local = local;
    c.is_connected = true;
    c.echoes = echoes_;
    c.wants = accepts_bytes;
  }
  void handle_bytes(ConnectionId id, std::span<const std::byte> bytes, TimePoint) override {
    Connection& c = connections.at(id);
    if (c.echoes) {
      send(id, bytes);
    } else {
      c.received.insert(c.received.end(), bytes.begin(), bytes.end());
    }
  }
  void handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint) override {
    Connection& c = connections.at(id);
    c.transmitted += bytes;
    c.in_flight -= bytes;
    if (c.in_flight > 0) return;
    for (; c.in_flight_blocks > 0; --c.in_flight_blocks) {
      std::ranges::fill(c.blocks.front(), std::byte{0xdd});
      c.blocks.pop_front();
    }
    if (c.blocks.empty() && c.closes_when_sent) close(id, false);
  }
  void handle_closed(ConnectionId id, CloseReason reason, TimePoint) override {
    forget(connections.at(id));
    connections.at(id).closed = reason;
  }
  void handle_released(ConnectionId id, TimePoint) override {
    forget(connections.at(id));
    ++connections.at(id).released;
  }
  void handle_timeout(TimePoint now) override {
    timeouts.push_back(now);
    deadline = timeouts.size() < timeouts_wanted ? std::optional(now + timeout_step) : std::nullopt;
  }

  std::optional<Transmit> poll_transmit(TimePoint) override {
    for (auto& [id, c] : connections) {
      if (!c.is_connected || c.in_flight > 0 || c.blocks.empty()) continue;
      slices_.clear();
      for (const auto& block : c.blocks) {
        if (slices_.size() == kTransmitSlicesMax) break;
        slices_.emplace_back(block);
        c.in_flight += block.size();
      }
      c.in_flight_blocks = slices_.size();
      return Transmit{id, slices_, c.in_flight};
    }
    return std::nullopt;
  }
  std::optional<Action> poll_action() override {
    if (actions_.empty()) return std::nullopt;
    Action action = actions_.front();
    actions_.pop_front();
    if (const Close* close = std::get_if<Close>(&action)) {
      connections.at(close->connection).is_connected = false;
    }
    return action;
  }
  std::optional<TimePoint> poll_timeout() const override { return deadline; }
  bool wants_bytes(ConnectionId id) const override {
    const Connection& c = connections.at(id);
    return c.wants && (!c.echoes || c.blocks.size() < 200);
  }

  std::map<ConnectionId, Connection> connections;
  bool accepts_bytes = true;
  std::optional<TimePoint> deadline;
  std::size_t timeouts_wanted = 0;
  Duration timeout_step{0};
  std::vector<TimePoint> timeouts;

 private:
  static void forget(Connection& c) {
    c.is_connected = false;
    c.blocks.clear();
    c.in_flight = 0;
    c.in_flight_blocks = 0;
  }

  bool echoes_;
  std::uint32_t next_id_ = 1;
  std::deque<Action> actions_;
  std::vector<std::span<const std::byte>> slices_;
};

}  // namespace lunsim::runtime::testing
