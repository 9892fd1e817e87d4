// What will happen in the simulated world, ordered by (virtual time, number of insertion): two
// events of one instant happen in the order in which they were caused, whatever the addresses of
// the objects are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/ports/engine.hpp"

namespace lunsim::runtime {

enum class EventKind : std::uint8_t {
  arrive_open,   // the request to connect reaches the listener
  answer_open,   // the opener learns what became of it
  depart,        // a chunk leaves its side (only if a filter holds it back)
  arrive,        // a chunk reaches its side
  linger_over,   // a close in order has waited long enough for the peer to take the rest
};

struct Event {
  TimePoint at;
  EventKind kind{};
  std::uint32_t link = 0;          // key of the connection
  std::uint8_t side = 0;           // whom it concerns: 0 the opener, 1 the listener
  std::vector<std::byte> bytes;
  StreamEnd end = StreamEnd::none;
  CloseReason reason = CloseReason::finished;
  std::uint64_t order = 0;
};

class EventQueue {
 public:
  void push(Event event) {
    event.order = next_order_++;
    heap_.push_back(std::move(event));
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  Event pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Event event = std::move(heap_.back());
    heap_.pop_back();
    return event;
  }
  bool empty() const { return heap_.empty(); }
  const Event& first() const { return heap_.front(); }

 private:
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
  std::vector<Event> heap_;
  std::uint64_t next_order_ = 0;
};

}  // namespace lunsim::runtime
