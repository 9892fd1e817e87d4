#include <map>

#include <boost/test/unit_test.hpp>

#include "target_sim/device/store/null_store.hpp"
#include "target_sim/device/store/ram_store.hpp"

using namespace lunsim::target_sim;

namespace {

std::vector<std::byte> bytes_of(std::size_t size, unsigned value) {
  return std::vector<std::byte>(size, static_cast<std::byte>(value));
}
std::vector<std::byte> copied(const std::vector<Slice>& slices) {
  std::vector<std::byte> all;
  for (const Slice& slice : slices) all.insert(all.end(), slice.bytes.begin(), slice.bytes.end());
  return all;
}
void release(std::vector<Slice>& slices) {
  for (const Slice& slice : slices) {
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  slices.clear();
}
std::vector<std::byte> contents(Store& store, std::uint64_t offset, std::uint64_t length) {
  std::vector<Slice> slices;
  store.read(offset, length, slices);
  std::vector<std::byte> all = copied(slices);
  release(slices);
  return all;
}
constexpr std::uint64_t kPage = RamStore::kPageBytes;

}  // namespace

BOOST_AUTO_TEST_SUITE(ram_store)

BOOST_AUTO_TEST_CASE(what_was_never_written_reads_as_zeros_and_costs_nothing) {
  RamStore store;
  const auto data = contents(store, (std::uint64_t{5} << 40) - 100'000, 100'000);
  BOOST_TEST((data == bytes_of(100'000, 0)));
  BOOST_TEST(store.allocated_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(zeros_come_in_slices_of_at_most_64_kib_without_a_pin) {
  RamStore store;
  std::vector<Slice> slices;
  store.read(100, 3 * kPage, slices);
  BOOST_TEST(slices.size() == 4u);
  for (const Slice& slice : slices) {
    BOOST_TEST(slice.bytes.size() <= kPage);
    BOOST_TEST((slice.pin == nullptr));
  }
}

BOOST_AUTO_TEST_CASE(a_write_far_out_costs_one_page) {
  RamStore store;
  const std::uint64_t far = (std::uint64_t{5} << 40) - 512;
  store.write(far, bytes_of(512, 7));
  BOOST_TEST(store.allocated_bytes() == kPage);
  BOOST_TEST((contents(store, far, 512) == bytes_of(512, 7)));
  BOOST_TEST((contents(store, far - 512, 512) == bytes_of(512, 0)));
}

BOOST_AUTO_TEST_CASE(writes_across_pages_and_leaves_come_back) {
  RamStore store;
  const std::uint64_t leaf_end = RamStore::kLeafPages * kPage;
  store.write(leaf_end - 3, bytes_of(6, 9));
  BOOST_TEST(store.allocated_bytes() == 2 * kPage);
  std::vector<std::byte> expected = bytes_of(8, 9);
  expected.front() = expected.back() = std::byte{0};
  BOOST_TEST((contents(store, leaf_end - 4, 8) == expected));
}

// A plain map of bytes is the witness.
BOOST_AUTO_TEST_CASE(any_order_of_writes_reads_as_a_map_of_bytes_does) {
  RamStore store;
  std::map<std::uint64_t, std::byte> witness;
  std::uint64_t random = 12345;
  for (unsigned round = 0; round < 300; ++round) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t offset = (random >> 33) % (3 * kPage);
    const std::size_t size = 1 + (random >> 20) % 700;
    const auto data = bytes_of(size, round);
    store.write(offset, data);
    for (std::size_t i = 0; i < size; ++i) witness[offset + i] = data[i];
  }
  const auto all = contents(store, 0, 3 * kPage + 700);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = witness.find(i);
    wrong += all[i] != (found == witness.end() ? std::byte{0} : found->second) ? 1u : 0u;
  }
  BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(a_write_leaves_pinned_bytes_as_they_were) {
  RamStore store;
  store.write(0, bytes_of(4096, 1));
  std::vector<Slice> held;
  store.read(0, 4096, held);
  store.write(0, bytes_of(2048, 2));
  BOOST_TEST((copied(held) == bytes_of(4096, 1)));
  auto mixed = bytes_of(2048, 2);
  mixed.resize(4096, std::byte{1});
  BOOST_TEST((contents(store, 0, 4096) == mixed));
  release(held);
  BOOST_TEST((contents(store, 0, 4096) == mixed));
  BOOST_TEST(store.allocated_bytes() == kPage);
}

BOOST_AUTO_TEST_CASE(a_page_is_copied_once_and_then_written_in_place) {
  RamStore store;
  store.write(0, bytes_of(kPage, 1));
  std::vector<Slice> held;
  store.read(0, 512, held);
  store.write(0, bytes_of(512, 2));
  std::vector<Slice> second;
  store.read(0, 1, second);
  const std::byte* place = second[0].bytes.data();
  release(second);
  store.write(0, bytes_of(512, 3));
  store.read(0, 1, second);
  BOOST_TEST((second[0].bytes.data() == place));
  BOOST_TEST((held[0].bytes.data() != place));
  release(second);
  release(held);
}

BOOST_AUTO_TEST_CASE(pinned_bytes_outlive_their_store) {
  std::vector<Slice> held;
  {
    RamStore store;
    store.write(0, bytes_of(512, 5));
    store.read(0, 512, held);
    store.read(0, 512, held);
  }
  BOOST_TEST((copied(held) == bytes_of(1024, 5)));
  release(held);
}

BOOST_AUTO_TEST_CASE(nothing_read_or_written_is_nothing) {
  RamStore store;
  store.write(0, {});
  BOOST_TEST(store.allocated_bytes() == 0u);
  BOOST_TEST(contents(store, 0, 0).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(null_store)

BOOST_AUTO_TEST_CASE(writes_are_dropped_and_reads_are_zeros) {
  NullStore store;
  store.write(0, bytes_of(4096, 1));
  BOOST_TEST((contents(store, 0, 100'000) == bytes_of(100'000, 0)));
  BOOST_TEST(store.allocated_bytes() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
