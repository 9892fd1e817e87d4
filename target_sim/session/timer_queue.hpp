// Deadlines of many connections: at most one entry for each, moved only forward in urgency. An
// entry that comes up early is asked again; that keeps the busy path from touching the queue.
#pragma once

#include <optional>
#include <set>
#include <utility>

#include "target_sim/session/connection.hpp"

namespace lunsim::target_sim {

class TimerQueue {
 public:
  /// Makes sure that the connection is looked at by `at`.
  void need(Connection& connection, runtime::TimePoint at) {
    if (connection.timer_at && *connection.timer_at <= at) return;
    forget(connection);
    connection.timer_at = at;
    entries_.emplace(at, connection.id);
  }
  void forget(Connection& connection) {
    if (connection.timer_at) entries_.erase({*connection.timer_at, connection.id});
    connection.timer_at.reset();
  }
  std::optional<runtime::TimePoint> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->first;
  }
  /// The connection whose entry is due, taken out; nothing if none is.
  std::optional<runtime::ConnectionId> take_due(runtime::TimePoint now) {
    if (entries_.empty() || entries_.begin()->first > now) return std::nullopt;
    const runtime::ConnectionId id = entries_.begin()->second;
    entries_.erase(entries_.begin());
    return id;
  }

 private:
  std::set<std::pair<runtime::TimePoint, runtime::ConnectionId>> entries_;
};

}  // namespace lunsim::target_sim
