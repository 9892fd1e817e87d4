#include "conformance/harness/raw_end.hpp"

#include <utility>

namespace lunsim::conform {

runtime::ConnectionId RawEnd::open(runtime::Endpoint to) {
  const runtime::ConnectionId id{next_++};
  lines_[id];
  actions_.push_back(runtime::Connect{id, std::move(to)});
  return id;
}

std::optional<runtime::ConnectionId> RawEnd::take_accepted() {
  if (accepted_.empty()) return std::nullopt;
  const runtime::ConnectionId id = accepted_.front();
  accepted_.pop_front();
  return id;
}

void RawEnd::send(runtime::ConnectionId id, std::vector<std::byte> bytes) {
  Line& line = lines_.at(id);
  if (line.phase == Phase::closed || bytes.empty()) return;
  line.unsent_bytes += bytes.size();
  line.said_bytes += bytes.size();
  line.to_send.push_back(std::move(bytes));
}

void RawEnd::close(runtime::ConnectionId id, bool reset) {
  Line& line = lines_.at(id);
  if (line.phase == Phase::closed) return;
  line.phase = Phase::closed;
  line.reason = runtime::CloseReason::local;
  actions_.push_back(runtime::Close{id, reset});
}

void RawEnd::half_close(runtime::ConnectionId id) {
  if (lines_.at(id).phase == Phase::open) actions_.push_back(runtime::HalfClose{id});
}

void RawEnd::handle_connected(runtime::ConnectionId id, const runtime::Endpoint& peer,
                              const runtime::Endpoint& local, runtime::TimePoint) {
  const auto found = lines_.find(id);
  if (found != lines_.end()) {
    found->second.opener = local;
    if (found->second.phase == Phase::connecting) found->second.phase = Phase::open;
    return;
  }
  lines_[id].phase = Phase::open;
  lines_[id].opener = peer;
  lines_[id].listener_port = local.port;
  if (accepted_.size() < kWaitingMax) return accepted_.push_back(id);
  close(id, true);
}

void RawEnd::handle_bytes(runtime::ConnectionId id, std::span<const std::byte> bytes,
                          runtime::TimePoint) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  std::vector<std::byte>& received = found->second.received;
  received.insert(received.end(), bytes.begin(), bytes.end());
}

void RawEnd::handle_transmitted(runtime::ConnectionId id, std::size_t bytes, runtime::TimePoint) {
  const auto found = lines_.find(id);
  if (found == lines_.end() || found->second.to_send.empty()) return;
  Line& line = found->second;
  line.sent_of_first += bytes;
  line.unsent_bytes -= bytes;
  if (line.sent_of_first < line.to_send.front().size()) return;
  line.to_send.pop_front();
  line.sent_of_first = 0;
  in_flight_.erase(id);
}

void RawEnd::handle_closed(runtime::ConnectionId id, runtime::CloseReason reason,
                           runtime::TimePoint) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  found->second.phase = Phase::closed;
  found->second.reason = reason;
  found->second.to_send.clear();
  found->second.unsent_bytes = 0;
  in_flight_.erase(id);
}

std::optional<runtime::Transmit> RawEnd::poll_transmit(runtime::TimePoint) {
  for (auto& [id, line] : lines_) {
    if (line.phase != Phase::open || line.to_send.empty() || in_flight_.contains(id)) continue;
    in_flight_[id] = true;
    slice_.front() = std::span<const std::byte>(line.to_send.front());
    return runtime::Transmit{id, slice_, slice_.front().size()};
  }
  return std::nullopt;
}

std::optional<runtime::Action> RawEnd::poll_action() {
  if (actions_.empty()) return std::nullopt;
  runtime::Action action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

bool RawEnd::wants_bytes(runtime::ConnectionId id) const {
  const auto found = lines_.find(id);
  return found != lines_.end() && found->second.received.size() < kUnreadBytesMax;
}

}  // namespace lunsim::conform
