#include "runtime/memory/guarded_buffer.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <latch>
#include <stdexcept>
#include <thread>

using namespace lunsim::runtime;

namespace {

// The compiler must not see where these bytes go.
void poke(std::byte* at) { *const_cast<volatile std::byte*>(at) = std::byte{1}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(guarded_buffer)

BOOST_AUTO_TEST_CASE(every_stated_byte_may_be_written_and_the_next_may_not) {
  for (const std::size_t size : {0u, 1u, 7u, 8u, 18u, 4095u, 4096u, 4097u, 10001u}) {
    GuardedBuffer buffer(size, "out");
    const auto inside = call_guarded([&] {
      for (std::size_t i = 0; i < size; ++i) poke(buffer.data() + i);
    });
    BOOST_TEST(!inside.faulted);
    BOOST_TEST(inside.text.empty());
    const auto past = call_guarded([&] { poke(buffer.data() + size); });
    BOOST_TEST(past.faulted);
    BOOST_TEST(past.overrun);
    BOOST_TEST(past.buffer == "out");
    BOOST_TEST(past.offset == static_cast<std::ptrdiff_t>(size));
  }
}

BOOST_AUTO_TEST_CASE(the_report_says_how_far_and_whose) {
  GuardedBuffer buffer(18, "SenseBuffer");
  const auto outcome = call_guarded([&] { poke(buffer.data() + 20); });
  BOOST_TEST(outcome.text == "touched 3 bytes past the end of SenseBuffer (18 bytes)");
}

BOOST_AUTO_TEST_CASE(reading_past_the_end_is_caught_too) {
  GuardedBuffer buffer(3);
  const auto outcome = call_guarded([&] {
    const volatile std::byte* at = buffer.data() + 3;
    static_cast<void>(*at);
  });
  BOOST_TEST(outcome.overrun);
}

BOOST_AUTO_TEST_CASE(a_byte_before_the_buffer_breaks_the_canary_and_a_page_before_it_faults) {
  GuardedBuffer buffer(100);
  BOOST_TEST(buffer.canary_is_intact());
  BOOST_TEST(!call_guarded([&] { poke(buffer.data() - 1); }).faulted);
  BOOST_TEST(!buffer.canary_is_intact());
  buffer.refill();
  BOOST_TEST(buffer.canary_is_intact());
  const auto outcome = call_guarded([&] { poke(buffer.data() - 4096); });
  BOOST_TEST(outcome.underrun);
  BOOST_TEST(outcome.offset == -4096);
}

BOOST_AUTO_TEST_CASE(untouched_bytes_are_told_from_touched_ones) {
  GuardedBuffer buffer(32);
  BOOST_TEST(buffer.is_untouched_from(0));
  poke(buffer.data() + 7);
  BOOST_TEST(!buffer.is_untouched_from(0));
  BOOST_TEST(!buffer.is_untouched_from(7));
  BOOST_TEST(buffer.is_untouched_from(8));
  BOOST_TEST(buffer.is_untouched_from(32));
}

BOOST_AUTO_TEST_CASE(an_odd_size_has_an_odd_address) {
  GuardedBuffer buffer(13);
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(buffer.data()) % 2 == 1u);
}

BOOST_AUTO_TEST_CASE(a_fault_elsewhere_is_no_overrun) {
  GuardedBuffer buffer(8);
  const auto outcome = call_guarded([] {
    std::byte* volatile nowhere = reinterpret_cast<std::byte*>(std::uintptr_t{64});
    poke(nowhere);
  });
  BOOST_TEST(outcome.faulted);
  BOOST_TEST(!outcome.overrun);
  BOOST_TEST(!outcome.underrun);
  BOOST_TEST(outcome.address == 64u);
}

BOOST_AUTO_TEST_CASE(exceptions_pass_and_calls_nest) {
  BOOST_CHECK_THROW(call_guarded([] { throw std::runtime_error("out"); }), std::runtime_error);
  GuardedBuffer buffer(8);
  bool inner_faulted = false;
  const auto outer = call_guarded([&] {
    inner_faulted = call_guarded([&] { poke(buffer.data() + 8); }).faulted;
    poke(buffer.data() + 9);
  });
  BOOST_TEST(inner_faulted);
  BOOST_TEST(outer.overrun);
  BOOST_TEST(outer.offset == 9);
}

BOOST_AUTO_TEST_CASE(many_faults_in_a_row_are_all_caught) {
  GuardedBuffer buffer(5);
  for (int i = 0; i < 200; ++i) {
    BOOST_TEST(call_guarded([&] { std::memset(buffer.data(), 1, buffer.size() + 1); }).overrun);
  }
}

BOOST_AUTO_TEST_CASE(a_guarded_call_that_ends_does_not_take_away_another_threads_handlers) {
  GuardedBuffer buffer(8);
  std::latch both_are_inside(2);
  std::latch one_is_out(1);
  bool caught = false;
  std::thread stays([&] {
    caught = call_guarded([&] {
               both_are_inside.arrive_and_wait();
               one_is_out.wait();
               poke(buffer.data() + 8);
             }).overrun;
  });
  call_guarded([&] { both_are_inside.arrive_and_wait(); });
  one_is_out.count_down();
  stays.join();
  BOOST_TEST(caught);
}

BOOST_AUTO_TEST_SUITE_END()
