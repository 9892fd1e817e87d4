#include <boost/test/unit_test.hpp>

#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/commands/command_table.hpp"
#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;

namespace {
/// A thin unit in a target port group whose state can be set: one that has every command.
struct DiskWithEverything : TestDisk {
  DiskWithEverything() : TestDisk(UnitConfig{.thin = true}) {
    inventory.device().port_groups.control.is_explicit = true;
    inventory.join_port_group(1);
  }
};
}  // namespace

BOOST_AUTO_TEST_SUITE(report_supported_operation_codes)

BOOST_AUTO_TEST_CASE(all_commands_have_a_descriptor_of_eight_bytes) {
  DiskWithEverything disk;
  const auto data = disk.run("a3 0c 00 00 00 00 00 00 ff ff 00 00").data;
  BOOST_REQUIRE(data.size() == 4 + 8 * command_table().size());
  BOOST_TEST(bytes::load_be32(data.data()) == data.size() - 4);
  std::vector<std::byte> read_capacity_16;
  for (std::size_t at = 4; at < data.size(); at += 8) {
    if (data[at] == std::byte{0x9E} && read_capacity_16.empty())
      read_capacity_16.assign(data.begin() + static_cast<std::ptrdiff_t>(at),
                              data.begin() + static_cast<std::ptrdiff_t>(at) + 8);
  }
  BOOST_TEST((read_capacity_16 == hex("9e 00 00 10 00 01 00 10")));
}

BOOST_AUTO_TEST_CASE(time_outs_follow_where_they_are_asked_for) {
  DiskWithEverything disk;
  const auto data = disk.run("a3 0c 80 00 00 00 00 00 ff ff 00 00").data;
  BOOST_REQUIRE(data.size() == 4 + 20 * command_table().size());
  BOOST_TEST((std::vector(data.begin() + 4, data.begin() + 24) ==
              hex("00 00 00 00 00 02 00 06 00 0a 00 00 00 00 00 00 00 00 00 3c")));
}

// By hand from the one_command parameter data of SPC-4.
BOOST_AUTO_TEST_CASE(one_command_with_its_usage_bits) {
  TestDisk disk;
  BOOST_TEST((disk.run("a3 0c 01 00 00 00 00 00 ff ff 00 00").data ==
              hex("00 03 00 06 00 00 00 00 00 04")));
  BOOST_TEST((disk.run("a3 0c 01 28 00 00 00 00 ff ff 00 00").data ==
              hex("00 03 00 0a 28 f8 ff ff ff ff 1f ff ff 04")));
  BOOST_TEST((disk.run("a3 0c 82 9e 00 10 00 00 ff ff 00 00").data ==
              hex("00 83 00 10 9e 10 ff ff ff ff ff ff ff ff ff ff ff ff 01 04"
                  "00 0a 00 00 00 00 00 00 00 00 00 3c")));
}

BOOST_AUTO_TEST_CASE(what_is_not_supported_is_told_in_four_bytes) {
  TestDisk disk;
  BOOST_TEST((disk.run("a3 0c 01 42 00 00 00 00 ff ff 00 00").data == hex("00 01 00 00")));
  BOOST_TEST((disk.run("a3 0c 02 9e 00 13 00 00 ff ff 00 00").data == hex("00 01 00 00")));
  BOOST_TEST((disk.run("a3 0c 03 28 00 01 00 00 ff ff 00 00").data == hex("00 01 00 00")));
}

BOOST_AUTO_TEST_CASE(what_this_unit_does_not_have_is_not_listed) {
  TestDisk disk;
  const auto data = disk.run("a3 0c 00 00 00 00 00 00 ff ff 00 00").data;
  BOOST_TEST(data.size() == 4 + 8 * (command_table().size() - 3));
  BOOST_TEST((disk.run("a3 0c 02 a3 00 0a 00 00 ff ff 00 00").data == hex("00 01 00 00")));
}

BOOST_AUTO_TEST_CASE(asking_in_the_wrong_way_is_an_invalid_field) {
  TestDisk disk;
  BOOST_TEST(disk.run("a3 0c 01 9e 00 10 00 00 ff ff 00 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("a3 0c 02 28 00 00 00 00 ff ff 00 00").error() == "ILLEGAL REQUEST 24/00");
  for (const std::string_view cdb :
       {"a3 0c 04 28 00 00 00 00 ff ff 00 00", "a3 0c 07 28 00 00 00 00 ff ff 00 00"}) {
    BOOST_TEST(disk.run(cdb).error() == "ILLEGAL REQUEST 24/00");
  }
}

BOOST_AUTO_TEST_CASE(every_listed_command_can_be_asked_for_and_is_not_an_invalid_operation_code) {
  DiskWithEverything disk;
  for (const CommandEntry& entry : command_table()) {
    scsi::ReportSupportedOperationCodes ask{false, 3, entry.operation_code,
                                            entry.service_action.value_or(0), 64};
    const auto data = disk.run(scsi::make_report_supported_operation_codes(ask)).data;
    BOOST_TEST(data.size() == 4u + entry.cdb_bytes);
    BOOST_TEST(std::to_integer<unsigned>(data.at(1)) == 3u);
    BOOST_TEST(entry.cdb_bytes == scsi::cdb_bytes_of_group(entry.operation_code));
    std::vector<std::byte> cdb(16);
    cdb[0] = static_cast<std::byte>(entry.operation_code);
    cdb[1] = static_cast<std::byte>(entry.service_action.value_or(0));
    if (entry.operation_code == 0x1B) cdb[4] = std::byte{1};
    BOOST_TEST(disk.run_as(disk.nexus, 0, cdb).error() != "ILLEGAL REQUEST 20/00");
  }
}

BOOST_AUTO_TEST_CASE(every_answer_is_cut_to_the_allocation_length) {
  TestDisk disk;
  BOOST_TEST((disk.run("a3 0c 01 00 00 00 00 00 00 05 00 00").data == hex("00 03 00 06 00")));
  BOOST_TEST(disk.run("a3 0c 00 00 00 00 00 00 00 00 00 00").data.empty());
}

BOOST_AUTO_TEST_SUITE_END()
