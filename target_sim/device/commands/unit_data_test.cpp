// READ CAPACITY, REPORT LUNS, MODE SENSE, REQUEST SENSE, START STOP UNIT and the rest that moves no
// blocks.
#include <boost/test/unit_test.hpp>

#include "protocol/scsi/mode_page.hpp"
#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;

BOOST_AUTO_TEST_SUITE(read_capacity)

BOOST_AUTO_TEST_CASE(ten_and_sixteen_tell_the_last_block) {
  TestDisk disk;
  BOOST_TEST((disk.run("25 00 00 00 00 00 00 00 00 00").data == hex("00 01 ff ff 00 00 02 00")));
  BOOST_TEST((disk.run("9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00").data ==
              hex("00 00 00 00 00 01 ff ff 00 00 02 00 00 00 00 00"
                  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")));
}

BOOST_AUTO_TEST_CASE(a_unit_of_more_than_32_bits_of_blocks_sends_to_sixteen) {
  TestDisk disk({.capacity_bytes = std::uint64_t{5} << 40});
  BOOST_TEST((disk.run(scsi::make_read_capacity_10()).data == hex("ff ff ff ff 00 00 02 00")));
  const auto data = disk.run(scsi::make_read_capacity_16()).data;
  BOOST_TEST(
      (std::vector(data.begin(), data.begin() + 12) == hex("00 00 00 02 7f ff ff ff 00 00 02 00")));
}

BOOST_AUTO_TEST_CASE(two_to_the_32_blocks_still_fit_into_ten) {
  TestDisk disk({.capacity_bytes = (std::uint64_t{1} << 32) * 512 - 512});
  BOOST_TEST((disk.run(scsi::make_read_capacity_10()).data == hex("ff ff ff fe 00 00 02 00")));
}

BOOST_AUTO_TEST_CASE(sixteen_is_cut_to_its_allocation_length) {
  TestDisk disk;
  for (std::uint32_t length = 0; length <= 40; ++length) {
    const Outcome outcome = disk.run(scsi::make_read_capacity_16(length));
    BOOST_TEST(outcome.is_good());
    BOOST_TEST(outcome.data.size() == std::min(length, 32u));
    BOOST_TEST(outcome.data_in_wanted == length);
  }
}

BOOST_AUTO_TEST_CASE(an_lba_without_pmi_is_an_invalid_field) {
  TestDisk disk;
  BOOST_TEST(disk.run("25 00 00 00 00 01 00 00 00 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("25 00 00 00 00 01 00 00 01 00").is_good());
  BOOST_TEST(disk.run("9e 10 00 00 00 00 00 00 00 01 00 00 00 20 00 00").error() ==
             "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(report_luns_command)

BOOST_AUTO_TEST_CASE(all_units_in_ascending_order) {
  TestDisk disk;
  disk.inventory.add_unit({.lun = 300, .capacity_bytes = 512});
  disk.inventory.add_unit({.lun = 7, .capacity_bytes = 512});
  const auto golden =
      hex("00 00 00 18 00 00 00 00 0000000000000000 0007000000000000 412c000000000000");
  BOOST_TEST((disk.run("a0 00 00 00 00 00 00 00 10 00 00 00").data == golden));
  BOOST_TEST((disk.run("a0 00 02 00 00 00 00 00 10 00 00 00").data == golden));
  BOOST_TEST(
      (disk.run("a0 00 01 00 00 00 00 00 10 00 00 00").data == hex("00 00 00 00 00 00 00 00")));
  BOOST_TEST(disk.run("a0 00 03 00 00 00 00 00 10 00 00 00").error() == "ILLEGAL REQUEST 24/00");
  const auto cut = disk.run("a0 00 00 00 00 00 00 00 00 0c 00 00").data;
  BOOST_TEST((cut == std::vector(golden.begin(), golden.begin() + 12)));
}

BOOST_AUTO_TEST_CASE(lun_0_answers_even_if_nobody_is_there) {
  TestDisk disk({.lun = 7});
  disk.lun = 0;
  BOOST_TEST((disk.run("a0 00 00 00 00 00 00 00 10 00 00 00").data ==
              hex("00 00 00 08 00 00 00 00 0007000000000000")));
  disk.lun = 8;
  BOOST_TEST(disk.run("a0 00 00 00 00 00 00 00 10 00 00 00").error() == "ILLEGAL REQUEST 25/00");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mode_sense)

// By hand from the layouts of mode parameter headers and pages (SPC-4, SBC-3).
BOOST_AUTO_TEST_CASE(all_pages_in_six_bytes) {
  TestDisk disk;
  const auto golden =
      hex("37 00 10 08 00 02 00 00 00 00 02 00"
          "08 12 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
          "0a 0a 00 00 00 00 00 00 00 00 00 00"
          "1c 0a 08 00 00 00 00 00 00 00 00 00");
  BOOST_TEST((disk.run("1a 00 3f 00 ff 00").data == golden));
  BOOST_TEST((disk.run("1a 00 3f ff ff 00").data == golden));
  BOOST_TEST((disk.run("1a 00 bf 00 ff 00").data == golden));
  BOOST_TEST((disk.run("1a 00 3f 00 04 00").data == hex("37 00 10 08")));
}

BOOST_AUTO_TEST_CASE(one_page_without_descriptors_in_ten_bytes) {
  TestDisk disk({.read_only = true, .descriptor_sense = true, .write_cache = true});
  BOOST_TEST((disk.run("5a 08 0a 00 00 00 00 00 ff 00").data ==
              hex("00 12 00 90 00 00 00 00 0a 0a 04 00 00 00 00 00 00 00 00 00")));
  const auto caching = disk.run("1a 08 08 00 ff 00").data;
  BOOST_TEST(std::to_integer<unsigned>(caching.at(6)) == 4u);
}

BOOST_AUTO_TEST_CASE(few_things_are_changeable_and_nothing_is_saved) {
  TestDisk disk({.descriptor_sense = true});
  BOOST_TEST((disk.run("1a 08 4a 00 ff 00").data ==
              hex("0f 00 10 00 0a 0a 04 00 08 00 00 00 00 00 00 00")));
  BOOST_TEST((disk.run("1a 08 5c 00 ff 00").data ==
              hex("0f 00 10 00 1c 0a 00 00 00 00 00 00 00 00 00 00")));
  BOOST_TEST(disk.run("1a 08 ca 00 ff 00").error() == "ILLEGAL REQUEST 39/00");
}

BOOST_AUTO_TEST_CASE(other_pages_and_subpages_are_invalid_fields) {
  TestDisk disk;
  for (unsigned page = 0; page < 0x40; ++page) {
    const bool known = page == 0x08 || page == 0x0A || page == 0x1C || page == 0x3F;
    BOOST_TEST(disk.run(scsi::make_mode_sense_6(static_cast<std::uint8_t>(page))).error() ==
               (known ? "GOOD" : "ILLEGAL REQUEST 24/00"));
    BOOST_TEST(disk.run(scsi::make_mode_sense_10(static_cast<std::uint8_t>(page), 1)).error() ==
               "ILLEGAL REQUEST 24/00");
  }
}

BOOST_AUTO_TEST_CASE(a_large_unit_has_a_long_descriptor_for_those_who_accept_it) {
  TestDisk disk({.capacity_bytes = std::uint64_t{5} << 40});
  const auto wide =
      scsi::decode_mode_data(10, disk.run("5a 10 0a 00 00 00 00 00 ff 00").data).value();
  BOOST_TEST(wide.header.long_lba);
  BOOST_TEST(wide.header.blocks == (std::uint64_t{5} << 40) / 512);
  const auto narrow =
      scsi::decode_mode_data(10, disk.run("5a 00 0a 00 00 00 00 00 ff 00").data).value();
  BOOST_TEST(!narrow.header.long_lba);
  BOOST_TEST(narrow.header.blocks == 0xFFFF'FFFFu);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(small_commands)

BOOST_AUTO_TEST_CASE(request_sense_without_news_says_no_sense) {
  TestDisk disk;
  BOOST_TEST((disk.run("03 00 00 00 fc 00").data ==
              hex("70 00 00 00 00 00 00 0a 00 00 00 00 00 00 00 00 00 00")));
  BOOST_TEST((disk.run("03 01 00 00 fc 00").data == hex("72 00 00 00 00 00 00 00")));
  BOOST_TEST((disk.run("03 00 00 00 03 00").data == hex("70 00 00")));
}

BOOST_AUTO_TEST_CASE(request_sense_where_nobody_is_says_so_in_data) {
  TestDisk disk;
  disk.lun = 5;
  const Outcome outcome = disk.run("03 00 00 00 fc 00");
  BOOST_TEST(outcome.is_good());
  BOOST_TEST((outcome.data == hex("70 00 05 00 00 00 00 0a 00 00 00 00 25 00 00 00 00 00")));
}

BOOST_AUTO_TEST_CASE(a_stopped_unit_is_not_ready_until_started) {
  TestDisk disk;
  BOOST_TEST(disk.run("1b 00 00 00 00 00").is_good());
  for (const std::string_view cdb :
       {"00 00 00 00 00 00", "28 00 00 00 00 00 00 00 01 00", "25 00 00 00 00 00 00 00 00 00"}) {
    BOOST_TEST(disk.run(cdb).error() == "NOT READY 04/02");
  }
  BOOST_TEST(disk.run("12 00 00 00 ff 00").is_good());
  BOOST_TEST(disk.run("1b 00 00 00 01 00").is_good());
  BOOST_TEST(disk.run("00 00 00 00 00 00").is_good());
}

BOOST_AUTO_TEST_CASE(a_fixed_medium_is_neither_ejected_nor_put_to_sleep) {
  TestDisk disk;
  BOOST_TEST(disk.run("1b 00 00 00 02 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("1b 00 00 00 10 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("1e 00 00 00 01 00").is_good());
  BOOST_TEST(disk.run("1e 00 00 00 02 00").error() == "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_CASE(operation_codes_that_are_not_here_are_invalid) {
  TestDisk disk;
  for (const std::string_view cdb : {"42 00 00 00 00 00 00 00 00 00", "9e 13 00", "a3 0a", "a4 0a",
                                     "7f 00", "ff 00", "83 00", "a1 00"}) {
    const Outcome outcome = disk.run(cdb);
    BOOST_TEST(!outcome.was_prepared);
    BOOST_TEST(outcome.error() == "ILLEGAL REQUEST 20/00");
    BOOST_TEST(
        (outcome.sense_bytes == hex("70 00 05 00 00 00 00 0a 00 00 00 00 20 00 00 00 00 00")));
  }
}

BOOST_AUTO_TEST_CASE(naca_is_an_invalid_field) {
  TestDisk disk;
  for (const std::string_view cdb :
       {"00 00 00 00 00 04", "28 00 00 00 00 00 00 00 01 04", "a0 00 00 00 00 00 00 00 10 00 00 04",
        "88 00 00 00 00 00 00 00 00 00 00 00 00 01 00 04"}) {
    const Outcome outcome = disk.run(cdb);
    BOOST_TEST(outcome.error() == "ILLEGAL REQUEST 24/00");
    const auto at = static_cast<std::uint16_t>(hex(cdb).size() - 1);
    BOOST_TEST((outcome.sense().key_specific == scsi::field_pointer(true, at, std::uint8_t{2})));
  }
}

BOOST_AUTO_TEST_CASE(sense_is_in_the_configured_format) {
  TestDisk disk({.descriptor_sense = true});
  BOOST_TEST((disk.run("c1 00").sense_bytes == hex("72 05 20 00 00 00 00 00")));
}

BOOST_AUTO_TEST_CASE(only_three_commands_answer_where_nobody_is) {
  TestDisk disk;
  disk.lun = 5;
  for (unsigned code = 0; code < 256; ++code) {
    std::vector<std::byte> cdb(16);
    cdb[0] = static_cast<std::byte>(code);
    const Outcome outcome = disk.run_as(disk.nexus, 5, cdb);
    const bool answers = code == 0x03 || code == 0x12;
    BOOST_TEST(outcome.error() == (answers ? "GOOD" : "ILLEGAL REQUEST 25/00"));
  }
}

BOOST_AUTO_TEST_CASE(any_cdb_of_any_length_gets_an_answer) {
  TestDisk disk;
  disk.cdb_bytes_min = 0;
  std::uint64_t random = 99;
  for (unsigned round = 0; round < 20'000; ++round) {
    std::vector<std::byte> cdb(round % 20);
    for (std::byte& byte : cdb) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<std::byte>((random >> 60) < 8 ? 0 : random >> 50);
    }
    if (!cdb.empty()) cdb[0] = static_cast<std::byte>(round / 20);
    const Outcome outcome = disk.run_as(disk.nexus, round % 3, cdb, pattern(round % 4096, round));
    BOOST_TEST((outcome.is_good() || !outcome.sense_bytes.empty()));
  }
  BOOST_TEST(disk.inventory.find_unit(0)->store().allocated_bytes() <= 64u << 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(unit_configuration)

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_a_reason) {
  UnitConfig config{.capacity_bytes = 1 << 20};
  BOOST_TEST(refusal_of(config).empty());
  const auto refused = [](UnitConfig changed) { return !refusal_of(changed).empty(); };
  BOOST_TEST(refused({.capacity_bytes = 0}));
  BOOST_TEST(refused({.capacity_bytes = 513}));
  BOOST_TEST(refused({.capacity_bytes = 1 << 20, .block_bytes = 100}));
  BOOST_TEST(refused({.capacity_bytes = 1 << 20, .block_bytes = 0}));
  BOOST_TEST(refused({.lun = std::uint64_t{1} << 40, .capacity_bytes = 512}));
  BOOST_TEST(refused({.capacity_bytes = 512, .vendor = "NINECHARS"}));
  BOOST_TEST(refused({.capacity_bytes = 512, .transfer_bytes_max = 511}));
}

BOOST_AUTO_TEST_SUITE_END()
