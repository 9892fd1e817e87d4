#include <boost/test/unit_test.hpp>

#include "runtime/ports/world_contract.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "runtime/trace/event_hash.hpp"

using namespace lunsim::runtime;
using namespace lunsim::runtime::testing;

namespace {

SimulatedOptions rough() {
  SimulatedOptions options;
  options.segments = SegmentPolicy::random;
  options.latency_jitter = std::chrono::microseconds(300);
  options.window_bytes = 20000;
  return options;
}

// Several engines at once; what they send does not depend on the seed, when it arrives does.
std::string digest_of_a_run(std::uint64_t seed, const SimulatedOptions& options,
                            std::uint32_t payload_seed = 1) {
  SimulatedWorld world(seed, options);
  EventHash hash;
  world.observe(hash);
  // Engines at changing addresses of memory: their order must not come from there.
  std::vector<std::unique_ptr<TestEngine>> openers;
  TestEngine listener(true);
  world.attach(listener, kPortal.address, std::span(&kPortal, 1));
  for (std::uint32_t i = 0; i < 5; ++i) {
    openers.push_back(std::make_unique<TestEngine>());
    world.attach(*openers.back(), "10.0.0." + std::to_string(i + 1), {});
    const ConnectionId id = openers.back()->connect(kPortal);
    openers.back()->send(id, pattern(30000, payload_seed + i));
  }
  BOOST_TEST(run(world, [&] {
    return std::ranges::all_of(openers, [](auto& o) { return o->only().received.size() == 30000; });
  }));
  for (auto& opener : openers) opener->close(opener->only_id(), true);
  for (auto& opener : openers) world.wake(*opener);
  pass(world, std::chrono::milliseconds(5));
  return hash.digest();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(determinism)

BOOST_AUTO_TEST_CASE(one_seed_gives_one_event_hash) {
  const std::string first = digest_of_a_run(1, rough());
  for (int i = 0; i < 3; ++i) BOOST_TEST(digest_of_a_run(1, rough()) == first);
}

BOOST_AUTO_TEST_CASE(another_seed_gives_another_hash_where_there_is_chance) {
  BOOST_TEST(digest_of_a_run(1, rough()) != digest_of_a_run(2, rough()));
  BOOST_TEST(digest_of_a_run(1, {}) == digest_of_a_run(2, {}));
}

BOOST_AUTO_TEST_CASE(other_bytes_give_another_hash) {
  BOOST_TEST(digest_of_a_run(1, {}, 1) != digest_of_a_run(1, {}, 2));
}

BOOST_AUTO_TEST_SUITE_END()
