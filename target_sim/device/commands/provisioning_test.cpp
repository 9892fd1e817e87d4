// Thin units: UNMAP, WRITE SAME, GET LBA STATUS, pools and thresholds; COMPARE AND WRITE.
#include <boost/test/unit_test.hpp>

#include "target_sim/device/mapped_blocks.hpp"
#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;

namespace {

TestDisk thin_disk(std::uint64_t pool = 0, std::uint8_t threshold = 0) {
  return TestDisk({.capacity_bytes = 1 << 20,
                   .thin = true,
                   .pool_bytes = pool,
                   .threshold_percent = threshold});
}
std::string write_10(TestDisk& disk, unsigned lba, unsigned blocks, unsigned seed = 1) {
  return disk.run(scsi::make_write(lba, blocks, 512), pattern(512 * blocks, seed)).error();
}
std::vector<std::byte> read_10(TestDisk& disk, unsigned lba, unsigned blocks) {
  return disk.run(scsi::make_read(lba, blocks, 512)).data;
}
constexpr std::string_view kStatus = "9e 12 00 00 00 00 00 00 00 00 00 00 01 00 00 00";

}  // namespace

BOOST_AUTO_TEST_SUITE(mapped_blocks)

BOOST_AUTO_TEST_CASE(ranges_join_and_split) {
  MappedBlocks mapped;
  mapped.map(10, 5);
  mapped.map(20, 5);
  BOOST_TEST(mapped.count() == 10u);
  BOOST_TEST(mapped.unmapped_in(8, 20) == 10u);
  mapped.map(15, 5);
  BOOST_TEST(mapped.count() == 15u);
  BOOST_TEST(mapped.run_at(10, 100).blocks == 15u);
  mapped.unmap(12, 2);
  BOOST_TEST(mapped.count() == 13u);
  BOOST_TEST(mapped.run_at(10, 100).blocks == 2u);
  BOOST_TEST(!mapped.run_at(12, 100).is_mapped);
  BOOST_TEST(mapped.run_at(12, 100).blocks == 2u);
  mapped.unmap(0, 1000);
  BOOST_TEST(mapped.count() == 0u);
  BOOST_TEST(mapped.run_at(0, 7).blocks == 7u);
}

// Against a plain array, over many steps.
BOOST_AUTO_TEST_CASE(agree_with_an_array) {
  MappedBlocks mapped;
  std::vector<bool> model(64);
  std::uint32_t random = 1;
  const auto draw = [&](std::uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 16) % below;
  };
  for (int step = 0; step < 2000; ++step) {
    const std::uint64_t first = draw(64), count = draw(static_cast<std::uint32_t>(64 - first) + 1);
    const bool maps = draw(2) == 0;
    maps ? mapped.map(first, count) : mapped.unmap(first, count);
    for (std::uint64_t i = 0; i < count; ++i) model[first + i] = maps;
    const auto all = static_cast<std::uint64_t>(std::count(model.begin(), model.end(), true));
    BOOST_REQUIRE(mapped.count() == all);
    BOOST_REQUIRE(mapped.unmapped_in(0, 64) == 64 - all);
    for (std::uint64_t i = 0; i < 64; ++i) BOOST_REQUIRE(mapped.run_at(i, 1).is_mapped == model[i]);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(thin_provisioning)

// By hand from the parameter data of GET LBA STATUS (SBC-3 §5.7).
BOOST_AUTO_TEST_CASE(what_is_written_is_mapped_until_it_is_unmapped,
                     *boost::unit_test::label("sbc3-5.7")) {
  TestDisk disk = thin_disk();
  BOOST_TEST((disk.run(kStatus).data ==
              hex("00 00 00 14 00 00 00 00 0000000000000000 00000800 01 000000")));
  write_10(disk, 8, 8);
  BOOST_TEST((disk.run(kStatus).data == hex("00 00 00 34 00 00 00 00"
                                            "0000000000000000 00000008 01 000000"
                                            "0000000000000008 00000008 00 000000"
                                            "0000000000000010 000007f0 01 000000")));
  const auto list = hex("0016 0010 00000000 0000000000000009 00000002 00000000");
  BOOST_TEST(disk.run("42 00 00 00 00 00 00 00 18 00", list).is_good());
  auto wanted = pattern(4096, 1);
  std::fill(wanted.begin() + 512, wanted.begin() + 1536, std::byte{0});
  BOOST_TEST((read_10(disk, 8, 8) == wanted));
  BOOST_TEST(disk.run(kStatus).data.size() == 8u + 5 * 16u);
}

BOOST_AUTO_TEST_CASE(unmap_judges_its_list_first) {
  TestDisk disk = thin_disk();
  write_10(disk, 0, 8);
  const auto beyond = hex(
      "0026 0020 00000000 0000000000000000 00000008 00000000 0000000000000800 00000001 00000000");
  BOOST_TEST(disk.run("42 00 00 00 00 00 00 00 28 00", beyond).error() == "ILLEGAL REQUEST 21/00");
  BOOST_TEST((read_10(disk, 0, 8) == pattern(4096, 1)));
  BOOST_TEST(disk.run("42 01 00 00 00 00 00 00 18 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("42 00 00 00 00 00 00 00 04 00").error() == "ILLEGAL REQUEST 1a/00");
  BOOST_TEST(disk.run("42 00 00 00 00 00 00 00 00 00").is_good());
  TestDisk thick;
  BOOST_TEST(thick.run("42 00 00 00 00 00 00 00 00 00").error() == "ILLEGAL REQUEST 20/00");
}

BOOST_AUTO_TEST_CASE(pages_tell_it) {
  TestDisk disk = thin_disk();
  BOOST_TEST((disk.run("12 01 b2 00 ff 00").data == hex("00 b2 00 04 00 e4 02 00")));
  const auto limits = disk.run("12 01 b0 00 ff 00").data;
  BOOST_TEST((std::vector(limits.begin() + 4, limits.begin() + 44) ==
              hex("01 ff 0000 00020000 00000000 00000000 01000000 00000100 00000001 00000000 "
                  "0000000000010000")));
}

BOOST_AUTO_TEST_CASE(write_same_fills_or_unmaps, *boost::unit_test::label("sbc3-5.45")) {
  TestDisk disk = thin_disk();
  const auto block = pattern(512, 9);
  BOOST_TEST(disk.run("41 00 00 00 00 04 00 00 03 00", block).is_good());
  BOOST_TEST((read_10(disk, 6, 1) == block));
  BOOST_TEST((read_10(disk, 7, 1) == std::vector<std::byte>(512)));
  BOOST_TEST(
      disk.run("93 08 00 00 00 00 00 00 00 05 00 00 00 01 00 00", std::vector<std::byte>(512))
          .is_good());
  BOOST_TEST((read_10(disk, 5, 1) == std::vector<std::byte>(512)));
  BOOST_TEST(disk.run(kStatus).data.size() == 8u + 5 * 16u);
  BOOST_TEST(disk.run("93 01 00 00 00 00 00 00 00 04 00 00 00 01 00 00").is_good());  // NDOB
  BOOST_TEST((read_10(disk, 4, 1) == std::vector<std::byte>(512)));
  BOOST_TEST(disk.run("41 00 00 00 00 04 00 00 00 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("41 00 00 00 07 ff 00 00 02 00").error() == "ILLEGAL REQUEST 21/00");
  TestDisk thick;
  BOOST_TEST(thick.run("93 08 00 00 00 00 00 00 00 05 00 00 00 01 00 00").error() ==
             "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_CASE(a_full_pool_refuses_writes_and_warns_before,
                     *boost::unit_test::label("sbc3-4.7.3.6")) {
  TestDisk disk = thin_disk(16 * 512, 50);
  BOOST_TEST(write_10(disk, 0, 7) == "GOOD");
  BOOST_TEST(write_10(disk, 100, 1) == "GOOD");
  BOOST_TEST(disk.run("00 00 00 00 00 00").error() == "UNIT ATTENTION 38/07");
  BOOST_TEST(write_10(disk, 200, 9) == "DATA PROTECT 27/07");
  BOOST_TEST((read_10(disk, 200, 1) == std::vector<std::byte>(512)));
  BOOST_TEST(write_10(disk, 0, 7, 5) == "GOOD");
  BOOST_TEST(write_10(disk, 200, 8) == "GOOD");
  BOOST_TEST(write_10(disk, 300, 1) == "DATA PROTECT 27/07");
  disk.run("42 00 00 00 00 00 00 00 18 00",
           hex("0016 0010 00000000 00000000000000c8 00000008 00000000"));
  BOOST_TEST(write_10(disk, 300, 1) == "GOOD");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compare_and_write)

BOOST_AUTO_TEST_CASE(writes_only_what_compares, *boost::unit_test::label("sbc3-5.3")) {
  TestDisk disk;
  write_10(disk, 4, 1, 1);
  auto data = pattern(512, 1);
  const auto next = pattern(512, 2);
  data.insert(data.end(), next.begin(), next.end());
  constexpr std::string_view kCdb = "89 00 00 00 00 00 00 00 00 04 00 00 00 01 00 00";
  const Outcome first = disk.run(kCdb, data);
  BOOST_TEST(first.is_good());
  BOOST_TEST(first.data_out_wanted == 1024u);
  BOOST_TEST((read_10(disk, 4, 1) == next));
  const Outcome second = disk.run(kCdb, data);
  BOOST_TEST(second.error() == "MISCOMPARE 1d/00");
  BOOST_TEST(second.sense().information.value() == 0u);
  std::copy(next.begin(), next.end(), data.begin());
  data[17] = std::byte{0xEE};
  BOOST_TEST(disk.run(kCdb, data).sense().information.value() == 17u);
  BOOST_TEST((read_10(disk, 4, 1) == next));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mode_select)

BOOST_AUTO_TEST_CASE(sets_what_can_be_set_and_tells_the_others,
                     *boost::unit_test::label("spc4-6.11")) {
  TestDisk disk;
  const NexusId other = disk.quiet_nexus("iqn.b,i,0x2");
  const auto control = hex("00 00 00 00 0a 0a 04 00 08 00 00 00 00 00 00 00");
  BOOST_TEST(disk.run("15 10 00 00 10 00", control).is_good());
  BOOST_TEST(disk.run_as(other, 0, hex("00 00 00 00 00 00")).error() == "UNIT ATTENTION 2a/01");
  BOOST_TEST(write_10(disk, 0, 1) == "DATA PROTECT 27/00");
  BOOST_TEST((disk.run("1a 08 0a 00 ff 00").data ==
              hex("0f 00 90 00 0a 0a 04 00 08 00 00 00 00 00 00 00")));
  BOOST_TEST((disk.run("c1").sense_bytes.at(0) == std::byte{0x72}));
  disk.inventory.lose_power();
  disk.drain(disk.nexus, 0);
  BOOST_TEST(write_10(disk, 0, 1) == "GOOD");
}

BOOST_AUTO_TEST_CASE(refuses_other_pages_and_short_lists) {
  TestDisk disk;
  BOOST_TEST(disk.run("15 10 00 00 06 00", hex("00 00 00 00 02 00")).error() ==
             "ILLEGAL REQUEST 26/00");
  BOOST_TEST(disk.run("15 10 00 00 05 00", hex("00 00 00 00 08")).error() ==
             "ILLEGAL REQUEST 1a/00");
  BOOST_TEST(disk.run("15 11 00 00 00 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("55 10 00 00 00 00 00 00 00 00").is_good());
}

BOOST_AUTO_TEST_SUITE_END()
