#include "target_sim/smb_server/smb_server.hpp"

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::smb_server {

using runtime::ConnectionId;

namespace {

constexpr std::size_t kPrefixBytes = 4;
// Session services of NetBIOS (RFC 1002 §4.3.1) that may stand on port 445 too.
constexpr std::uint8_t kSessionMessage = 0;
constexpr std::uint8_t kKeepAlive = 0x85;

}  // namespace

void SmbServer::handle_connected(ConnectionId id, const runtime::Endpoint& peer,
                                 const runtime::Endpoint&, TimePoint) {
  Peer& added = peers_[id];
  if (peers_.size() > kPeersMax) {
    close(id, added);
    return;
  }
  added.connection = std::make_unique<Connection>(state_, peer.address);
}

void SmbServer::handle_bytes(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  const auto found = peers_.find(id);
  if (found == peers_.end() || !found->second.connection) return;
  Peer& peer = found->second;
  peer.incoming.insert(peer.incoming.end(), bytes.begin(), bytes.end());
  take_frames(id, peer, now);
}

void SmbServer::take_frames(ConnectionId id, Peer& peer, TimePoint now) {
  std::size_t at = 0;
  while (peer.connection && peer.incoming.size() - at >= kPrefixBytes) {
    const std::byte* prefix = peer.incoming.data() + at;
    const std::uint8_t type = bytes::load_u8(prefix);
    const std::size_t size = bytes::load_be24(prefix + 1);
    if ((type != kSessionMessage && type != kKeepAlive) || size > Connection::kFrameBytesMax) {
      close(id, peer);
      break;
    }
    if (peer.incoming.size() - at - kPrefixBytes < size) break;
    const auto frame = std::span<const std::byte>(peer.incoming).subspan(at + kPrefixBytes, size);
    at += kPrefixBytes + size;
    if (type == kKeepAlive) continue;
    auto answer = peer.connection->handle_frame(frame, now);
    for (auto& out : answer.frames) {
      peer.unsent_bytes += out.size();
      peer.unsent.push_back(std::move(out));
    }
    if (!answer.is_alive) close(id, peer);
  }
  if (peer.connection) {
    peer.incoming.erase(peer.incoming.begin(),
                        peer.incoming.begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    peer.incoming.clear();
  }
}

/// What was answered before still goes out.
void SmbServer::close(ConnectionId id, Peer& peer) {
  peer.connection.reset();
  peer.closes_when_sent = true;
  if (peer.unsent.empty()) actions_.push_back(runtime::Close{id, false});
}

void SmbServer::handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  peer.in_flight -= bytes;
  peer.unsent_bytes -= bytes;
  if (peer.in_flight > 0) return;
  for (; peer.in_flight_frames > 0; --peer.in_flight_frames) peer.unsent.pop_front();
  if (peer.unsent.empty() && peer.closes_when_sent) actions_.push_back(runtime::Close{id, false});
}

void SmbServer::handle_closed(ConnectionId id, runtime::CloseReason, TimePoint) {
  peers_.erase(id);
}

void SmbServer::handle_released(ConnectionId id, TimePoint) { peers_.erase(id); }

std::optional<runtime::Transmit> SmbServer::poll_transmit(TimePoint) {
  for (auto& [id, peer] : peers_) {
    if (peer.in_flight > 0 || peer.unsent.empty()) continue;
    slices_.clear();
    for (const auto& frame : peer.unsent) {
      if (slices_.size() == runtime::kTransmitSlicesMax) break;
      slices_.emplace_back(frame);
      peer.in_flight += frame.size();
    }
    peer.in_flight_frames = slices_.size();
    return runtime::Transmit{id, slices_, peer.in_flight};
  }
  return std::nullopt;
}

std::optional<runtime::Action> SmbServer::poll_action() {
  if (actions_.empty()) return std::nullopt;
  runtime::Action action = actions_.front();
  actions_.pop_front();
  return action;
}

bool SmbServer::wants_bytes(ConnectionId id) const {
  const auto found = peers_.find(id);
  return found != peers_.end() && found->second.connection &&
         found->second.unsent_bytes < kUnsentBytesMax;
}

}  // namespace lunsim::smb_server
