#include "initiator/session/pinned_bytes.hpp"

#include <boost/test/unit_test.hpp>

using lunsim::bytes::Slice;
using lunsim::initiator::PinnedBytes;

BOOST_AUTO_TEST_SUITE(pinned_bytes)

BOOST_AUTO_TEST_CASE(a_slice_outlives_its_owner) {
  Slice slice;
  {
    PinnedBytes owner(std::vector<std::byte>(100, std::byte{7}));
    slice = owner.slice(10, 5);
  }
  BOOST_TEST(slice.bytes.size() == 5u);
  BOOST_TEST((slice.bytes[4] == std::byte{7}));
  slice.pin->unpin();
}

BOOST_AUTO_TEST_CASE(an_empty_slice_needs_no_pin) {
  PinnedBytes none;
  BOOST_TEST(none.size() == 0u);
  BOOST_TEST((none.slice(0, 0).pin == nullptr));
}

BOOST_AUTO_TEST_CASE(moving_keeps_the_place_of_the_bytes) {
  PinnedBytes first(std::vector<std::byte>(8, std::byte{1}));
  const Slice slice = first.slice(0, 8);
  PinnedBytes second = std::move(first);
  BOOST_TEST(second.size() == 8u);
  const Slice again = second.slice(0, 8);
  BOOST_TEST((again.bytes.data() == slice.bytes.data()));
  slice.pin->unpin();
  again.pin->unpin();
}

BOOST_AUTO_TEST_SUITE_END()
