#include "runtime/filters/byte_filter.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <numeric>

using namespace lunsim::runtime;
using namespace std::chrono_literals;

namespace {

Chunk counting(std::size_t size, TimePoint leaves = {}, unsigned first = 0) {
  Chunk chunk{std::vector<std::byte>(size), leaves, StreamEnd::none};
  for (std::size_t i = 0; i < size; ++i) chunk.bytes[i] = static_cast<std::byte>(first + i);
  return chunk;
}

std::vector<std::byte> joined(const std::vector<Chunk>& chunks) {
  std::vector<std::byte> all;
  for (const Chunk& chunk : chunks) all.insert(all.end(), chunk.bytes.begin(), chunk.bytes.end());
  return all;
}

FilterChain chain_of(std::unique_ptr<ByteFilter> filter) {
  FilterChain chain;
  chain.add(std::move(filter));
  return chain;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(byte_filter)

BOOST_AUTO_TEST_CASE(an_empty_chain_changes_nothing) {
  FilterChain chain;
  const auto out = chain.pass(counting(5, {9}));
  BOOST_TEST_REQUIRE(out.size() == 1u);
  BOOST_TEST((out[0].bytes == counting(5).bytes));
  BOOST_TEST(out[0].leaves.since_start_ns == 9);
}

BOOST_AUTO_TEST_CASE(split_keeps_the_bytes_and_bounds_the_pieces) {
  FilterChain chain = chain_of(split_filter(3));
  const auto out = chain.pass(counting(10));
  BOOST_TEST_REQUIRE(out.size() == 4u);
  BOOST_TEST(out[0].bytes.size() == 3u);
  BOOST_TEST(out[3].bytes.size() == 1u);
  BOOST_TEST((joined(out) == counting(10).bytes));
  BOOST_TEST(chain.pass(counting(3)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(delay_moves_the_time_of_leaving) {
  FilterChain chain = chain_of(delay_filter(2ms));
  BOOST_TEST(chain.pass(counting(1, {100})).at(0).leaves.since_start_ns == 2'000'100);
}

BOOST_AUTO_TEST_CASE(corrupt_hits_one_byte_of_the_stream_wherever_chunks_begin) {
  FilterChain chain = chain_of(corrupt_filter(6, std::byte{0x80}));
  BOOST_TEST((joined(chain.pass(counting(4))) == counting(4).bytes));
  const auto hit = joined(chain.pass(counting(4, {}, 4)));
  BOOST_TEST(std::to_integer<int>(hit[1]) == 5);
  BOOST_TEST(std::to_integer<int>(hit[2]) == (6 ^ 0x80));
  BOOST_TEST((joined(chain.pass(counting(4))) == counting(4).bytes));
}

BOOST_AUTO_TEST_CASE(cut_passes_exactly_its_bytes_and_then_nothing) {
  for (const StreamEnd how : {StreamEnd::finish, StreamEnd::reset, StreamEnd::silence}) {
    FilterChain chain = chain_of(cut_filter(6, how));
    BOOST_TEST((chain.pass(counting(4)).at(0).end == StreamEnd::none));
    const auto last = chain.pass(counting(4));
    BOOST_TEST(last.at(0).bytes.size() == 2u);
    BOOST_TEST((last.at(0).end == how));
    BOOST_TEST(chain.has_ended());
    BOOST_TEST(chain.pass(counting(4)).empty());
  }
}

BOOST_AUTO_TEST_CASE(cut_after_a_split_stops_within_the_pieces) {
  FilterChain chain;
  chain.add(split_filter(2));
  chain.add(cut_filter(5, StreamEnd::reset));
  const auto out = chain.pass(counting(10));
  BOOST_TEST(joined(out).size() == 5u);
  BOOST_TEST((out.back().end == StreamEnd::reset));
}

BOOST_AUTO_TEST_CASE(throttle_spreads_a_burst_at_its_rate) {
  FilterChain chain;
  chain.add(split_filter(100));
  chain.add(throttle_filter(1000));
  const auto out = chain.pass(counting(300));
  BOOST_TEST_REQUIRE(out.size() == 3u);
  BOOST_TEST(out[0].leaves.since_start_ns == 100'000'000);
  BOOST_TEST(out[2].leaves.since_start_ns == 300'000'000);
  BOOST_TEST(chain.pass(counting(100, TimePoint{} + 10s)).at(0).leaves.since_start_ns ==
             10'100'000'000);
}

BOOST_AUTO_TEST_SUITE_END()
