// One connection of the simulated world: two sides, each with what it still has to send, the window
// that bounds its bytes on the way, and what has arrived but was not wanted yet. Data only;
// SimulatedWorld moves it.
//
//   Transmit -> rest -> [window] -> segments -> filters -> (latency)
//      -> inbox of the other side -> handle_bytes
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/ports/engine.hpp"

namespace lunsim::runtime {

enum class SidePhase : std::uint8_t { absent, opening, open, lingering, gone };

struct Arrival {
  std::vector<std::byte> bytes;
  StreamEnd end = StreamEnd::none;
};

struct SimulatedEngineSlot;

struct LinkSide {
  SimulatedEngineSlot* slot = nullptr;
  ConnectionId id{};
  Endpoint endpoint;
  SidePhase phase = SidePhase::absent;

  std::vector<std::span<const std::byte>> rest;   // of the Transmit in flight, not yet in the window
  std::size_t rest_bytes = 0;
  std::size_t window_used = 0;
  std::size_t departing = 0;                      // chunks that a filter holds back
  TimePoint last_leave;
  TimePoint last_arrival;
  FilterChain filters;
  bool swallows = false;                          // cut: nothing that this side sends arrives any more

  std::deque<Arrival> inbox;
};

struct Link {
  std::uint32_t key = 0;
  std::uint32_t number = 0;       // as observers count; 0 until somebody accepted
  bool closed_seen = false;       // observers were told
  LinkSide sides[2];              // 0 the opener, 1 the listener
};

struct LinkRef {
  std::uint32_t key = 0;
  std::uint8_t side = 0;
};

/// An attached engine. Slots are numbered in the order of attaching and never reused.
struct SimulatedEngineSlot {
  Engine* engine = nullptr;       // null once detached
  std::uint32_t number = 0;
  std::string address;
  std::vector<Endpoint> listens;
  std::map<ConnectionId, LinkRef> connections;
  std::set<std::uint32_t> with_inbox;    // keys of links that have something for this engine
  std::set<std::uint32_t> with_rest;     // keys of links whose window was full
  std::uint32_t accepted = 0;
  std::optional<TimePoint> deadline;
  TimePoint last_timeout_at{-1};
  std::uint32_t timeouts_at_once = 0;
};

}  // namespace lunsim::runtime
