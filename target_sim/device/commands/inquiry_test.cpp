#include <boost/test/unit_test.hpp>

#include "protocol/scsi/vpd_page.hpp"
#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;

BOOST_AUTO_TEST_SUITE(inquiry)

// By hand from the layout of standard INQUIRY data (SPC-4); version descriptors from T10's list.
BOOST_AUTO_TEST_CASE(standard_data_of_a_disk) {
  TestDisk disk;
  const Outcome outcome = disk.run("12 00 00 00 ff 00");
  BOOST_TEST(outcome.data_in_wanted == 255u);
  BOOST_TEST(
      (outcome.data == hex("00 00 06 12 45 00 00 02"
                           "4c 55 4e 53 49 4d 20 20"
                           "53 69 6d 75 6c 61 74 65 64 20 44 69 73 6b 20 20"
                           "30 30 30 31"
                           "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
                           "00 a0 09 60 04 60 04 c0 00 00 00 00 00 00 00 00")));
}

BOOST_AUTO_TEST_CASE(every_allocation_length_cuts_the_same_data) {
  TestDisk disk;
  const auto whole = disk.run(scsi::make_inquiry(255)).data;
  for (std::uint16_t length = 0; length <= 255; ++length) {
    const auto data = disk.run(scsi::make_inquiry(length)).data;
    BOOST_REQUIRE(data.size() == std::min<std::size_t>(length, whole.size()));
    BOOST_TEST(std::equal(data.begin(), data.end(), whole.begin()));
  }
}

BOOST_AUTO_TEST_CASE(a_page_without_evpd_is_an_invalid_field) {
  TestDisk disk;
  const Outcome outcome = disk.run("12 00 80 00 ff 00");
  BOOST_TEST(outcome.error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST((outcome.sense().key_specific == scsi::field_pointer(true, 2)));
  BOOST_TEST(disk.run("12 02 00 00 ff 00").error() == "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_CASE(every_supported_page_is_there_and_no_other) {
  TestDisk disk;
  const auto list = disk.run("12 01 00 00 ff 00").data;
  BOOST_TEST((list == hex("00 00 00 06 00 80 83 b0 b1 b2")));
  for (unsigned page = 0; page < 256; ++page) {
    const Outcome outcome = disk.run(scsi::make_inquiry_page(static_cast<std::uint8_t>(page), 512));
    const bool listed =
        std::find(list.begin() + 4, list.end(), static_cast<std::byte>(page)) != list.end();
    BOOST_TEST(outcome.is_good() == listed);
    if (!listed) {
      BOOST_TEST(outcome.error() == "ILLEGAL REQUEST 24/00");
      continue;
    }
    BOOST_REQUIRE(outcome.data.size() >= 4u);
    BOOST_TEST(std::to_integer<unsigned>(outcome.data[1]) == page);
    BOOST_TEST(scsi::decode_vpd_page(outcome.data)->content.size() + 4 == outcome.data.size());
  }
}

BOOST_AUTO_TEST_CASE(the_serial_number_is_the_configured_one) {
  TestDisk disk({.serial = "SN-0042"});
  BOOST_TEST((disk.run("12 01 80 00 ff 00").data == hex("00 80 00 07 53 4e 2d 30 30 34 32")));
}

BOOST_AUTO_TEST_CASE(units_without_a_serial_number_get_one_of_their_own) {
  TestDisk disk, same;
  disk.inventory.add_unit({.lun = 1, .capacity_bytes = 1 << 20});
  const auto serial = hex("12 01 80 00 ff 00");
  const auto first = disk.run_as(disk.nexus, 0, serial).data;
  BOOST_TEST(first.size() == 20u);
  BOOST_TEST((disk.run_as(disk.nexus, 1, serial).data != first));
  BOOST_TEST((same.run_as(same.nexus, 0, serial).data == first));
}

BOOST_AUTO_TEST_CASE(designators_name_the_unit_and_the_port) {
  TestDisk disk({.serial = "SN-0042"});
  const auto bytes = disk.run("12 01 83 01 ff 00").data;
  const auto all = scsi::decode_device_identification(scsi::decode_vpd_page(bytes).value()).value();
  BOOST_REQUIRE(all.size() == 5u);
  BOOST_TEST((all[0].type == scsi::DesignatorType::t10_vendor_id));
  BOOST_TEST((all[0].bytes == hex("4c 55 4e 53 49 4d 20 20"
                                  "53 69 6d 75 6c 61 74 65 64 20 44 69 73 6b 20 20"
                                  "53 4e 2d 30 30 34 32")));
  BOOST_TEST((all[1].type == scsi::DesignatorType::naa));
  BOOST_TEST(all[1].bytes.size() == 8u);
  BOOST_TEST(std::to_integer<unsigned>(all[1].bytes[0] >> 4) == 3u);
  BOOST_TEST((all[2].type == scsi::DesignatorType::eui64));
  BOOST_TEST(std::to_integer<unsigned>(all[2].bytes[0]) == 2u);
  BOOST_TEST((all[3].association == scsi::Association::target_port));
  BOOST_TEST((all[3].bytes == hex("00 00 00 01")));
  const std::string name = "iqn.2026-11.org.lunsim:array,t,0x0001";
  BOOST_TEST(all[4].bytes.size() == (name.size() / 4 + 1) * 4);
  BOOST_TEST(std::equal(name.begin(), name.end(), all[4].bytes.begin(),
                        [](char a, std::byte b) { return static_cast<std::byte>(a) == b; }));
}

BOOST_AUTO_TEST_CASE(thin_is_told_alike_by_pages_and_capacity) {
  for (const bool thin : {false, true}) {
    TestDisk disk({.thin = thin});
    BOOST_TEST((disk.run("12 01 b2 00 ff 00").data ==
                (thin ? hex("00 b2 00 04 00 e4 02 00") : hex("00 b2 00 04 00 00 00 00"))));
    const auto capacity = disk.run(scsi::make_read_capacity_16()).data;
    BOOST_TEST(std::to_integer<unsigned>(capacity.at(14)) == (thin ? 0xC0u : 0u));
    const auto limits = disk.run("12 01 b0 00 ff 00").data;
    BOOST_TEST(limits.size() == 64u);
    const auto told = scsi::decode_block_limits(scsi::decode_vpd_page(limits).value());
    BOOST_TEST((told.unmap_blocks_max != 0u) == thin);
    BOOST_TEST(told.transfer_blocks_max == (64u << 20) / 512);
  }
}

BOOST_AUTO_TEST_CASE(a_lun_without_a_unit_says_that_nobody_is_there) {
  TestDisk disk;
  disk.lun = 9;
  const Outcome outcome = disk.run("12 00 00 00 ff 00");
  BOOST_TEST(outcome.is_good());
  BOOST_TEST(outcome.data.size() == 36u);
  BOOST_TEST(std::to_integer<unsigned>(outcome.data[0]) == 0x7Fu);
  BOOST_TEST((disk.run("12 01 00 00 ff 00").data == hex("7f 00 00 01 00")));
  BOOST_TEST(disk.run("12 01 83 00 ff 00").error() == "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_SUITE_END()
