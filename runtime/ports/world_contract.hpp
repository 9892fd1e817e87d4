// What every world owes to engines, as checks that both worlds' tests run: order, back-pressure,
// endings, refusals, timers. For tests only.
#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <set>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/ports/test_engines.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::runtime::testing {

inline const Endpoint kPortal{"10.0.0.10", 3260};
inline const std::string kHost = "10.0.0.1";

inline bool run(World& world, const std::function<bool()>& done, int seconds = 30) {
  return world.run_until(done, world.now() + std::chrono::seconds(seconds));
}
inline void pass(World& world, std::chrono::milliseconds time) {
  world.run_until([] { return false; }, world.now() + time);
}

/// A listener at kPortal and an opener, attached and connected.
struct Pair {
  Pair(World& in, bool echoes, const Endpoint& at = kPortal) : world(in), listener(echoes) {
    real = world.attach(listener, at.address, std::span(&at, 1));
    world.attach(opener, kHost, {});
    id = opener.connect(at);
    world.wake(opener);
    connected = run(world, [&] {
      return !listener.connections.empty() && opener.only().is_connected;
    });
  }
  ~Pair() {
    world.detach(opener);
    world.detach(listener);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  World& world;
  TestEngine listener;
  TestEngine opener;
  std::vector<Endpoint> real;
  ConnectionId id{};
  bool connected = false;
};

inline void echoes_a_payload_in_order(World& world) {
  Pair pair(world, true);
  BOOST_TEST_REQUIRE(pair.connected);
  const auto sent = pattern(std::size_t{1} << 20);
  pair.opener.send(pair.id, sent);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().received.size() >= sent.size(); }));
  BOOST_TEST((pair.opener.only().received == sent));
  BOOST_TEST(pair.opener.only().transmitted == sent.size());
}

inline void both_sides_know_the_scenario_endpoints(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  BOOST_TEST((pair.listener.only().local == kPortal));
  BOOST_TEST(pair.listener.only().peer.address == kHost);
  BOOST_TEST((pair.opener.only().peer == kPortal));
  BOOST_TEST((pair.opener.only().local == pair.listener.only().peer));
  const auto id = static_cast<std::uint32_t>(pair.listener.only_id());
  BOOST_TEST((id & kAcceptedConnectionBit) != 0u);
}

inline void a_reader_that_wants_nothing_bounds_the_sender(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  const auto sent = pattern(std::size_t{32} << 20);
  pair.listener.only().wants = false;
  pair.opener.send(pair.id, sent);
  world.wake(pair.opener);
  pass(world, std::chrono::milliseconds(300));
  BOOST_TEST(pair.listener.only().received.size() <= std::size_t{1} << 20);
  BOOST_TEST(pair.opener.only().transmitted < sent.size());
  pair.listener.only().wants = true;
  world.wake(pair.listener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().received.size() >= sent.size(); }));
  BOOST_TEST((pair.listener.only().received == sent));
  BOOST_TEST(pair.opener.only().transmitted == sent.size());
}

inline void a_close_in_order_delivers_everything_first(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  const auto sent = pattern(std::size_t{3} << 20);
  pair.opener.only().closes_when_sent = true;
  pair.opener.send(pair.id, sent);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().closed.has_value(); }));
  BOOST_TEST((pair.listener.only().received == sent));
  BOOST_TEST((pair.listener.only().closed == CloseReason::finished));
  BOOST_TEST(pair.opener.only().released == 1);
  BOOST_TEST(!pair.opener.only().closed.has_value());
}

// The Transmit was polled and only partly accepted when the Close comes.
inline void a_close_in_order_waits_for_the_transmit_in_flight(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.listener.only().wants = false;
  const auto sent = pattern(std::size_t{32} << 20);
  pair.opener.send(pair.id, sent);
  world.wake(pair.opener);
  pass(world, std::chrono::milliseconds(200));
  TestEngine::Connection& c = pair.opener.only();
  BOOST_TEST(c.in_flight > 0u);
  const std::size_t polled = c.transmitted + c.in_flight;
  pair.opener.close(pair.id, false);
  world.wake(pair.opener);
  pass(world, std::chrono::milliseconds(50));
  BOOST_TEST(c.released == 0);
  pair.listener.only().wants = true;
  world.wake(pair.listener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().closed && c.released == 1; }));
  BOOST_TEST((pair.listener.only().closed == CloseReason::finished));
  BOOST_TEST(pair.listener.only().received.size() == polled);
  BOOST_TEST(std::equal(pair.listener.only().received.begin(), pair.listener.only().received.end(),
                        sent.begin()));
}

inline void a_reset_is_seen_as_a_reset(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.opener.close(pair.id, true);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().closed.has_value(); }));
  BOOST_TEST((pair.listener.only().closed == CloseReason::reset));
  BOOST_TEST(pair.opener.only().released == 1);
  BOOST_TEST(!pair.opener.only().closed.has_value());
}

inline void what_was_sent_before_a_reset_arrives_if_it_is_wanted(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.opener.send(pair.id, pattern(68));
  world.wake(pair.opener);
  run(world, [&] { return pair.opener.only().transmitted == 68; });
  pair.opener.close(pair.id, true);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().closed.has_value(); }));
  BOOST_TEST((pair.listener.only().closed == CloseReason::reset));
  BOOST_TEST(pair.listener.only().received.size() == 68u);
}

inline void the_accepting_side_may_close_at_once(World& world) {
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.listener.send(pair.listener.only_id(), pattern(100));
  pair.listener.only().closes_when_sent = true;
  world.wake(pair.listener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().closed.has_value(); }));
  BOOST_TEST((pair.opener.only().closed == CloseReason::finished));
  BOOST_TEST((pair.opener.only().received == pattern(100)));
}

inline void a_port_without_listener_is_refused_and_an_unknown_address_unreachable(World& world) {
  Pair pair(world, false);
  const ConnectionId refused = pair.opener.connect({kPortal.address, 3261});
  const ConnectionId nowhere = pair.opener.connect({"10.99.99.99", 3260});
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] {
    return pair.opener.connections[refused].closed && pair.opener.connections[nowhere].closed;
  }));
  BOOST_TEST((pair.opener.connections[refused].closed == CloseReason::refused));
  BOOST_TEST((pair.opener.connections[nowhere].closed == CloseReason::unreachable));
}

/// The world must have been told that 10.66.6.6 is a black hole, with a connect time-out below a
/// minute.
inline void a_connect_into_a_black_hole_times_out(World& world) {
  TestEngine opener;
  world.attach(opener, kHost, {});
  const ConnectionId id = opener.connect({"10.66.6.6", 3260});
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.connections[id].closed.has_value(); }, 60));
  BOOST_TEST((opener.connections[id].closed == CloseReason::timed_out));
  world.detach(opener);
}

inline void a_connect_can_be_given_up(World& world) {
  TestEngine opener;
  world.attach(opener, kHost, {});
  const ConnectionId id = opener.connect({"10.66.6.6", 3260});
  opener.close(id, false);
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.connections[id].released == 1; }));
  pass(world, std::chrono::milliseconds(20));
  BOOST_TEST(!opener.connections[id].closed.has_value());
  world.detach(opener);
}

inline void a_close_of_an_unknown_connection_is_released(World& world) {
  Pair pair(world, false);
  pair.listener.close(pair.listener.only_id(), true);
  world.wake(pair.listener);
  run(world, [&] { return pair.opener.only().closed.has_value(); });
  pair.opener.close(pair.id, false);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().released == 1; }));
}

inline void timers_fire_in_time_and_never_early(World& world) {
  TestEngine engine;
  engine.timeout_step = std::chrono::milliseconds(7);
  engine.timeouts_wanted = 4;
  const TimePoint first = world.now() + std::chrono::milliseconds(5);
  engine.deadline = first;
  world.attach(engine, kHost, {});
  BOOST_TEST(run(world, [&] { return engine.timeouts.size() == 4; }));
  BOOST_TEST(((engine.timeouts.at(0) <=> first) >= 0));
  for (std::size_t i = 1; i < engine.timeouts.size(); ++i) {
    BOOST_TEST((engine.timeouts[i] - engine.timeouts[i - 1]).count() >= engine.timeout_step.count());
  }
  world.detach(engine);
}

inline void a_deadline_passes_when_nothing_happens(World& world) {
  const TimePoint deadline = world.now() + std::chrono::milliseconds(20);
  BOOST_TEST(!world.run_until([] { return false; }, deadline));
  BOOST_TEST(((world.now() <=> deadline) >= 0));
}

inline void detaching_resets_the_peers(World& world) {
  TestEngine listener, opener;
  world.attach(listener, kPortal.address, std::span(&kPortal, 1));
  world.attach(opener, kHost, {});
  opener.connect(kPortal);
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.only().is_connected && !listener.connections.empty(); }));
  world.detach(listener);
  BOOST_TEST(run(world, [&] { return opener.only().closed.has_value(); }));
  BOOST_TEST((opener.only().closed == CloseReason::reset));
  BOOST_TEST(listener.only().released == 0);
  const ConnectionId again = opener.connect(kPortal);
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.connections[again].closed.has_value(); }));
  world.detach(opener);
}

inline void many_connections_at_once_do_not_mix(World& world) {
  TestEngine listener(true), opener;
  world.attach(listener, kPortal.address, std::span(&kPortal, 1));
  world.attach(opener, kHost, {});
  constexpr std::uint32_t kCount = 60;
  for (std::uint32_t i = 1; i <= kCount; ++i) {
    const ConnectionId id = opener.connect(kPortal);
    opener.send(id, pattern(20000 + i, i));
  }
  world.wake(opener);
  const auto is_complete = [&] {
    std::uint32_t size = 20001;
    return std::ranges::all_of(opener.connections, [&](const auto& entry) {
      return entry.second.received.size() == size++;
    });
  };
  BOOST_TEST(run(world, is_complete));
  std::uint32_t i = 1;
  for (const auto& [id, c] : opener.connections) {
    BOOST_TEST((c.received == pattern(20000 + i, i)));
    ++i;
  }
  BOOST_TEST(listener.connections.size() == kCount);
  world.detach(opener);
  world.detach(listener);
}

/// Gives the opener's direction of every connection the filters that `add` adds.
inline FilterFactory opener_filter(std::function<void(FilterChain&)> add) {
  return [add](std::uint32_t, bool from_opener, const Endpoint&, const Endpoint&) {
    FilterChain chain;
    if (from_opener) add(chain);
    return chain;
  };
}

template <class SomeWorld>
void filters_split_corrupt_and_delay(SomeWorld& world) {
  world.set_filter_factory(opener_filter([](FilterChain& chain) {
    chain.add(split_filter(7));
    chain.add(corrupt_filter(1000, std::byte{0xff}));
    chain.add(delay_filter(std::chrono::milliseconds(30)));
  }));
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  auto expected = pattern(5003);
  const TimePoint start = world.now();
  pair.opener.send(pair.id, expected);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().received.size() == expected.size(); }));
  BOOST_TEST((world.now() - start).count() >= 30'000'000);
  expected[1000] ^= std::byte{0xff};
  BOOST_TEST((pair.listener.only().received == expected));
}

template <class SomeWorld>
void a_cut_ends_the_stream_for_both(SomeWorld& world, StreamEnd how, CloseReason seen) {
  world.set_filter_factory(
      opener_filter([how](FilterChain& chain) { chain.add(cut_filter(1234, how)); }));
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.opener.send(pair.id, pattern(5000));
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.listener.only().closed && pair.opener.only().closed; }));
  BOOST_TEST((pair.listener.only().closed == seen));
  BOOST_TEST((pair.opener.only().closed == seen));
  BOOST_TEST(pair.listener.only().received.size() == 1234u);
}

template <class SomeWorld>
void a_silent_cut_is_noticed_by_nobody(SomeWorld& world) {
  world.set_filter_factory(
      opener_filter([](FilterChain& chain) { chain.add(cut_filter(1234, StreamEnd::silence)); }));
  Pair pair(world, false);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.opener.send(pair.id, pattern(5000));
  world.wake(pair.opener);
  pass(world, std::chrono::milliseconds(100));
  BOOST_TEST(pair.listener.only().received.size() == 1234u);
  BOOST_TEST(!pair.listener.only().closed.has_value());
  BOOST_TEST(!pair.opener.only().closed.has_value());
}

/// Keeps what observers are told, as lines.
class Told final : public Observer {
 public:
  void opened(std::uint32_t number, const Endpoint& from, const Endpoint& to, TimePoint) override {
    lines.push_back("opened " + std::to_string(number) + " " + from.address + " " + to_string(to));
  }
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               TimePoint) override {
    (from_opener ? sent : answered) += bytes.size();
    numbers.insert(number);
  }
  void closed(std::uint32_t number, bool by_opener, bool reset, TimePoint) override {
    lines.push_back("closed " + std::to_string(number) + (by_opener ? " by opener" : " by listener") +
                    (reset ? " reset" : ""));
  }
  std::vector<std::string> lines;
  std::set<std::uint32_t> numbers;
  std::size_t sent = 0;
  std::size_t answered = 0;
};

template <class SomeWorld>
void observers_are_told_everything_once(SomeWorld& world) {
  Told told;
  world.observe(told);
  Pair pair(world, true);
  BOOST_TEST_REQUIRE(pair.connected);
  pair.opener.send(pair.id, pattern(100000));
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().received.size() == 100000; }));
  pair.listener.close(pair.listener.only_id(), false);
  world.wake(pair.listener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().closed.has_value(); }));
  const std::vector<std::string> expected{"opened 1 10.0.0.1 10.0.0.10:3260", "closed 1 by listener"};
  BOOST_TEST(told.lines == expected, boost::test_tools::per_element());
  BOOST_TEST(told.sent == 100000u);
  BOOST_TEST(told.answered == 100000u);
  BOOST_TEST(told.numbers.size() == 1u);
}

}  // namespace lunsim::runtime::testing

/// One case per clause for a world that the expression makes anew.
#define LUNSIM_WORLD_CASE(name, world_expression) \
  BOOST_AUTO_TEST_CASE(name) {                    \
    auto world = world_expression;                \
    lunsim::runtime::testing::name(*world);       \
  }
#define LUNSIM_WORLD_CASES(w)                                                         \
  LUNSIM_WORLD_CASE(echoes_a_payload_in_order, w)                                     \
  LUNSIM_WORLD_CASE(both_sides_know_the_scenario_endpoints, w)                        \
  LUNSIM_WORLD_CASE(a_reader_that_wants_nothing_bounds_the_sender, w)                 \
  LUNSIM_WORLD_CASE(a_close_in_order_delivers_everything_first, w)                    \
  LUNSIM_WORLD_CASE(a_close_in_order_waits_for_the_transmit_in_flight, w)             \
  LUNSIM_WORLD_CASE(a_reset_is_seen_as_a_reset, w)                                    \
  LUNSIM_WORLD_CASE(what_was_sent_before_a_reset_arrives_if_it_is_wanted, w)          \
  LUNSIM_WORLD_CASE(the_accepting_side_may_close_at_once, w)                          \
  LUNSIM_WORLD_CASE(a_port_without_listener_is_refused_and_an_unknown_address_unreachable, w) \
  LUNSIM_WORLD_CASE(a_connect_into_a_black_hole_times_out, w)                         \
  LUNSIM_WORLD_CASE(a_connect_can_be_given_up, w)                                     \
  LUNSIM_WORLD_CASE(a_close_of_an_unknown_connection_is_released, w)                  \
  LUNSIM_WORLD_CASE(timers_fire_in_time_and_never_early, w)                           \
  LUNSIM_WORLD_CASE(a_deadline_passes_when_nothing_happens, w)                        \
  LUNSIM_WORLD_CASE(detaching_resets_the_peers, w)                                    \
  LUNSIM_WORLD_CASE(many_connections_at_once_do_not_mix, w)                           \
  LUNSIM_WORLD_CASE(filters_split_corrupt_and_delay, w)                               \
  LUNSIM_WORLD_CASE(a_silent_cut_is_noticed_by_nobody, w)                             \
  LUNSIM_WORLD_CASE(observers_are_told_everything_once, w)                            \
  BOOST_AUTO_TEST_CASE(a_cut_by_fin_ends_the_stream_for_both) {                       \
    auto world = w;                                                                   \
    lunsim::runtime::testing::a_cut_ends_the_stream_for_both(                         \
        *world, lunsim::runtime::StreamEnd::finish, lunsim::runtime::CloseReason::finished); \
  }                                                                                   \
  BOOST_AUTO_TEST_CASE(a_cut_by_rst_ends_the_stream_for_both) {                       \
    auto world = w;                                                                   \
    lunsim::runtime::testing::a_cut_ends_the_stream_for_both(                         \
        *world, lunsim::runtime::StreamEnd::reset, lunsim::runtime::CloseReason::reset); \
  }
