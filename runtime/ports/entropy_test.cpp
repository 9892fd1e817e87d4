#include "runtime/ports/entropy.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

#include "runtime/ports/xoshiro.hpp"

using namespace lunsim::runtime;

BOOST_AUTO_TEST_SUITE(entropy)

// Outputs of the authors' splitmix64.c for seed 1234567, as published by Rosetta Code
// ("Pseudo-random numbers/ Splitmix64").
BOOST_AUTO_TEST_CASE(split_mix64_gives_its_published_outputs) {
  constexpr std::array<std::uint64_t, 5> kExpected{6457827717110365317u, 3203168211198807973u,
                                                   9817491932198370423u, 4593380528125082431u,
                                                   16408922859458223821u};
  std::uint64_t state = 1234567;
  for (const std::uint64_t expected : kExpected) BOOST_TEST(split_mix64_next(state) == expected);
}

// Outputs of the authors' xoshiro256starstar.c for the state {1, 2, 3, 4}, as published with the
// tests of the Rust crate rand_xoshiro.
BOOST_AUTO_TEST_CASE(xoshiro256_star_star_gives_its_published_outputs) {
  constexpr std::array<std::uint64_t, 10> kExpected{
      11520u,
      0u,
      1509978240u,
      1215971899390074240u,
      1216172134540287360u,
      607988272756665600u,
      16172922978634559625u,
      8476171486693032832u,
      10595114339597558777u,
      2904607092377533576u};
  std::uint64_t state[4] = {1, 2, 3, 4};
  for (const std::uint64_t expected : kExpected) {
    BOOST_TEST(xoshiro256_star_star_next(state) == expected);
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_numbers_and_another_seed_others) {
  SeededEntropy one(42), two(42), other(43);
  const std::uint64_t first = one.next();
  BOOST_TEST(two.next() == first);
  BOOST_TEST(other.next() != first);
}

BOOST_AUTO_TEST_CASE(next_u64_through_the_interface_is_next) {
  SeededEntropy direct(7), through(7);
  Entropy& interface = through;
  BOOST_TEST(interface.next_u64() == direct.next());
}

BOOST_AUTO_TEST_CASE(fill_covers_odd_lengths_entirely) {
  SeededEntropy entropy(5);
  std::array<std::byte, 13> seen{};
  for (int round = 0; round < 64; ++round) {
    std::array<std::byte, 13> drawn{};
    entropy.fill(drawn);
    for (std::size_t i = 0; i < drawn.size(); ++i) seen[i] |= drawn[i];
  }
  for (const std::byte b : seen) BOOST_TEST(std::to_integer<int>(b) == 0xff);
}

BOOST_AUTO_TEST_CASE(below_stays_below_and_reaches_every_value) {
  SeededEntropy entropy(9);
  std::array<int, 6> counts{};
  for (int i = 0; i < 6000; ++i) ++counts.at(entropy.below(6));
  for (const int count : counts) BOOST_TEST((count > 800 && count < 1200));
  BOOST_TEST(entropy.below(1) == 0u);
}

BOOST_AUTO_TEST_CASE(a_fork_does_not_depend_on_what_was_drawn_before) {
  SeededEntropy fresh(11), used(11);
  used.next();
  BOOST_TEST(fresh.fork(3).next() == used.fork(3).next());
  BOOST_TEST(fresh.fork(3).next() != fresh.fork(4).next());
  BOOST_TEST(SeededEntropy(1).fork(1).next() != SeededEntropy(2).fork(0).next());
}

BOOST_AUTO_TEST_SUITE_END()
