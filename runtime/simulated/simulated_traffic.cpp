// The part of SimulatedWorld that moves connections and bytes.
#include <cassert>

#include "runtime/simulated/simulated_world.hpp"

namespace lunsim::runtime {
namespace {

constexpr std::uint8_t kOpener = 0;
constexpr std::uint8_t kListener = 1;
constexpr std::uint8_t other(std::uint8_t side) { return side ^ 1u; }

}  // namespace

Duration SimulatedWorld::draw_latency() {
  if (options_.latency_jitter <= Duration(0)) return options_.latency;
  const auto span = static_cast<std::uint64_t>(options_.latency_jitter.count());
  return options_.latency + Duration(static_cast<std::int64_t>(chance_.below(span + 1)));
}

// Nobody waits for it any more, so it must not move the clock.
bool SimulatedWorld::is_stale(const Event& event) const {
  const auto found = links_.find(event.link);
  if (found == links_.end()) return true;
  return event.kind == EventKind::linger_over &&
         found->second.sides[event.side].phase != SidePhase::lingering;
}

void SimulatedWorld::happen(Event event) {
  const auto found = links_.find(event.link);
  if (found == links_.end()) return;
  Link& link = found->second;
  switch (event.kind) {
    case EventKind::arrive_open:
      arrive_open(link);
      break;
    case EventKind::answer_open:
      answer_open(link, event.reason);
      break;
    case EventKind::depart:
      --link.sides[event.side].departing;
      depart(link, event.side, std::move(event.bytes), event.end);
      break;
    case EventKind::arrive:
      arrive(link, event.side, std::move(event.bytes), event.end);
      break;
    case EventKind::linger_over:
      release(link, event.side, StreamEnd::reset);
      break;
  }
  drop_if_over(event.link);
}

// --- opening ------------------------------------------------------------------------------------

void SimulatedWorld::perform(Slot& slot, const Connect& connect) {
  const std::uint32_t key = ++links_begun_;
  Link& link = links_[key];
  link.key = key;
  LinkSide& opener = link.sides[kOpener];
  opener.slot = &slot;
  opener.id = connect.connection;
  opener.endpoint = {slot.address, next_opener_port_};
  opener.phase = SidePhase::opening;
  if (++next_opener_port_ == 0) next_opener_port_ = 49152;
  link.sides[kListener].endpoint = connect.to;
  slot.connections[connect.connection] = {key, kOpener};

  Event event;
  event.link = key;
  event.at = now_ + draw_latency();
  event.kind = EventKind::arrive_open;
  if (black_holes_.contains(connect.to.address)) {
    event.at = now_ + options_.connect_timeout;
    event.kind = EventKind::answer_open;
    event.reason = CloseReason::timed_out;
  }
  events_.push(std::move(event));
}

void SimulatedWorld::arrive_open(Link& link) {
  LinkSide& opener = link.sides[kOpener];
  LinkSide& listener = link.sides[kListener];
  if (opener.phase != SidePhase::opening) return;
  Event answer;
  answer.link = link.key;
  answer.kind = EventKind::answer_open;
  answer.at = now_ + draw_latency();
  Slot* slot = listener_at(listener.endpoint);
  if (slot == nullptr) {
    answer.reason = is_known_address(listener.endpoint.address) ? CloseReason::refused
                                                                : CloseReason::unreachable;
    events_.push(std::move(answer));
    return;
  }
  const Admission admission =
      gate_ ? gate_(opener.endpoint, listener.endpoint, now_) : Admission::accept;
  if (admission != Admission::accept) {
    answer.reason = CloseReason::refused;
    if (admission == Admission::ignore) {
      answer.reason = CloseReason::timed_out;
      answer.at = now_ + options_.connect_timeout;
    }
    events_.push(std::move(answer));
    return;
  }
  link.number = ++links_opened_;
  if (filter_factory_) {
    opener.filters = filter_factory_(link.number, true, opener.endpoint, listener.endpoint);
    listener.filters = filter_factory_(link.number, false, opener.endpoint, listener.endpoint);
  }
  for (Observer* o : observers_) o->opened(link.number, opener.endpoint, listener.endpoint, now_);
  listener.slot = slot;
  listener.id = ConnectionId{kAcceptedConnectionBit | slot->accepted++};
  listener.phase = SidePhase::open;
  // What the listener sends at once must not overtake the answer.
  listener.last_arrival = answer.at;
  slot->connections[listener.id] = {link.key, kListener};
  events_.push(std::move(answer));
  slot->engine->handle_connected(listener.id, opener.endpoint, listener.endpoint, now_);
  mark(*slot);
}

void SimulatedWorld::answer_open(Link& link, CloseReason reason) {
  LinkSide& opener = link.sides[kOpener];
  if (opener.phase != SidePhase::opening) return;
  if (link.number == 0) {
    end_side(link, kOpener, reason);
    return;
  }
  opener.phase = SidePhase::open;
  opener.slot->engine->handle_connected(opener.id, link.sides[kListener].endpoint, opener.endpoint,
                                        now_);
  mark(*opener.slot);
}

// --- sending ------------------------------------------------------------------------------------

void SimulatedWorld::start(Slot& slot, const Transmit& transmit) {
  const auto found = slot.connections.find(transmit.connection);
  if (found == slot.connections.end()) return;
  Link& link = links_.at(found->second.key);
  LinkSide& side = link.sides[found->second.side];
  if (side.phase != SidePhase::open) return;
  assert(side.rest_bytes == 0 && "an engine has at most one Transmit in flight per connection");
  side.rest.assign(transmit.slices.begin(), transmit.slices.end());
  side.rest_bytes = 0;
  for (const auto& slice : side.rest) side.rest_bytes += slice.size();
  fill_window(link, found->second.side);
}

void SimulatedWorld::resume_sending(Slot& slot) {
  const std::set<std::uint32_t> waiting = std::exchange(slot.with_rest, {});
  for (const std::uint32_t key : waiting) {
    const auto found = links_.find(key);
    if (found == links_.end()) continue;
    for (const std::uint8_t side : {kOpener, kListener}) {
      LinkSide& end = found->second.sides[side];
      if (end.slot == &slot && end.rest_bytes > 0) fill_window(found->second, side);
    }
    drop_if_over(key);
  }
}

void SimulatedWorld::fill_window(Link& link, std::uint8_t which) {
  LinkSide& side = link.sides[which];
  const std::size_t room = options_.window_bytes - side.window_used;
  std::size_t taken = std::min(room, side.rest_bytes);
  // Not a few bytes each time that a few have been read (the silly window): a quarter, or all that
  // is left.
  if (taken < side.rest_bytes && room < options_.window_bytes / 4) taken = 0;
  std::vector<std::byte> bytes;
  bytes.reserve(taken);
  std::size_t used_up = 0;
  while (bytes.size() < taken) {
    auto& slice = side.rest[used_up];
    const std::size_t part = std::min(slice.size(), taken - bytes.size());
    bytes.insert(bytes.end(), slice.begin(), slice.begin() + static_cast<std::ptrdiff_t>(part));
    slice = slice.subspan(part);
    if (slice.empty()) ++used_up;
  }
  side.rest.erase(side.rest.begin(), side.rest.begin() + static_cast<std::ptrdiff_t>(used_up));
  side.rest_bytes -= taken;
  side.window_used += taken;
  if (side.rest_bytes > 0) side.slot->with_rest.insert(link.key);
  if (taken > 0) {
    send_bytes(link, which, std::move(bytes));
    side.slot->engine->handle_transmitted(side.id, taken, now_);
    mark(*side.slot);
  }
  if (side.phase == SidePhase::lingering && side.rest_bytes == 0) {
    release(link, which, StreamEnd::finish);
  }
}

void SimulatedWorld::send_bytes(Link& link, std::uint8_t side, std::vector<std::byte> bytes) {
  if (options_.segments == SegmentPolicy::whole) {
    send_segment(link, side, std::move(bytes));
    return;
  }
  std::size_t offset = 0;
  while (offset < bytes.size()) {
    std::size_t size = options_.segment_bytes_max;
    if (options_.segments == SegmentPolicy::random) {
      size = static_cast<std::size_t>(chance_.below(size)) + 1;
    }
    size = std::min(size, bytes.size() - offset);
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    send_segment(link, side, {from, from + static_cast<std::ptrdiff_t>(size)});
    offset += size;
  }
}

void SimulatedWorld::send_segment(Link& link, std::uint8_t which, std::vector<std::byte> bytes) {
  LinkSide& side = link.sides[which];
  if (side.swallows) return;
  if (side.filters.empty()) {
    leave(link, which, {std::move(bytes), now_, StreamEnd::none});
    return;
  }
  const std::size_t before = bytes.size();
  std::size_t after = 0;
  auto chunks = side.filters.pass({std::move(bytes), now_, StreamEnd::none});
  for (Chunk& chunk : chunks) {
    after += chunk.bytes.size();
    leave(link, which, std::move(chunk));
  }
  if (side.filters.has_ended()) side.swallows = true;
  // A filter that throws bytes away without ending the stream must not use up the window.
  if (after < before && !side.swallows) side.window_used -= before - after;
}

void SimulatedWorld::send_end(Link& link, std::uint8_t which, StreamEnd end) {
  LinkSide& side = link.sides[which];
  if (side.swallows || link.number == 0) return;
  side.swallows = true;
  leave(link, which, {{}, std::max(now_, side.last_leave), end});
}

void SimulatedWorld::leave(Link& link, std::uint8_t which, Chunk chunk) {
  LinkSide& side = link.sides[which];
  chunk.leaves = std::max({chunk.leaves, side.last_leave, now_});
  side.last_leave = chunk.leaves;
  if (chunk.leaves == now_ && side.departing == 0) {
    depart(link, which, std::move(chunk.bytes), chunk.end);
    return;
  }
  ++side.departing;
  Event event;
  event.at = chunk.leaves;
  event.kind = EventKind::depart;
  event.link = link.key;
  event.side = which;
  event.bytes = std::move(chunk.bytes);
  event.end = chunk.end;
  events_.push(std::move(event));
}

// After one side's FIN or RST nothing is shown any more: the other side's bytes have no reader.
void SimulatedWorld::depart(Link& link, std::uint8_t which, std::vector<std::byte> bytes,
                            StreamEnd end) {
  LinkSide& side = link.sides[which];
  const bool from_opener = which == kOpener;
  if (!bytes.empty() && !link.closed_seen) {
    for (Observer* o : observers_) o->carried(link.number, from_opener, bytes, now_);
  }
  if ((end == StreamEnd::finish || end == StreamEnd::reset) && !link.closed_seen) {
    link.closed_seen = true;
    for (Observer* o : observers_) {
      o->closed(link.number, from_opener, end == StreamEnd::reset, now_);
    }
  }
  if (bytes.empty() && end == StreamEnd::silence) return;
  Event event;
  event.at = std::max(now_ + draw_latency(), side.last_arrival);
  side.last_arrival = event.at;
  event.kind = EventKind::arrive;
  event.link = link.key;
  event.side = other(which);
  event.bytes = std::move(bytes);
  event.end = end;
  // A filter that ends the stream ends it for the side that still believes in it, too.
  if ((end == StreamEnd::finish || end == StreamEnd::reset) && side.phase != SidePhase::gone) {
    Event back = event;
    back.side = which;
    back.bytes.clear();
    events_.push(std::move(back));
  }
  events_.push(std::move(event));
}

// --- arriving -----------------------------------------------------------------------------------

void SimulatedWorld::arrive(Link& link, std::uint8_t which, std::vector<std::byte> bytes,
                            StreamEnd end) {
  LinkSide& side = link.sides[which];
  LinkSide& sender = link.sides[other(which)];
  if (side.phase == SidePhase::gone || side.phase == SidePhase::absent) {
    sender.window_used -= bytes.size();
    if (sender.rest_bytes > 0) mark(*sender.slot);
    return;
  }
  side.inbox.push_back({std::move(bytes), end});
  side.slot->with_inbox.insert(link.key);
  mark(*side.slot);
}

// The oldest piece of the first connection that wants it. RST does not wait behind bytes that are
// not wanted: they are lost with it.
bool SimulatedWorld::deliver_one(Slot& slot) {
  for (const std::uint32_t key : slot.with_inbox) {
    Link& link = links_.at(key);
    for (const std::uint8_t which : {kOpener, kListener}) {
      LinkSide& side = link.sides[which];
      if (side.slot != &slot || side.inbox.empty()) continue;
      const bool is_open = side.phase == SidePhase::open;
      const bool wants = is_open && slot.engine->wants_bytes(side.id);
      if (side.inbox.back().end == StreamEnd::reset && !wants) {
        end_side(link, which, CloseReason::reset);
        drop_if_over(key);
        return true;
      }
      if (is_open && !wants && !side.inbox.front().bytes.empty()) continue;
      Arrival arrival = std::move(side.inbox.front());
      side.inbox.pop_front();
      if (side.inbox.empty()) slot.with_inbox.erase(key);
      if (!arrival.bytes.empty()) {
        LinkSide& sender = link.sides[other(which)];
        sender.window_used -= arrival.bytes.size();
        if (sender.rest_bytes > 0) mark(*sender.slot);
        if (is_open) slot.engine->handle_bytes(side.id, arrival.bytes, now_);
      }
      if (slot.engine == nullptr) return false;
      if (arrival.end == StreamEnd::finish) end_side(link, which, CloseReason::finished);
      if (arrival.end == StreamEnd::reset) end_side(link, which, CloseReason::reset);
      drop_if_over(key);
      return true;
    }
  }
  return false;
}

// --- closing ------------------------------------------------------------------------------------

void SimulatedWorld::perform(Slot& slot, const Close& close) {
  const auto found = slot.connections.find(close.connection);
  if (found == slot.connections.end()) {
    slot.engine->handle_released(close.connection, now_);
    return;
  }
  const LinkRef ref = found->second;
  Link& link = links_.at(ref.key);
  LinkSide& side = link.sides[ref.side];
  if (!close.reset && side.rest_bytes > 0) {
    if (side.phase == SidePhase::lingering) return;
    side.phase = SidePhase::lingering;
    Event event;
    event.at = now_ + options_.linger;
    event.kind = EventKind::linger_over;
    event.link = ref.key;
    event.side = ref.side;
    events_.push(std::move(event));
    return;
  }
  release(link, ref.side, close.reset ? StreamEnd::reset : StreamEnd::finish);
  drop_if_over(ref.key);
}

// Both sides hear of the end, as if a filter had made it.
void SimulatedWorld::perform(Slot& slot, const HalfClose& close) {
  const auto found = slot.connections.find(close.connection);
  if (found == slot.connections.end()) return;
  const LinkRef ref = found->second;
  send_end(links_.at(ref.key), ref.side, StreamEnd::finish);
}

// This side is done with the connection: its end goes out, its memory is free.
void SimulatedWorld::release(Link& link, std::uint8_t which, StreamEnd end) {
  LinkSide& side = link.sides[which];
  Slot& slot = *side.slot;
  const ConnectionId id = side.id;
  // An opener that gave up before the answer came leaves an accepted connection behind.
  const StreamEnd sent = side.phase == SidePhase::opening ? StreamEnd::reset : end;
  forget_side(link, which);
  send_end(link, which, sent);
  if (slot.engine != nullptr) {
    slot.engine->handle_released(id, now_);
    mark(slot);
  }
}

// The peer or the network is done with it. A lingering engine has forgotten the id and only waits
// for its memory.
void SimulatedWorld::end_side(Link& link, std::uint8_t which, CloseReason reason) {
  LinkSide& side = link.sides[which];
  Slot& slot = *side.slot;
  const bool lingers = side.phase == SidePhase::lingering;
  const ConnectionId id = side.id;
  forget_side(link, which);
  side.swallows = true;
  if (lingers) {
    slot.engine->handle_released(id, now_);
  } else {
    slot.engine->handle_closed(id, reason, now_);
  }
  mark(slot);
}

void SimulatedWorld::forget_side(Link& link, std::uint8_t which) {
  LinkSide& side = link.sides[which];
  LinkSide& sender = link.sides[other(which)];
  side.phase = SidePhase::gone;
  side.rest.clear();
  side.rest_bytes = 0;
  for (const Arrival& arrival : side.inbox) sender.window_used -= arrival.bytes.size();
  if (sender.rest_bytes > 0 && sender.slot != nullptr) mark(*sender.slot);
  side.inbox.clear();
  side.slot->with_inbox.erase(link.key);
  side.slot->with_rest.erase(link.key);
  side.slot->connections.erase(side.id);
}

void SimulatedWorld::drop_if_over(std::uint32_t key) {
  const auto found = links_.find(key);
  if (found == links_.end()) return;
  const auto is_over = [](const LinkSide& side) {
    return side.phase == SidePhase::gone || side.phase == SidePhase::absent;
  };
  const Link& link = found->second;
  if (is_over(link.sides[0]) && is_over(link.sides[1])) links_.erase(found);
}

}  // namespace lunsim::runtime
