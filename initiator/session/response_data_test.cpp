#include "initiator/session/response_data.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using lunsim::initiator::sense_in;

namespace {

std::vector<std::byte> segment(std::initializer_list<int> values) {
  std::vector<std::byte> made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(response_data)

BOOST_AUTO_TEST_CASE(sense_is_what_sense_length_says) {
  const auto data = segment({0, 3, 0x70, 0, 5, 0xAA, 0xBB});
  const auto sense = sense_in(data);
  BOOST_REQUIRE(sense.has_value());
  BOOST_TEST(sense->size() == 3u);
  BOOST_TEST(((*sense)[2] == std::byte{5}));
}

BOOST_AUTO_TEST_CASE(a_sense_length_beyond_the_segment_is_a_violation) {
  BOOST_TEST(!sense_in(segment({0, 4, 0x70, 0, 5})).has_value());
  BOOST_TEST(!sense_in(segment({0xFF, 0xFF})).has_value());
  BOOST_TEST(!sense_in(segment({0})).has_value());
}

BOOST_AUTO_TEST_CASE(no_segment_and_no_length_are_no_sense) {
  BOOST_TEST(sense_in({})->empty());
  BOOST_TEST(sense_in(segment({0, 0}))->empty());
  BOOST_TEST(sense_in(segment({0, 0, 0xAA}))->empty());
}

BOOST_AUTO_TEST_SUITE_END()
