#include "target_sim/faults/fault_filter.hpp"

#include <boost/test/unit_test.hpp>

namespace pdu = lunsim::pdu;
namespace runtime = lunsim::runtime;
namespace target_sim = lunsim::target_sim;
using runtime::Chunk;
using runtime::StreamEnd;
using target_sim::FaultPlan;
using target_sim::FaultRule;

namespace {

FaultRule rule() {
  FaultRule out;
  out.name = "f";
  out.on.bytes = true;
  out.on.direction = pdu::Direction::send;
  return out;
}

struct FilterBench {
  explicit FilterBench(FaultRule one)
      : plan({std::move(one)}, 1),
        chain(target_sim::fault_filters(plan)(1, false, {"10.0.0.1", 1000}, {"10.0.0.10", 3260})) {}
  std::vector<Chunk> pass(std::string_view text, std::int64_t at_ns = 0) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return chain.pass({{first, first + text.size()}, runtime::TimePoint{at_ns}, StreamEnd::none});
  }
  std::uint64_t fired() const { return plan.counts()[0].fired; }
  FaultPlan plan;
  runtime::FilterChain chain;
};

std::string text_of(const std::vector<Chunk>& chunks) {
  std::string out;
  for (const Chunk& chunk : chunks) {
    if (!out.empty()) out += '|';
    out.append(reinterpret_cast<const char*>(chunk.bytes.data()), chunk.bytes.size());
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_filter)

BOOST_AUTO_TEST_CASE(bytes_are_sliced_corrupted_repeated_and_swapped) {
  FaultRule slice = rule();
  slice.action.bytes.slice_bytes = 2;
  BOOST_TEST(text_of(FilterBench(slice).pass("abcde")) == "ab|cd|e");
  FaultRule corrupt = rule();
  corrupt.action.bytes.corrupt = {1, 0x01};
  BOOST_TEST(text_of(FilterBench(corrupt).pass("abc")) == "acc");
  FaultRule repeat = rule();
  repeat.action.bytes.repeat = {1, 2};
  BOOST_TEST(text_of(FilterBench(repeat).pass("abcd")) == "abcbcd");
  FaultRule swap = rule();
  swap.action.bytes.swap = {0, 2};
  BOOST_TEST(text_of(FilterBench(swap).pass("abcde")) == "cdabe");
}

BOOST_AUTO_TEST_CASE(what_does_not_reach_a_piece_has_not_fired) {
  FaultRule corrupt = rule();
  corrupt.action.bytes.corrupt = {3, 0x01};
  FilterBench bench(corrupt);
  BOOST_TEST(text_of(bench.pass("abc")) == "abc");
  BOOST_TEST(bench.fired() == 0u);
  BOOST_TEST(text_of(bench.pass("abcd")) == "abce");
  BOOST_TEST(bench.fired() == 1u);
}

BOOST_AUTO_TEST_CASE(delays_and_bandwidth_move_the_time_of_leaving) {
  FaultRule delay = rule();
  delay.action.bytes.delay_ns = 5;
  BOOST_TEST(FilterBench(delay).pass("a", 10).front().leaves.since_start_ns == 15);
  FaultRule band = rule();
  band.action.bytes.bytes_per_s = 1000;
  FilterBench bench(band);
  BOOST_TEST(bench.pass("ab").front().leaves.since_start_ns == 2'000'000);
  BOOST_TEST(bench.pass("a").front().leaves.since_start_ns == 3'000'000);
}

BOOST_AUTO_TEST_CASE(a_cut_ends_the_stream_and_a_fault_counts_from_its_byte_on) {
  FaultRule cut = rule();
  cut.on.after_bytes = 3;
  cut.action.bytes.cut = {1, StreamEnd::reset};
  FilterBench bench(cut);
  BOOST_TEST(text_of(bench.pass("abc")) == "abc");
  const std::vector<Chunk> chunks = bench.pass("def");
  BOOST_TEST(text_of(chunks) == "d");
  BOOST_TEST((chunks.back().end == StreamEnd::reset));
}

BOOST_AUTO_TEST_CASE(only_the_direction_and_the_portal_that_were_named) {
  FaultRule one = rule();
  one.on.portal = "10.0.0.11:*";
  one.action.bytes.slice_bytes = 1;
  FaultPlan plan({one}, 1);
  const auto filters = target_sim::fault_filters(plan);
  BOOST_TEST(filters(1, false, {"10.0.0.1", 1}, {"10.0.0.10", 3260}).empty());
  BOOST_TEST(!filters(1, false, {"10.0.0.1", 1}, {"10.0.0.11", 3260}).empty());
  BOOST_TEST(filters(1, true, {"10.0.0.1", 1}, {"10.0.0.11", 3260}).empty());
}

BOOST_AUTO_TEST_CASE(a_gate_refuses_as_often_as_it_says) {
  FaultRule refuse = rule();
  refuse.on.bytes = false;
  refuse.on.connects = true;
  refuse.times = 1;
  refuse.action.admission = target_sim::AdmissionFault::refuse;
  FaultPlan plan({refuse}, 1);
  BOOST_TEST(target_sim::has_gate_rules(plan));
  const auto gate = target_sim::fault_gate(plan);
  BOOST_TEST((gate({"10.0.0.1", 1}, {"10.0.0.10", 3260}, {}) == runtime::Admission::refuse));
  BOOST_TEST((gate({"10.0.0.1", 1}, {"10.0.0.10", 3260}, {}) == runtime::Admission::accept));
}

BOOST_AUTO_TEST_SUITE_END()
