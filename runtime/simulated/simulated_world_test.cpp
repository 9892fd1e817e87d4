#include "runtime/simulated/simulated_world.hpp"

#include <boost/test/unit_test.hpp>
#include <system_error>

#include "runtime/ports/world_contract.hpp"

using namespace lunsim::runtime;
using namespace lunsim::runtime::testing;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<SimulatedWorld> calm_world() {
  auto world = std::make_unique<SimulatedWorld>(1);
  world->black_hole("10.66.6.6");
  return world;
}

std::unique_ptr<SimulatedWorld> rough_world() {
  SimulatedOptions options;
  options.segments = SegmentPolicy::random;
  options.latency_jitter = 300us;
  options.window_bytes = 5001;
  options.connect_timeout = 3s;
  auto world = std::make_unique<SimulatedWorld>(77, options);
  world->black_hole("10.66.6.6");
  return world;
}

// An engine that never lets time pass.
class Restless final : public Engine {
 public:
  void handle_connected(ConnectionId, const Endpoint&, const Endpoint&, TimePoint) override {}
  void handle_bytes(ConnectionId, std::span<const std::byte>, TimePoint) override {}
  void handle_transmitted(ConnectionId, std::size_t, TimePoint) override {}
  void handle_closed(ConnectionId, CloseReason, TimePoint) override {}
  void handle_released(ConnectionId, TimePoint) override {}
  void handle_timeout(TimePoint) override {}
  std::optional<Transmit> poll_transmit(TimePoint) override { return std::nullopt; }
  std::optional<Action> poll_action() override { return std::nullopt; }
  std::optional<TimePoint> poll_timeout() const override { return TimePoint{0}; }
  bool wants_bytes(ConnectionId) const override { return true; }
};

// Goes off once.
class Alarm final : public Engine {
 public:
  Alarm(int number, TimePoint at, std::vector<int>& fired)
      : number_(number), at_(at), fired_(fired) {}
  void handle_connected(ConnectionId, const Endpoint&, const Endpoint&, TimePoint) override {}
  void handle_bytes(ConnectionId, std::span<const std::byte>, TimePoint) override {}
  void handle_transmitted(ConnectionId, std::size_t, TimePoint) override {}
  void handle_closed(ConnectionId, CloseReason, TimePoint) override {}
  void handle_released(ConnectionId, TimePoint) override {}
  void handle_timeout(TimePoint) override {
    fired_.push_back(number_);
    at_.reset();
  }
  std::optional<Transmit> poll_transmit(TimePoint) override { return std::nullopt; }
  std::optional<Action> poll_action() override { return std::nullopt; }
  std::optional<TimePoint> poll_timeout() const override { return at_; }
  bool wants_bytes(ConnectionId) const override { return true; }

 private:
  int number_;
  std::optional<TimePoint> at_;
  std::vector<int>& fired_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(calm_simulated_world)
LUNSIM_WORLD_CASES(calm_world())
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rough_simulated_world)
LUNSIM_WORLD_CASES(rough_world())
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(simulated_world)

BOOST_AUTO_TEST_CASE(virtual_time_is_latency_and_nothing_else) {
  SimulatedWorld world(1);
  Pair pair(world, true);
  BOOST_TEST(world.now().since_start_ns == 100'000);
  pair.opener.send(pair.id, pattern(10));
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().received.size() == 10; }));
  BOOST_TEST(world.now().since_start_ns == 200'000);
}

BOOST_AUTO_TEST_CASE(the_window_bounds_what_is_accepted) {
  SimulatedOptions options;
  options.window_bytes = 10000;
  SimulatedWorld world(1, options);
  Pair pair(world, false);
  pair.listener.only().wants = false;
  pair.opener.send(pair.id, pattern(50000));
  world.wake(pair.opener);
  pass(world, 1s);
  BOOST_TEST(pair.opener.only().transmitted == 10000u);
  BOOST_TEST(pair.listener.only().received.empty());
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_reads_cannot_hold_a_closed_connection_for_ever) {
  SimulatedOptions options;
  options.window_bytes = 10000;
  options.linger = 3s;
  SimulatedWorld world(1, options);
  Pair pair(world, false);
  pair.listener.only().wants = false;
  pair.opener.send(pair.id, pattern(50000));
  pair.opener.close(pair.id, false);
  world.wake(pair.opener);
  pass(world, 1s);
  pair.opener.close(pair.id, false);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().released > 0; }));
  BOOST_TEST(run(world, [&] { return pair.listener.only().closed.has_value(); }));
}

BOOST_AUTO_TEST_CASE(an_idle_world_ends_at_once_and_moves_the_clock_only_to_a_near_deadline) {
  SimulatedWorld world(1);
  BOOST_TEST(!world.run_until([] { return false; }, TimePoint{INT64_MAX}));
  BOOST_TEST(world.now().since_start_ns == 0);
  BOOST_TEST(world.is_idle());
  BOOST_TEST(!world.run_until([] { return false; }, TimePoint{5}));
  BOOST_TEST(world.now().since_start_ns == 5);
}

BOOST_AUTO_TEST_CASE(an_engine_that_does_not_let_time_pass_is_named) {
  SimulatedWorld world(1);
  Restless engine;
  world.attach(engine, "10.0.0.77", {});
  const auto names_it = [](const std::logic_error& error) {
    return std::string(error.what()).find("10.0.0.77") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(pass(world, 1s), std::logic_error, names_it);
}

BOOST_AUTO_TEST_CASE(deadlines_of_one_instant_come_in_the_order_of_attaching) {
  SimulatedWorld world(1);
  std::vector<int> fired;
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (int i = 0; i < 4; ++i) {
    alarms.push_back(
        std::make_unique<Alarm>(i, TimePoint{i == 2 ? 50'000'000 : 100'000'000}, fired));
    world.attach(*alarms.back(), "10.0.0." + std::to_string(i), {});
  }
  pass(world, 10ms);
  world.detach(*alarms[1]);
  pass(world, 1s);
  BOOST_TEST(fired == (std::vector<int>{2, 0, 3}));
  BOOST_TEST(world.is_idle());
}

BOOST_AUTO_TEST_CASE(who_has_left_listens_no_more_and_its_address_is_not_known) {
  SimulatedWorld world(1);
  TestEngine listener, opener;
  world.attach(listener, "a", std::span(&kPortal, 1));
  world.attach(opener, kHost, {});
  world.detach(listener);
  opener.connect(kPortal);
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.only().closed.has_value(); }));
  BOOST_TEST((opener.only().closed == CloseReason::unreachable));
  world.attach(listener, "a", std::span(&kPortal, 1));
}

BOOST_AUTO_TEST_CASE(a_taken_endpoint_is_named) {
  SimulatedWorld world(1);
  TestEngine one, two;
  world.attach(one, "a", std::span(&kPortal, 1));
  const auto names_it = [](const std::system_error& error) {
    return std::string(error.what()).find("10.0.0.10:3260") != std::string::npos &&
           error.code() == std::errc::address_in_use;
  };
  BOOST_CHECK_EXCEPTION(world.attach(two, "b", std::span(&kPortal, 1)), std::system_error,
                        names_it);
}

BOOST_AUTO_TEST_CASE(port_0_becomes_a_free_port_and_a_wildcard_accepts_for_every_address) {
  SimulatedWorld world(1);
  TestEngine listener, opener;
  const std::array<Endpoint, 2> listen{Endpoint{"0.0.0.0", 0}, Endpoint{"0.0.0.0", 0}};
  const auto real = world.attach(listener, "a", listen);
  BOOST_TEST(real.at(0).port != 0);
  BOOST_TEST(real.at(0).port != real.at(1).port);
  world.attach(opener, kHost, {});
  opener.connect({"10.7.7.7", real.at(1).port});
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.only().is_connected; }));
  BOOST_TEST(listener.only().local.address == "10.7.7.7");
}

BOOST_AUTO_TEST_CASE(entropy_depends_on_the_seed_and_the_part_and_not_on_the_order_of_asking) {
  SimulatedWorld one(5), two(5), other(6);
  const std::uint64_t a = one.entropy("a").next_u64();
  const std::uint64_t b = one.entropy("b").next_u64();
  BOOST_TEST(two.entropy("b").next_u64() == b);
  BOOST_TEST(two.entropy("a").next_u64() == a);
  BOOST_TEST(a != b);
  BOOST_TEST(other.entropy("a").next_u64() != a);
}

BOOST_AUTO_TEST_SUITE_END()
