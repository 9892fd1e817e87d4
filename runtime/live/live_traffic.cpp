// The part of LiveCore that carries bytes and ends connections. Sockets are non-blocking and used
// by their native handles; Asio only says when they are ready.
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>

#include "runtime/live/live_core.hpp"

namespace lunsim::runtime {
namespace {

using boost::system::error_code;

// One connection may be read so often before the others have their turn.
constexpr int kReadRoundsMax = 4;
constexpr std::size_t kSparesMax = 64;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

void PendingWrite::advance(std::size_t bytes) {
  while (first < count && bytes >= slices[first].iov_len) {
    bytes -= slices[first].iov_len;
    ++first;
  }
  if (bytes == 0) return;
  slices[first].iov_base = static_cast<std::byte*>(slices[first].iov_base) + bytes;
  slices[first].iov_len -= bytes;
}

// --- writing ------------------------------------------------------------------------------------

void LiveCore::start(LiveSlot& slot, const Transmit& transmit, std::size_t& written) {
  const auto found = slot.connections.find(static_cast<std::uint32_t>(transmit.connection));
  if (found == slot.connections.end()) return;
  const ConnectionPtr c = found->second;
  if (c->phase != ConnectionPhase::open || c->is_broken) return;
  if (c->filtered) {
    start_filtered(c, transmit);
    written += transmit.bytes;
    return;
  }
  PendingWrite write;
  for (const auto& slice : transmit.slices) {
    // sendmsg only reads; its interface is older than const.
    write.slices[write.count++] = {const_cast<std::byte*>(slice.data()), slice.size()};
    if (write.count == kTransmitSlicesMax) break;
  }
  const std::size_t left = write_some(c, write);
  written += left;
  if (!c->is_broken && !write.empty()) {
    c->pending = take_spare();
    *c->pending = write;
    wait_writable(c);
  }
  if (left > 0) slot.engine->handle_transmitted(c->id, left, now());
}

// Returns what left; on an error that is not "later", the connection is marked broken.
std::size_t LiveCore::write_some(const ConnectionPtr& c, PendingWrite& from) {
  msghdr message{};
  message.msg_iov = &from.slices[from.first];
  message.msg_iovlen = from.count - from.first;
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(c->socket.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) {
    if (!would_block(errno)) write_broke(c);
    return 0;
  }
  const auto left = static_cast<std::size_t>(sent);
  if (!observers.empty()) {
    scratch_.clear();
    for (std::size_t i = from.first; i < from.count && scratch_.size() < left; ++i) {
      const auto* data = static_cast<const std::byte*>(from.slices[i].iov_base);
      scratch_.insert(scratch_.end(), data,
                      data + std::min(from.slices[i].iov_len, left - scratch_.size()));
    }
    tell_carried(*c, true, scratch_);
  }
  from.advance(left);
  return left;
}

std::unique_ptr<PendingWrite> LiveCore::take_spare() {
  if (spares_.empty()) return std::make_unique<PendingWrite>();
  auto spare = std::move(spares_.back());
  spares_.pop_back();
  return spare;
}

void LiveCore::give_spare(std::unique_ptr<PendingWrite> used) {
  if (used && spares_.size() < kSparesMax) spares_.push_back(std::move(used));
}

void LiveCore::wait_writable(const ConnectionPtr& c) {
  if (c->write_armed) return;
  c->write_armed = true;
  c->socket.async_wait(tcp::socket::wait_write, [this, c](error_code error) {
    c->write_armed = false;
    if (!error) on_writable(c);
  });
}

void LiveCore::on_writable(const ConnectionPtr& c) {
  if (c->filtered && !c->filtered->chunks.empty()) {
    write_filtered(c);
    return;
  }
  if (!c->pending) return;
  LiveSlot& slot = c->slot;
  const std::size_t left = write_some(c, *c->pending);
  if (c->is_broken) return;
  const bool is_done = c->pending->empty();
  if (is_done) {
    give_spare(std::move(c->pending));
  } else {
    wait_writable(c);
  }
  if (left > 0) slot.engine->handle_transmitted(c->id, left, now());
  if (is_done && c->phase == ConnectionPhase::lingering) finish_sending(c);
  pump(slot);
}

// The peer may have said why before it went: what it sent is read first.
void LiveCore::write_broke(const ConnectionPtr& c) {
  c->is_broken = true;
  boost::asio::post(io_, [this, c] {
    if (c->phase == ConnectionPhase::open) {
      on_readable(c);
    } else if (c->phase != ConnectionPhase::gone) {
      end(c, CloseReason::reset);
    }
  });
}

// --- writing through filters --------------------------------------------------------------------

// The engine's memory is copied, and acknowledged when the last chunk of it has left.
void LiveCore::start_filtered(const ConnectionPtr& c, const Transmit& transmit) {
  FilteredWrite& filtered = *c->filtered;
  Chunk whole{{}, now(), StreamEnd::none};
  for (const auto& slice : transmit.slices) {
    whole.bytes.insert(whole.bytes.end(), slice.begin(), slice.end());
  }
  filtered.unacknowledged += whole.bytes.size();
  for (Chunk& chunk : filtered.chain.pass(std::move(whole))) {
    filtered.chunks.push_back(std::move(chunk));
  }
  boost::asio::post(io_, [this, c] { write_filtered(c); });
}

void LiveCore::write_filtered(const ConnectionPtr& c) {
  if (c->phase != ConnectionPhase::open && c->phase != ConnectionPhase::lingering) return;
  while (!c->filtered->chunks.empty() && !c->is_broken) {
    FilteredWrite& filtered = *c->filtered;
    Chunk& chunk = filtered.chunks.front();
    if (chunk.leaves > now()) {
      filtered.timer.expires_at(start_ + Duration(chunk.leaves.since_start_ns));
      filtered.timer.async_wait([this, c](error_code error) {
        if (!error) write_filtered(c);
      });
      return;
    }
    PendingWrite write;
    write.count = 1;
    write.slices[0] = {chunk.bytes.data() + filtered.written,
                       chunk.bytes.size() - filtered.written};
    if (write.slices[0].iov_len > 0) filtered.written += write_some(c, write);
    if (c->is_broken) return;
    if (filtered.written < chunk.bytes.size()) {
      wait_writable(c);
      return;
    }
    const StreamEnd end = chunk.end;
    filtered.written = 0;
    filtered.chunks.pop_front();
    if (end != StreamEnd::none) {
      end_filtered(c, end);
      return;
    }
  }
  if (c->is_broken || c->filtered->chain.has_ended()) return;
  const std::size_t left = std::exchange(c->filtered->unacknowledged, 0);
  LiveSlot& slot = c->slot;
  if (left > 0) slot.engine->handle_transmitted(c->id, left, now());
  if (c->phase == ConnectionPhase::lingering) finish_sending(c);
  if (left > 0) pump(slot);
}

// Both ends see what the filter does to the stream; silence nobody sees.
void LiveCore::end_filtered(const ConnectionPtr& c, StreamEnd how) {
  if (how == StreamEnd::silence) return;
  LiveSlot& slot = c->slot;
  const bool was_open = c->phase == ConnectionPhase::open;
  slot.connections.erase(static_cast<std::uint32_t>(c->id));
  tell_closed(*c, true, how == StreamEnd::reset);
  if (how == StreamEnd::reset) {
    shut(*c, true);
  } else {
    c->filtered->is_finishing = true;
    begin_draining(c);
  }
  if (was_open) {
    slot.engine->handle_closed(
        c->id, how == StreamEnd::reset ? CloseReason::reset : CloseReason::finished, now());
  } else {
    slot.engine->handle_released(c->id, now());
  }
  pump(slot);
}

// --- reading ------------------------------------------------------------------------------------

void LiveCore::read_or_pause(const ConnectionPtr& c) {
  if (c->read_armed) return;
  if (c->slot.engine->wants_bytes(c->id)) {
    wait_readable(c);
  } else if (!c->is_paused) {
    c->is_paused = true;
    c->slot.paused.push_back(c);
  }
}

void LiveCore::wait_readable(const ConnectionPtr& c) {
  if (c->read_armed) return;
  c->read_armed = true;
  c->socket.async_wait(tcp::socket::wait_read, [this, c](error_code error) {
    c->read_armed = false;
    if (error) return;
    if (c->phase == ConnectionPhase::open) on_readable(c);
    if (c->phase == ConnectionPhase::draining) drain(c);
  });
}

void LiveCore::on_readable(const ConnectionPtr& c) {
  LiveSlot& slot = c->slot;
  for (int round = 0; round < kReadRoundsMax || c->is_broken; ++round) {
    if (!slot.engine->wants_bytes(c->id)) break;
    const ssize_t taken = ::recv(c->socket.native_handle(), buffer_.data(), buffer_.size(), 0);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0 && would_block(errno)) break;
    if (taken <= 0) {
      end(c, taken == 0 ? CloseReason::finished : CloseReason::reset);
      return;
    }
    const std::span<const std::byte> bytes(buffer_.data(), static_cast<std::size_t>(taken));
    if (!observers.empty()) tell_carried(*c, false, bytes);
    slot.engine->handle_bytes(c->id, bytes, now());
    pump(slot);
    if (c->phase != ConnectionPhase::open) return;
    if (bytes.size() < buffer_.size() && !c->is_broken) break;
  }
  if (c->is_broken) {
    end(c, CloseReason::reset);
  } else {
    read_or_pause(c);
  }
}

void LiveCore::drain(const ConnectionPtr& c) {
  for (int round = 0; round < kReadRoundsMax; ++round) {
    const ssize_t taken = ::recv(c->socket.native_handle(), buffer_.data(), buffer_.size(), 0);
    if (taken > 0 || (taken < 0 && errno == EINTR)) continue;
    if (taken < 0 && would_block(errno)) break;
    shut(*c, false);
    return;
  }
  wait_readable(c);
}

// --- ending -------------------------------------------------------------------------------------

void LiveCore::perform(LiveSlot& slot, const Close& close) {
  const auto found = slot.connections.find(static_cast<std::uint32_t>(close.connection));
  if (found == slot.connections.end()) {
    slot.engine->handle_released(close.connection, now());
    return;
  }
  const ConnectionPtr c = found->second;
  if (close.reset || c->phase == ConnectionPhase::connecting || c->is_broken) {
    release(c, true);
    return;
  }
  if (c->phase == ConnectionPhase::lingering) return;
  const bool has_rest = c->pending || (c->filtered && !c->filtered->chunks.empty());
  if (has_rest) {
    c->phase = ConnectionPhase::lingering;
    limit(c, options.linger, &LiveCore::linger_over);
  } else {
    finish_sending(c);
  }
}

void LiveCore::perform(LiveSlot& slot, const HalfClose& close) {
  const auto found = slot.connections.find(static_cast<std::uint32_t>(close.connection));
  if (found == slot.connections.end()) return;
  error_code ignored;
  tell_closed(*found->second, true, false);
  found->second->socket.shutdown(tcp::socket::shutdown_send, ignored);
}

// Everything that the engine owned has left: FIN, and nothing of the engine's is needed any more.
void LiveCore::finish_sending(const ConnectionPtr& c) {
  LiveSlot& slot = c->slot;
  slot.connections.erase(static_cast<std::uint32_t>(c->id));
  tell_closed(*c, true, false);
  begin_draining(c);
  slot.engine->handle_released(c->id, now());
  pump(slot);
}

// Closing a socket with unread bytes would send RST and could cost the peer what is still on its
// way to it: so the peer's bytes are read and thrown away until it closes too, or until it has had
// its time.
void LiveCore::begin_draining(const ConnectionPtr& c) {
  const bool is_silent =
      c->filtered && c->filtered->chain.has_ended() && !c->filtered->is_finishing;
  c->phase = ConnectionPhase::draining;
  error_code error;
  if (!is_silent) c->socket.shutdown(tcp::socket::shutdown_send, error);
  if (error) {
    shut(*c, false);
    return;
  }
  limit(c, options.linger, &LiveCore::linger_over);
  wait_readable(c);
}

// This side is done with it at once.
void LiveCore::release(const ConnectionPtr& c, bool reset) {
  LiveSlot& slot = c->slot;
  slot.connections.erase(static_cast<std::uint32_t>(c->id));
  tell_closed(*c, true, reset);
  shut(*c, reset);
  if (slot.engine != nullptr) slot.engine->handle_released(c->id, now());
}

// The peer or the network is done with it.
void LiveCore::end(const ConnectionPtr& c, CloseReason reason) {
  if (c->phase == ConnectionPhase::gone) return;
  LiveSlot& slot = c->slot;
  const ConnectionPhase before = c->phase;
  tell_closed(*c, false, reason == CloseReason::reset);
  shut(*c, false);
  slot.connections.erase(static_cast<std::uint32_t>(c->id));
  if (slot.engine == nullptr) return;
  if (before == ConnectionPhase::lingering) slot.engine->handle_released(c->id, now());
  if (before == ConnectionPhase::open || before == ConnectionPhase::connecting) {
    slot.engine->handle_closed(c->id, reason, now());
  }
  pump(slot);
}

void LiveCore::shut(LiveConnection& c, bool reset) {
  error_code ignored;
  const bool was_connecting = c.phase == ConnectionPhase::connecting;
  c.phase = ConnectionPhase::gone;
  c.timer.reset();
  if (c.filtered) c.filtered->timer.cancel();
  give_spare(std::move(c.pending));
  // Our own listener may not have accepted the other end yet, and will look for the wire when it
  // does.
  if (c.is_opener && c.wire && (was_connecting || !book.real_of(c.wire->to))) {
    const tcp::endpoint local = c.socket.local_endpoint(ignored);
    if (!ignored) opened_here_.erase({local.address().to_string(), local.port()});
  }
  if (reset) c.socket.set_option(tcp::socket::linger(true, 0), ignored);
  c.socket.close(ignored);
}

void LiveCore::limit(const ConnectionPtr& c, Duration time,
                     void (LiveCore::*then)(const ConnectionPtr&)) {
  c->timer = std::make_unique<boost::asio::steady_timer>(io_);
  c->timer->expires_after(time);
  c->timer->async_wait([this, c, then](error_code error) {
    if (!error) (this->*then)(c);
  });
}

void LiveCore::linger_over(const ConnectionPtr& c) {
  if (c->phase == ConnectionPhase::lingering) {
    LiveSlot& slot = c->slot;
    release(c, true);
    pump(slot);
  } else if (c->phase == ConnectionPhase::draining) {
    shut(*c, true);
  }
}

void LiveCore::connect_over(const ConnectionPtr& c) {
  if (c->phase == ConnectionPhase::connecting) end(c, CloseReason::timed_out);
}

// --- telling observers --------------------------------------------------------------------------

// If both ends are ours, each tells what it sends; otherwise the one that is tells both directions.
void LiveCore::tell_carried(LiveConnection& c, bool sent, std::span<const std::byte> bytes) {
  if (!c.wire || !c.wire->opened_seen || c.wire->closed_seen) return;
  if (!sent && c.wire->both_ends_here) return;
  const TimePoint time = now();
  for (Observer* o : observers) o->carried(c.wire->number, c.is_opener == sent, bytes, time);
}

void LiveCore::tell_closed(LiveConnection& c, bool by_us, bool reset) {
  if (!c.wire || !c.wire->opened_seen || c.wire->closed_seen) return;
  c.wire->closed_seen = true;
  const TimePoint time = now();
  for (Observer* o : observers) o->closed(c.wire->number, c.is_opener == by_us, reset, time);
}

}  // namespace lunsim::runtime
