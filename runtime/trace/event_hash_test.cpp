#include "runtime/trace/event_hash.hpp"

#include <boost/test/unit_test.hpp>
#include <array>
#include <functional>
#include <set>

using namespace lunsim::runtime;

namespace {

const std::array<std::byte, 3> kBytes{std::byte{1}, std::byte{2}, std::byte{3}};

std::string digest_of(const std::function<void(EventHash&)>& tell) {
  EventHash hash;
  tell(hash);
  return hash.digest();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_hash)

// XXH3_64bits of no input, seed 0: the value in xxHash's own test vectors
// (tests/sanity_test_vectors.h, length 0).
BOOST_AUTO_TEST_CASE(nothing_hashes_to_the_published_value_of_xxh3) {
  BOOST_TEST(EventHash().digest() == "2d06800538d394c2");
}

BOOST_AUTO_TEST_CASE(every_field_of_an_event_counts) {
  std::set<std::string> digests;
  digests.insert(digest_of([](EventHash& h) { h.carried(1, true, kBytes, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.carried(2, true, kBytes, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.carried(1, false, kBytes, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.carried(1, true, kBytes, {6}); }));
  digests.insert(digest_of([](EventHash& h) { h.carried(1, true, std::span(kBytes).first(2), {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.opened(1, {"a", 1}, {"b", 2}, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.opened(1, {"a", 1}, {"b", 3}, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.closed(1, true, false, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.closed(1, true, true, {5}); }));
  digests.insert(digest_of([](EventHash& h) { h.add_verdict("pass"); }));
  digests.insert(digest_of([](EventHash& h) { h.add_verdict("fail"); }));
  BOOST_TEST(digests.size() == 11u);
}

BOOST_AUTO_TEST_CASE(equal_events_hash_equally_and_the_order_counts) {
  const auto first_second = [](EventHash& h) {
    h.carried(1, true, kBytes, {5});
    h.carried(1, false, kBytes, {5});
  };
  const auto second_first = [](EventHash& h) {
    h.carried(1, false, kBytes, {5});
    h.carried(1, true, kBytes, {5});
  };
  BOOST_TEST(digest_of(first_second) == digest_of(first_second));
  BOOST_TEST(digest_of(first_second) != digest_of(second_first));
}

BOOST_AUTO_TEST_CASE(a_digest_is_16_hex_digits_and_does_not_end_the_hash) {
  EventHash hash;
  hash.add_verdict("pass");
  const std::string before = hash.digest();
  BOOST_TEST(before.size() == 16u);
  BOOST_TEST(hash.digest() == before);
  hash.add_verdict("pass");
  BOOST_TEST(hash.digest() != before);
}

BOOST_AUTO_TEST_SUITE_END()
