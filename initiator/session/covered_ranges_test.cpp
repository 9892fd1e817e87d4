#include "initiator/session/covered_ranges.hpp"

#include <boost/test/unit_test.hpp>

#include "runtime/ports/entropy.hpp"

using lunsim::initiator::CoveredRanges;
using Addition = CoveredRanges::Addition;

BOOST_AUTO_TEST_SUITE(covered_ranges)

BOOST_AUTO_TEST_CASE(pieces_in_any_order_join) {
  CoveredRanges covered;
  BOOST_TEST((covered.add(8, 4) == Addition::added));
  BOOST_TEST(!covered.covers(12));
  BOOST_TEST((covered.add(0, 4) == Addition::added));
  BOOST_TEST(covered.covers(4));
  BOOST_TEST((covered.add(4, 4) == Addition::added));
  BOOST_TEST(covered.covers(12));
  BOOST_TEST(!covered.covers(13));
}

BOOST_AUTO_TEST_CASE(an_overlay_is_refused_and_changes_nothing) {
  CoveredRanges covered;
  covered.add(4, 8);
  BOOST_TEST((covered.add(11, 1) == Addition::overlap));
  BOOST_TEST((covered.add(0, 5) == Addition::overlap));
  BOOST_TEST((covered.add(0, 100) == Addition::overlap));
  BOOST_TEST(!covered.covers(1));
}

BOOST_AUTO_TEST_CASE(ranges_are_bounded) {
  CoveredRanges covered;
  for (std::uint32_t i = 0; i < CoveredRanges::kRangesMax; ++i)
    BOOST_REQUIRE((covered.add(i * 4, 1) == Addition::added));
  BOOST_TEST((covered.add(1'000'000, 1) == Addition::too_scattered));
}

BOOST_AUTO_TEST_CASE(it_agrees_with_a_bit_per_byte) {
  lunsim::runtime::SeededEntropy chance(7);
  for (int round = 0; round < 200; ++round) {
    CoveredRanges covered;
    std::vector<bool> bits(64);
    for (int step = 0; step < 40; ++step) {
      const auto begin = static_cast<std::uint32_t>(chance.below(60));
      const auto count = static_cast<std::uint32_t>(1 + chance.below(4));
      bool overlaps = false;
      for (std::uint32_t i = begin; i < begin + count; ++i) overlaps = overlaps || bits[i];
      BOOST_TEST((covered.add(begin, count) == (overlaps ? Addition::overlap : Addition::added)));
      if (!overlaps)
        for (std::uint32_t i = begin; i < begin + count; ++i) bits[i] = true;
      std::uint32_t whole = 0;
      while (whole < 64 && bits[whole]) ++whole;
      BOOST_TEST(covered.covers(whole));
      BOOST_TEST((whole == 64 || !covered.covers(whole + 1)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
