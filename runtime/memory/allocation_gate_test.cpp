#include <boost/test/unit_test.hpp>

#include <memory>
#include <new>

#include "runtime/memory/allocation_gate.hpp"

namespace lunsim::runtime {

BOOST_AUTO_TEST_SUITE(allocation_gate)

BOOST_AUTO_TEST_CASE(the_nth_allocation_behind_the_gate_fails_and_no_other) {
  if (!has_allocation_gate()) {
    BOOST_TEST_MESSAGE("a sanitizer's operator new: no gate here");
    return;
  }
  fail_allocation(2);
  std::unique_ptr<int> outside, first, third;
  bool second_failed = false;
  outside = std::make_unique<int>(0);
  {
    const GateScope on(true);
    first = std::make_unique<int>(1);
    {
      const GateScope off(false);
      outside = std::make_unique<int>(2);
    }
    try {
      third = std::make_unique<int>(3);
    } catch (const std::bad_alloc&) {
      second_failed = true;
    }
    third = std::make_unique<int>(4);
  }
  BOOST_TEST(second_failed);
  BOOST_TEST(*third == 4);
  BOOST_TEST(gated_allocations() == 3u);
  fail_allocation(0);
  BOOST_TEST(gated_allocations() == 0u);
}

BOOST_AUTO_TEST_CASE(allocations_are_counted) {
  if (!has_allocation_gate()) {
    BOOST_TEST_MESSAGE("a sanitizer's operator new: no gate here");
    return;
  }
  const std::uint64_t before = allocations_so_far();
  // Called by name: a compiler may leave out the allocation of a new-expression that nobody looks at.
  void* const one = ::operator new(sizeof(int));
  BOOST_TEST(allocations_so_far() > before);
  ::operator delete(one);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::runtime
