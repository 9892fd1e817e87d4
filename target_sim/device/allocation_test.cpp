// Counts allocations on the path of a small read. The operators below replace those of the whole
// test binary.
#include <cstdlib>
#include <new>

#include <boost/test/unit_test.hpp>

#include "target_sim/device/test_disk.hpp"

namespace {
std::size_t allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (void* memory = std::aligned_alloc(alignment, rounded)) return memory;
  throw std::bad_alloc();
}
}  // namespace

// Not inlined: g++ would see free() meet operator new and warn of a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

using namespace lunsim;
using namespace lunsim::target_sim;

namespace {

/// Reads 4 KiB at many places, as a session does; returns the allocations after the first round.
std::size_t allocations_of_reads(TestDisk& disk) {
  Task& task = disk.task;
  std::size_t before = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    if (i == 1) before = allocations;
    task.clear();
    task.nexus = disk.nexus;
    const scsi::Command read = scsi::make_read((i * 8191u) % 131064, 8, 512);
    std::copy(read.bytes.begin(), read.bytes.end(), task.cdb.begin());
    BOOST_REQUIRE(disk.inventory.prepare(task, 0));
    BOOST_REQUIRE(disk.inventory.submit(task, 0));
    for (const Slice& slice : task.data_in) {
      if (slice.pin != nullptr) slice.pin->unpin();
    }
  }
  return allocations - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(allocations_of_a_read)

BOOST_AUTO_TEST_CASE(the_counter_counts) {
  const std::size_t before = allocations;
  // The function itself: a compiler may leave out what a new expression would ask for.
  void* some = ::operator new(100);
  BOOST_TEST(allocations > before);
  ::operator delete(some);
}

BOOST_AUTO_TEST_CASE(reads_of_written_and_of_empty_blocks_allocate_nothing) {
  TestDisk disk;
  disk.task.data_in.reserve(4);
  BOOST_TEST(allocations_of_reads(disk) == 0u);
  disk.inventory.find_unit(0)->store().write(0, pattern(64u << 20, 1));
  BOOST_TEST(allocations_of_reads(disk) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
