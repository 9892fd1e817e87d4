// The fake SMB server as an engine: bytes of many connections in, bytes out, time and chance as
// arguments. Cuts the stream into frames and keeps what is to be sent; what a message means is said
// by Connection. MS-SMB2 §2.1, §3.3
#pragma once

#include <chrono>
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
  /// `entropy` and `tap` (null: none) outlive it.
  SmbServer(ServerConfig config, runtime::Entropy& entropy, MessageTap* tap = nullptr)
      : state_(std::move(config), entropy, tap) {}

  // From outside; World::wake() afterwards.
  /// Of this client and user; an empty name counts for all. Who made one learns it at its next
  /// message. Returns  how many
  std::size_t end_sessions(std::u16string_view client, std::u16string_view user) {
    return state_.sessions.end(client, user);
  }
  void add_session(const DeclaredSession& session, TimePoint now) {
    state_.sessions.add(session, now);
  }
  /// Every client must log in anew.
  void expire_sessions(TimePoint now);
  void drop_connections(bool by_reset);

  void handle_connected(runtime::ConnectionId, const runtime::Endpoint& peer,
                        const runtime::Endpoint& local, TimePoint now) override;
  void handle_bytes(runtime::ConnectionId, std::span<const std::byte>, TimePoint now) override;
  void handle_transmitted(runtime::ConnectionId, std::size_t bytes, TimePoint now) override;
  void handle_closed(runtime::ConnectionId, runtime::CloseReason, TimePoint now) override;
  void handle_released(runtime::ConnectionId, TimePoint now) override;
  void handle_timeout(TimePoint now) override;
  std::optional<runtime::Transmit> poll_transmit(TimePoint now) override;
  std::optional<runtime::Action> poll_action() override;
  std::optional<TimePoint> poll_timeout() const override;
  bool wants_bytes(runtime::ConnectionId) const override;

  const SessionTable& sessions() const { return state_.sessions; }
  std::size_t connections() const { return peers_.size(); }

  /// What waits to be sent to one peer before no more is read from it, and how many peers there may
  /// be.
  static constexpr std::size_t kUnsentBytesMax = std::size_t{4} << 20;
  static constexpr std::size_t kPeersMax = 4096;
  /// So long a peer that has not logged in may leave a frame unfinished.
  static constexpr runtime::Duration kHalfFrameMax = std::chrono::seconds(60);

 private:
  /// A frame that has its turn at a certain time only, or behind the one after it.
  struct Waiting {
    std::vector<std::byte> bytes;
    TimePoint due;
    bool is_overtaken = false;
    FrameVerdict::Cut cut = FrameVerdict::Cut::no;  // of the connection, behind it
    std::optional<smb::NtStatus> refusal;           // of what came
  };
  struct Peer {
    std::unique_ptr<Connection> connection;  // null once it is being closed
    std::vector<std::byte> incoming;
    TimePoint last_heard;
    std::deque<Waiting> unread;  // came, and is not to be looked at yet
    std::deque<Waiting> unsent;
    std::size_t unsent_bytes = 0;
    std::size_t in_flight = 0;
    std::size_t in_flight_frames = 0;
    bool closes_when_sent = false;
  };
  void take_frames(runtime::ConnectionId id, Peer& peer, TimePoint now);
  void take_frame(runtime::ConnectionId id, Peer& peer, smb::Span frame, TimePoint now);
  void handle_frame(runtime::ConnectionId id, Peer& peer, smb::Span frame,
                    std::optional<smb::NtStatus> refusal, TimePoint now);
  void read_waiting(runtime::ConnectionId id, Peer& peer, TimePoint now);
  void put(Peer& peer, Connection::Frame frame, TimePoint now);
  /// Cuts the connection if what was to be sent before that is sent.
  void cut_if_due(runtime::ConnectionId id, Peer& peer, TimePoint now);
  void close(runtime::ConnectionId id, Peer& peer, bool by_reset = false);
  /// When a peer's half frame ends its connection, if it does.
  static std::optional<TimePoint> patience_with(const Peer& peer);

  ServerState state_;
  std::map<runtime::ConnectionId, Peer> peers_;
  std::deque<runtime::Action> actions_;
  std::vector<std::span<const std::byte>> slices_;
};

}  // namespace lunsim::smb_server
