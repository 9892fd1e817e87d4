// The fake SMB server as an engine: bytes of many connections in, bytes out, time and chance as
// arguments. Cuts the stream into frames and keeps what is to be sent; what a message means is said
// by Connection. MS-SMB2 §2.1, §3.3
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "runtime/ports/engine.hpp"
#include "target_sim/smb_server/connection.hpp"

namespace lunsim::smb_server {

class SmbServer final : public runtime::Engine {
 public:
  /// `entropy` outlives it.
  SmbServer(ServerConfig config, runtime::Entropy& entropy) : state_(std::move(config), entropy) {}

  void handle_connected(runtime::ConnectionId, const runtime::Endpoint& peer,
                        const runtime::Endpoint& local, TimePoint now) override;
  void handle_bytes(runtime::ConnectionId, std::span<const std::byte>, TimePoint now) override;
  void handle_transmitted(runtime::ConnectionId, std::size_t bytes, TimePoint now) override;
  void handle_closed(runtime::ConnectionId, runtime::CloseReason, TimePoint now) override;
  void handle_released(runtime::ConnectionId, TimePoint now) override;
  void handle_timeout(TimePoint) override {}
  std::optional<runtime::Transmit> poll_transmit(TimePoint now) override;
  std::optional<runtime::Action> poll_action() override;
  std::optional<TimePoint> poll_timeout() const override { return std::nullopt; }
  bool wants_bytes(runtime::ConnectionId) const override;

  const SessionTable& sessions() const { return state_.sessions; }
  std::size_t connections() const { return peers_.size(); }

  /// What waits to be sent to one peer before no more is read from it, and how many peers there may
  /// be.
  static constexpr std::size_t kUnsentBytesMax = std::size_t{4} << 20;
  static constexpr std::size_t kPeersMax = 4096;

 private:
  struct Peer {
    std::unique_ptr<Connection> connection;  // null once it is being closed
    std::vector<std::byte> incoming;
    std::deque<std::vector<std::byte>> unsent;
    std::size_t unsent_bytes = 0;
    std::size_t in_flight = 0;
    std::size_t in_flight_frames = 0;
    bool closes_when_sent = false;
  };
  void take_frames(runtime::ConnectionId id, Peer& peer, TimePoint now);
  void close(runtime::ConnectionId id, Peer& peer);

  ServerState state_;
  std::map<runtime::ConnectionId, Peer> peers_;
  std::deque<runtime::Action> actions_;
  std::vector<std::span<const std::byte>> slices_;
};

}  // namespace lunsim::smb_server
