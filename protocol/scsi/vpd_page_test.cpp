#include "protocol/scsi/vpd_page.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/test_bytes.hpp"

using namespace lunsim;
using namespace lunsim::scsi;

namespace {
using lunsim::bytes::hex;

constexpr Peripheral kDisk{0, 0};

}  // namespace

BOOST_AUTO_TEST_SUITE(vpd_pages)

// Pages below are assembled by hand from SPC-4 §7.8 and SBC-3 §6.6.
BOOST_AUTO_TEST_CASE(supported_pages) {
  std::vector<std::byte> out;
  const std::uint8_t pages[] = {0x00, 0x80, 0x83};
  encode_supported_pages(kDisk, pages, out);
  BOOST_TEST(out == hex("00 00 00 03 00 80 83"));
}

BOOST_AUTO_TEST_CASE(unit_serial_number) {
  std::vector<std::byte> out;
  encode_unit_serial_number(kDisk, "A1", out);
  BOOST_TEST(out == hex("00 80 00 02 41 31"));
  const auto padded = hex("00 80 00 06 20 20 41 31 20 00");
  BOOST_TEST(decode_unit_serial_number(decode_vpd_page(padded).value()) == "A1");
  const auto spaces = hex("00 80 00 02 20 20");
  BOOST_TEST(decode_unit_serial_number(decode_vpd_page(spaces).value()).empty());
}

BOOST_AUTO_TEST_CASE(designators_of_units_and_ports) {
  Designator naa;
  naa.type = DesignatorType::naa;
  naa.bytes = hex("30 00 00 00 00 00 00 01");
  Designator port;
  port.code_set = CodeSet::utf8;
  port.association = Association::target_port;
  port.type = DesignatorType::scsi_name_string;
  port.protocol = 5;
  port.bytes = hex("69 71 6e 00");
  std::vector<std::byte> out;
  const Designator both[] = {naa, port};
  encode_device_identification(kDisk, both, out);
  const auto golden =
      hex("00 83 00 14"
          "01 03 00 08 30 00 00 00 00 00 00 01"
          "53 98 00 04 69 71 6e 00");
  BOOST_TEST(out == golden);
  const auto found = decode_device_identification(decode_vpd_page(golden).value()).value();
  BOOST_REQUIRE(found.size() == 2u);
  BOOST_TEST((found[0] == naa));
  BOOST_TEST((found[1] == port));
}

BOOST_AUTO_TEST_CASE(a_designator_longer_than_its_page_is_refused) {
  const auto bytes = hex("00 83 00 08 01 03 00 08 30 00 00 00");
  const auto page = decode_vpd_page(bytes).value();
  const auto found = decode_device_identification(page);
  BOOST_REQUIRE(!found);
  BOOST_TEST(found.error().byte_offset == 4u);
}

BOOST_AUTO_TEST_CASE(block_limits) {
  BlockLimits limits;
  limits.write_same_nonzero_only = true;
  limits.compare_and_write_blocks_max = 1;
  limits.transfer_granularity = 0x0203;
  limits.transfer_blocks_max = 0x0405'0607;
  limits.transfer_blocks_optimal = 8;
  limits.prefetch_blocks_max = 9;
  limits.unmap_blocks_max = 10;
  limits.unmap_descriptors_max = 11;
  limits.unmap_granularity = 12;
  limits.unmap_alignment = 13;
  limits.unmap_alignment_valid = true;
  limits.write_same_blocks_max = 14;
  std::vector<std::byte> out;
  encode_block_limits(kDisk, limits, out);
  const auto golden =
      hex("00 b0 00 3c 01 01 02 03 04050607 00000008 00000009 0000000a 0000000b 0000000c 8000000d"
          "000000000000000e 0000000000000000 0000000000000000 00000000");
  BOOST_TEST(out == golden);
  BOOST_TEST((decode_block_limits(decode_vpd_page(golden).value()) == limits));
}

BOOST_AUTO_TEST_CASE(a_short_block_limits_page_has_zeros) {
  const auto bytes = hex("00 b0 00 0c 00 00 00 01 00 00 00 02 00 00 00 03");
  const auto page = decode_vpd_page(bytes).value();
  const BlockLimits limits = decode_block_limits(page);
  BOOST_TEST(limits.transfer_granularity == 1u);
  BOOST_TEST(limits.transfer_blocks_optimal == 3u);
  BOOST_TEST(limits.unmap_blocks_max == 0u);
}

BOOST_AUTO_TEST_CASE(characteristics_and_provisioning) {
  std::vector<std::byte> out;
  encode_block_device_characteristics(kDisk, {1, 3}, out);
  BOOST_TEST(out.size() == 64u);
  const std::vector<std::byte> head(out.begin(), out.begin() + 8);
  BOOST_TEST(head == hex("00 b1 00 3c 00 01 00 03"));
  BOOST_TEST((decode_block_device_characteristics(decode_vpd_page(out).value()) ==
              BlockDeviceCharacteristics{1, 3}));
  LogicalBlockProvisioning thin;
  thin.unmap = thin.write_same_16 = thin.anchor = true;
  thin.reads_zeros = 1;
  thin.type = 2;
  out.clear();
  encode_logical_block_provisioning(kDisk, thin, out);
  BOOST_TEST(out == hex("00 b2 00 04 00 c6 02 00"));
  BOOST_TEST((decode_logical_block_provisioning(decode_vpd_page(out).value()) == thin));
}

BOOST_AUTO_TEST_CASE(a_page_cut_by_the_allocation_length_is_what_is_there) {
  const auto bytes = hex("00 00 00 06 00 80");
  const auto page = decode_vpd_page(bytes).value();
  BOOST_TEST(page.content.size() == 2u);
  BOOST_TEST(!decode_vpd_page(hex("00 00 00")));
}

BOOST_AUTO_TEST_SUITE_END()
