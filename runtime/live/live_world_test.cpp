#include "runtime/live/live_world.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <ctime>
#include <system_error>

#include "runtime/ports/world_contract.hpp"

using namespace lunsim::runtime;
using namespace lunsim::runtime::testing;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<LiveWorld> mapped_world() {
  LiveOptions options;
  options.connect_timeout = 300ms;
  auto world = std::make_unique<LiveWorld>(options);
  world->black_hole("10.66.6.6");
  return world;
}

LiveOptions serving() {
  LiveOptions options;
  options.keep_addresses = true;
  return options;
}

// Takes every file descriptor but `spare` of this process, for as long as it lives.
class Exhaustion {
 public:
  explicit Exhaustion(std::size_t spare) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &low);
    for (int fd = ::open("/dev/null", O_RDONLY); fd >= 0; fd = ::open("/dev/null", O_RDONLY)) {
      taken_.push_back(fd);
    }
    for (std::size_t i = 0; i < spare && !taken_.empty(); ++i) give_one();
  }
  ~Exhaustion() {
    while (!taken_.empty()) give_one();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  Exhaustion(const Exhaustion&) = delete;
  Exhaustion& operator=(const Exhaustion&) = delete;
  void give_one() {
    ::close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(mapped_live_world)
LUNSIM_WORLD_CASES(mapped_world())
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(live_world)

BOOST_AUTO_TEST_CASE(a_scenario_endpoint_is_mapped_to_loopback_and_a_free_port) {
  LiveWorld world;
  TestEngine listener;
  const auto real = world.attach(listener, "array", std::span(&kPortal, 1));
  BOOST_TEST(real.at(0).address == "127.0.0.1");
  BOOST_TEST(real.at(0).port != 0);
  BOOST_TEST((world.real_endpoint(kPortal) == real.at(0)));
  world.detach(listener);
  BOOST_TEST((world.real_endpoint(kPortal) == kPortal));
}

BOOST_AUTO_TEST_CASE(an_ipv6_scenario_runs_over_ipv6_loopback) {
  LiveWorld world;
  Pair pair(world, true, {"fd00::10", 3260});
  BOOST_TEST_REQUIRE(pair.connected);
  BOOST_TEST(pair.real.at(0).address == "::1");
  pair.opener.send(pair.id, pattern(70000));
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().received == pattern(70000); }));
}

BOOST_AUTO_TEST_CASE(serving_keeps_the_endpoints_and_port_0_becomes_a_free_one) {
  LiveWorld world(serving());
  TestEngine listener(true), opener;
  const std::array<Endpoint, 2> listen{Endpoint{"127.0.0.1", 0}, Endpoint{"::1", 0}};
  const auto real = world.attach(listener, "127.0.0.1", listen);
  BOOST_TEST(real.at(0).address == "127.0.0.1");
  BOOST_TEST(real.at(1).address == "::1");
  world.attach(opener, "", {});
  for (const Endpoint& endpoint : real) opener.send(opener.connect(endpoint), pattern(1000));
  world.wake(opener);
  BOOST_TEST(run(world, [&] {
    return std::ranges::all_of(opener.connections,
                               [](const auto& c) { return c.second.received == pattern(1000); });
  }));
  for (const auto& [id, c] : listener.connections) {
    BOOST_TEST((c.local == real.at(0) || c.local == real.at(1)));
  }
}

BOOST_AUTO_TEST_CASE(localhost_is_loopback) {
  LiveWorld world(serving());
  TestEngine listener, opener;
  const Endpoint listen{"127.0.0.1", 0};
  const auto real = world.attach(listener, "", std::span(&listen, 1));
  world.attach(opener, "", {});
  opener.connect({"localhost", real.at(0).port});
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.only().is_connected; }));
}

BOOST_AUTO_TEST_CASE(a_taken_port_is_named_with_what_to_do) {
  LiveWorld one(serving()), two(serving());
  TestEngine first, second;
  Endpoint listen{"127.0.0.1", 0};
  listen = one.attach(first, "", std::span(&listen, 1)).at(0);
  const auto says_so = [&](const std::system_error& error) {
    const std::string text = error.what();
    return error.code() == std::errc::address_in_use &&
           text.find(to_string(listen)) != std::string::npos &&
           text.find("choose another port") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(two.attach(second, "", std::span(&listen, 1)), std::system_error, says_so);
}

BOOST_AUTO_TEST_CASE(a_name_is_no_listen_address) {
  LiveWorld world(serving());
  TestEngine engine;
  const Endpoint listen{"no-such-interface", 0};
  BOOST_CHECK_THROW(world.attach(engine, "", std::span(&listen, 1)), std::system_error);
}

BOOST_AUTO_TEST_CASE(a_loopback_port_without_listener_is_refused) {
  LiveWorld world;
  TestEngine opener;
  world.attach(opener, kHost, {});
  opener.connect({"127.0.0.1", 1});
  world.wake(opener);
  BOOST_TEST(run(world, [&] { return opener.only().closed.has_value(); }));
  BOOST_TEST((opener.only().closed == CloseReason::refused));
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_reads_cannot_hold_a_closed_connection_for_ever) {
  LiveOptions options;
  options.linger = 100ms;
  LiveWorld world(options);
  Pair pair(world, false);
  pair.listener.only().wants = false;
  pair.opener.send(pair.id, pattern(std::size_t{32} << 20));
  world.wake(pair.opener);
  pass(world, 100ms);
  pair.opener.close(pair.id, false);
  world.wake(pair.opener);
  BOOST_TEST(run(world, [&] { return pair.opener.only().released == 1; }, 5));
}

// One descriptor is left: the opener takes it, and there is none to accept with.
BOOST_AUTO_TEST_CASE(without_file_descriptors_accepting_pauses_and_goes_on_later) {
  LiveWorld world;
  TestEngine listener, opener;
  world.attach(listener, kPortal.address, std::span(&kPortal, 1));
  world.attach(opener, kHost, {});
  Exhaustion exhaustion(1);
  opener.connect(kPortal);
  world.wake(opener);
  const std::clock_t before = std::clock();
  pass(world, 350ms);
  BOOST_TEST(listener.connections.empty());
  BOOST_TEST(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 0.15);
  exhaustion.give_one();
  BOOST_TEST(run(world, [&] { return !listener.connections.empty(); }, 5));
}

BOOST_AUTO_TEST_CASE(a_signal_ends_run) {
  LiveWorld world;
  world.stop_on_signals();
  TestEngine engine;
  engine.deadline = world.now() + 20ms;
  world.attach(engine, kHost, {});
  bool raised = false;
  world.run_until([&] { return raised = engine.timeouts.size() == 1; }, world.now() + 5s);
  BOOST_TEST_REQUIRE(raised);
  std::raise(SIGTERM);
  world.run();
  BOOST_TEST(world.was_stopped());
}

BOOST_AUTO_TEST_CASE(entropy_is_the_systems_unless_a_seed_is_given) {
  LiveWorld one, two;
  BOOST_TEST(one.entropy("chap").next_u64() != two.entropy("chap").next_u64());
  LiveOptions options;
  options.seed = 3;
  LiveWorld three(options), four(options);
  BOOST_TEST(three.entropy("chap").next_u64() == four.entropy("chap").next_u64());
}

BOOST_AUTO_TEST_CASE(the_epoch_is_the_wall_clock) {
  BOOST_TEST(LiveWorld().epoch_s() > 1'700'000'000);
}

BOOST_AUTO_TEST_SUITE_END()
