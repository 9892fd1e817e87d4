// The world of tests: a virtual clock, a seeded scheduler and in-memory links. A run is a function
// of the seed, the options and what the engines do; nothing depends on pointers, hash order or the
// machine. It is not a model of TCP (no loss, no retransmission, no congestion): a link is an
// ordered byte stream with latency, segments and a window.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/ports/entropy.hpp"
#include "runtime/ports/world.hpp"
#include "runtime/simulated/event_queue.hpp"
#include "runtime/simulated/link.hpp"

namespace lunsim::runtime {

enum class SegmentPolicy : std::uint8_t {
  whole,   // what a side sends at once arrives at once
  fixed,   // pieces of segment_bytes_max
  random,  // pieces of 1 to segment_bytes_max bytes, seeded
};

struct SimulatedOptions {
  Duration latency = std::chrono::microseconds(50);  // one way, at least 1 ns
  Duration latency_jitter{0};                        // up to so much more, seeded; order is kept
  SegmentPolicy segments = SegmentPolicy::whole;
  std::size_t segment_bytes_max = 1460;
  std::size_t window_bytes = std::size_t{256} * 1024;   // on the way or unread, per direction
  Duration connect_timeout = std::chrono::seconds(60);  // to an address that is a black hole
  Duration linger = std::chrono::seconds(10);  // for the rest of a connection closed in order
  std::int64_t epoch_s = 1'767'225'600;        // 2026-01-01T00:00:00Z
};

class SimulatedWorld final : public World {
 public:
  explicit SimulatedWorld(std::uint64_t seed, SimulatedOptions options = {});
  ~SimulatedWorld() override;
  SimulatedWorld(const SimulatedWorld&) = delete;
  SimulatedWorld& operator=(const SimulatedWorld&) = delete;

  TimePoint now() const override { return now_; }
  std::int64_t epoch_s() const override { return options_.epoch_s; }
  Entropy& entropy(std::string_view part) override;

  /// Port 0 becomes a free one, counted from 20000. 0.0.0.0 and :: accept for every address.
  std::vector<Endpoint> attach(Engine& engine, const std::string& address,
                               std::span<const Endpoint> listen) override;
  void detach(Engine& engine) override;
  void wake(Engine& engine) override;

  /// If nothing can ever happen again the clock still moves to `deadline`, as it would in the live
  /// world, unless that is more than ten years away. Throws std::logic_error if an engine does not
  /// let time pass.
  bool run_until(const std::function<bool()>& done, TimePoint deadline) override;

  /// Nothing is on the way and no engine waits for a time.
  bool is_idle() const;
  /// Sees everything from now on; must outlive the world or be forgotten with it.
  void observe(Observer& observer) { observers_.push_back(&observer); }
  /// Asked for both directions of every connection that opens from now on.
  void set_filter_factory(FilterFactory factory) override { filter_factory_ = std::move(factory); }
  void set_gate(Gate gate) override { gate_ = std::move(gate); }
  /// Whoever connects to this address hears nothing until connect_timeout.
  void black_hole(std::string address) { black_holes_.insert(std::move(address)); }

 private:
  using Slot = SimulatedEngineSlot;

  // simulated_world.cpp: engines and time
  Slot* slot_of(const Engine& engine);
  Slot* listener_at(const Endpoint& to);
  bool is_known_address(const std::string& address) const;
  std::uint16_t free_port(const std::string& address);
  void settle();
  void pump(Slot& slot);
  bool poll_engine(Slot& slot);
  bool step(TimePoint deadline);
  void set_deadline(Slot& slot, std::optional<TimePoint> deadline);
  void fire_timeout(Slot& slot);
  void mark(Slot& slot) { dirty_.insert(slot.number); }

  // simulated_traffic.cpp: connections and bytes
  bool is_stale(const Event& event) const;
  void happen(Event event);
  void perform(Slot& slot, const Connect& connect);
  void perform(Slot& slot, const Close& close);
  void perform(Slot& slot, const HalfClose& close);
  void start(Slot& slot, const Transmit& transmit);
  void arrive_open(Link& link);
  void answer_open(Link& link, CloseReason reason);
  void resume_sending(Slot& slot);
  void fill_window(Link& link, std::uint8_t side);
  void send_bytes(Link& link, std::uint8_t side, std::vector<std::byte> bytes);
  void send_segment(Link& link, std::uint8_t side, std::vector<std::byte> bytes);
  void send_end(Link& link, std::uint8_t side, StreamEnd end);
  void leave(Link& link, std::uint8_t side, Chunk chunk);
  void depart(Link& link, std::uint8_t side, std::vector<std::byte> bytes, StreamEnd end);
  void arrive(Link& link, std::uint8_t side, std::vector<std::byte> bytes, StreamEnd end);
  bool deliver_one(Slot& slot);
  void end_side(Link& link, std::uint8_t side, CloseReason reason);
  void release(Link& link, std::uint8_t side, StreamEnd end);
  void forget_side(Link& link, std::uint8_t side);
  void drop_if_over(std::uint32_t key);
  Duration draw_latency();

  std::uint64_t seed_;
  SimulatedOptions options_;
  TimePoint now_{};
  SeededEntropy chance_;
  std::map<std::string, std::unique_ptr<SeededEntropy>, std::less<>> entropies_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::unordered_map<const Engine*, Slot*> slot_of_engine_;  // attached; never iterated
  std::vector<Slot*> listeners_;                             // attached, in this order
  std::multiset<std::string> addresses_;  // of the attached, and where they listen
  std::set<std::pair<TimePoint, std::uint32_t>> deadlines_;  // with the numbers of their slots
  std::set<std::uint32_t> dirty_;
  std::map<std::uint32_t, Link> links_;
  EventQueue events_;
  std::vector<Observer*> observers_;
  FilterFactory filter_factory_;
  Gate gate_;
  std::set<std::string> black_holes_;
  std::uint32_t links_begun_ = 0;
  std::uint32_t links_opened_ = 0;
  std::uint16_t next_opener_port_ = 49152;
  std::uint16_t next_free_port_ = 20000;
};

}  // namespace lunsim::runtime
