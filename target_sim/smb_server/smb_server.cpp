#include "target_sim/smb_server/smb_server.hpp"

#include <algorithm>
#include <utility>

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
  added.connection = std::make_unique<Connection>(state_, id, peer.address);
}

void SmbServer::handle_bytes(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  const auto found = peers_.find(id);
  if (found == peers_.end() || !found->second.connection) return;
  Peer& peer = found->second;
  peer.last_heard = now;
  peer.incoming.insert(peer.incoming.end(), bytes.begin(), bytes.end());
  take_frames(id, peer, now);
}

void SmbServer::take_frames(ConnectionId id, Peer& peer, TimePoint now) {
  std::size_t at = 0;
  while (peer.connection && peer.incoming.size() - at >= kPrefixBytes) {
    const std::byte* prefix = peer.incoming.data() + at;
    const std::uint8_t type = bytes::load_u8(prefix);
    const std::size_t size = bytes::load_be24(prefix + 1);
    const std::size_t size_max = peer.connection->has_session()
                                     ? Connection::kFrameBytesMax
                                     : Connection::kFrameBytesBeforeLoginMax;
    if ((type != kSessionMessage && type != kKeepAlive) || size > size_max) {
      close(id, peer);
      break;
    }
    if (peer.incoming.size() - at - kPrefixBytes < size) break;
    const auto frame = std::span<const std::byte>(peer.incoming).subspan(at + kPrefixBytes, size);
    at += kPrefixBytes + size;
    if (type == kSessionMessage) take_frame(id, peer, frame, now);
  }
  if (peer.connection) {
    peer.incoming.erase(peer.incoming.begin(),
                        peer.incoming.begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    peer.incoming.clear();
  }
}

void SmbServer::take_frame(ConnectionId id, Peer& peer, smb::Span frame, TimePoint now) {
  if (state_.tap == nullptr) return handle_frame(id, peer, frame, std::nullopt, now);
  const RequestVerdict verdict = peer.connection->judge(frame, now);
  if (verdict.frame.cut != FrameVerdict::Cut::no)
    return close(id, peer, verdict.frame.cut == FrameVerdict::Cut::reset);
  Waiting waiting;
  waiting.bytes.assign(frame.begin(), frame.end());
  waiting.due = now + runtime::Duration{verdict.frame.hold_ns};
  waiting.is_overtaken = verdict.frame.is_overtaken;
  if (waiting.is_overtaken) waiting.due = waiting.due + runtime::Duration{kOvertakenMax_ns};
  waiting.refusal = verdict.status;
  for (std::uint32_t copy = 0; copy < verdict.frame.copies; ++copy) peer.unread.push_back(waiting);
  read_waiting(id, peer, now);
}

namespace {

/// Whether the first has its turn; one that is to be overtaken lets the next go first.
template <class Queue>
bool is_turn_of_first(Queue& queue, TimePoint now) {
  if (queue.empty()) return false;
  if (queue.front().is_overtaken && queue.size() > 1) {
    std::swap(queue[0], queue[1]);
    queue[1].is_overtaken = false;
    queue[1].due = queue[0].due;
  }
  return queue.front().due <= now;
}

}  // namespace

void SmbServer::read_waiting(ConnectionId id, Peer& peer, TimePoint now) {
  while (peer.connection && is_turn_of_first(peer.unread, now)) {
    const Waiting waiting = std::move(peer.unread.front());
    peer.unread.pop_front();
    handle_frame(id, peer, waiting.bytes, waiting.refusal, now);
  }
}

void SmbServer::handle_frame(ConnectionId id, Peer& peer, smb::Span frame,
                             std::optional<smb::NtStatus> refusal, TimePoint now) {
  auto answer = peer.connection->handle_frame(frame, now, refusal);
  for (Connection::Frame& out : answer.frames) put(peer, std::move(out), now);
  if (!answer.is_alive) close(id, peer);
  cut_if_due(id, peer, now);
}

void SmbServer::put(Peer& peer, Connection::Frame frame, TimePoint now) {
  const FrameVerdict& verdict = frame.verdict;
  Waiting waiting;
  waiting.bytes = std::move(frame.bytes);
  waiting.due = now + runtime::Duration{verdict.hold_ns};
  waiting.is_overtaken = verdict.is_overtaken;
  if (waiting.is_overtaken) waiting.due = waiting.due + runtime::Duration{kOvertakenMax_ns};
  waiting.cut = verdict.cut;
  if (verdict.cut != FrameVerdict::Cut::no)
    waiting.bytes.resize(std::min<std::size_t>(waiting.bytes.size(), verdict.cut_after));
  for (std::uint32_t copy = 0; copy < verdict.copies; ++copy) {
    peer.unsent_bytes += waiting.bytes.size();
    peer.unsent.push_back(waiting);
  }
}

void SmbServer::cut_if_due(ConnectionId id, Peer& peer, TimePoint now) {
  if (peer.in_flight > 0 || !is_turn_of_first(peer.unsent, now)) return;
  const Waiting& first = peer.unsent.front();
  if (first.bytes.empty() && first.cut != FrameVerdict::Cut::no)
    close(id, peer, first.cut == FrameVerdict::Cut::reset);
}

/// What was answered before still goes out, unless it is cut: then nothing is.
void SmbServer::close(ConnectionId id, Peer& peer, bool by_reset) {
  const bool is_cut = by_reset || (!peer.unsent.empty() && peer.in_flight == 0 &&
                                   peer.unsent.front().cut != FrameVerdict::Cut::no &&
                                   peer.unsent.front().bytes.empty());
  peer.connection.reset();
  peer.unread.clear();
  peer.closes_when_sent = !is_cut;
  if (is_cut || peer.unsent.empty()) {
    peer.closes_when_sent = false;
    actions_.push_back(runtime::Close{id, by_reset});
  }
}

void SmbServer::handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint now) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  peer.in_flight -= bytes;
  peer.unsent_bytes -= bytes;
  if (peer.in_flight > 0) return;
  FrameVerdict::Cut cut = FrameVerdict::Cut::no;
  for (; peer.in_flight_frames > 0; --peer.in_flight_frames) {
    cut = peer.unsent.front().cut;
    peer.unsent.pop_front();
  }
  if (cut != FrameVerdict::Cut::no) {
    peer.unsent.clear();
    return close(id, peer, cut == FrameVerdict::Cut::reset);
  }
  if (peer.unsent.empty() && peer.closes_when_sent) actions_.push_back(runtime::Close{id, false});
  cut_if_due(id, peer, now);
}

void SmbServer::handle_closed(ConnectionId id, runtime::CloseReason, TimePoint) {
  peers_.erase(id);
}

void SmbServer::handle_released(ConnectionId id, TimePoint) { peers_.erase(id); }

std::optional<runtime::Transmit> SmbServer::poll_transmit(TimePoint now) {
  for (auto& [id, peer] : peers_) {
    if (peer.in_flight > 0 || !is_turn_of_first(peer.unsent, now)) continue;
    slices_.clear();
    for (const Waiting& frame : peer.unsent) {
      const bool is_first = slices_.empty();
      if (slices_.size() == runtime::kTransmitSlicesMax || frame.due > now || frame.bytes.empty() ||
          (frame.is_overtaken && !is_first))
        break;
      slices_.emplace_back(frame.bytes);
      peer.in_flight += frame.bytes.size();
      if (frame.cut != FrameVerdict::Cut::no) break;
    }
    if (slices_.empty()) continue;
    peer.in_flight_frames = slices_.size();
    return runtime::Transmit{id, slices_, peer.in_flight};
  }
  return std::nullopt;
}

void SmbServer::handle_timeout(TimePoint now) {
  for (auto& [id, peer] : peers_) {
    read_waiting(id, peer, now);
    cut_if_due(id, peer, now);
    if (const auto end = patience_with(peer); end && *end <= now) {
      peer.incoming.clear();
      close(id, peer);
    }
  }
}

std::optional<TimePoint> SmbServer::patience_with(const Peer& peer) {
  if (!peer.connection || peer.incoming.empty() || peer.connection->has_session())
    return std::nullopt;
  return peer.last_heard + kHalfFrameMax;
}

std::optional<TimePoint> SmbServer::poll_timeout() const {
  std::optional<TimePoint> first;
  for (const auto& [id, peer] : peers_) {
    const auto take = [&first](const Waiting& waiting) {
      if (!first || waiting.due < *first) first = waiting.due;
    };
    if (const auto end = patience_with(peer); end && (!first || *end < *first)) first = *end;
    if (!peer.unread.empty()) take(peer.unread.front());
    if (!peer.unsent.empty() && peer.in_flight == 0) take(peer.unsent.front());
  }
  return first;
}

void SmbServer::expire_sessions(TimePoint now) {
  for (auto& [id, peer] : peers_)
    if (peer.connection) peer.connection->expire_sessions(now);
}

void SmbServer::drop_connections(bool by_reset) {
  for (auto& [id, peer] : peers_)
    if (peer.connection) close(id, peer, by_reset);
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
