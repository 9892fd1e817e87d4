#include "target_sim/device/unit_attention.hpp"

#include <boost/test/unit_test.hpp>

#include "target_sim/device/nexus_table.hpp"
#include "target_sim/device/test_disk.hpp"

using namespace lunsim::target_sim;
using lunsim::scsi::AdditionalSense;

BOOST_AUTO_TEST_SUITE(unit_attentions)

BOOST_AUTO_TEST_CASE(resets_are_told_before_changes) {
  UnitAttentions attentions;
  attentions.establish(1, attention::kCapacityChanged);
  attentions.establish(1, attention::kReportedLunsChanged);
  attentions.establish(1, attention::kUnitReset);
  BOOST_TEST((attentions.take(1) == attention::kUnitReset));
  BOOST_TEST((attentions.take(1) == attention::kCapacityChanged));
  BOOST_TEST((attentions.take(1) == attention::kReportedLunsChanged));
  BOOST_TEST(!attentions.take(1).has_value());
}

BOOST_AUTO_TEST_CASE(power_on_stands_for_other_resets) {
  UnitAttentions attentions;
  attentions.establish(1, attention::kPowerOn);
  attentions.establish(1, attention::kNexusLoss);
  BOOST_TEST((attentions.take(1) == attention::kPowerOn));
  BOOST_TEST(!attentions.is_pending(1));
}

BOOST_AUTO_TEST_CASE(the_same_condition_twice_is_one) {
  UnitAttentions attentions;
  for (int i = 0; i < 3; ++i) attentions.establish(2, attention::kCapacityChanged);
  attentions.take(2);
  BOOST_TEST(!attentions.is_pending(2));
}

BOOST_AUTO_TEST_CASE(a_full_queue_loses_the_least_important) {
  UnitAttentions attentions;
  for (std::uint8_t i = 0; i < 20; ++i) attentions.establish(1, {0x2A, i});
  attentions.establish(1, attention::kPowerOn);
  std::size_t told = 0;
  BOOST_TEST((attentions.take(1) == attention::kPowerOn));
  for (; attentions.take(1); ++told) {
  }
  BOOST_TEST(told == UnitAttentions::kPendingMax - 1);
}

BOOST_AUTO_TEST_CASE(nexuses_are_apart_and_may_be_forgotten) {
  UnitAttentions attentions;
  attentions.establish(1, attention::kPowerOn);
  attentions.establish(5, attention::kPowerOn);
  BOOST_TEST(!attentions.is_pending(3));
  BOOST_TEST(!attentions.is_pending(99));
  attentions.forget(1);
  attentions.forget(99);
  BOOST_TEST(!attentions.is_pending(1));
  BOOST_TEST(attentions.is_pending(5));
  attentions.clear(5, attention::kPowerOn);
  attentions.clear(99, attention::kPowerOn);
  BOOST_TEST(!attentions.is_pending(5));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(nexus_table)

BOOST_AUTO_TEST_CASE(a_name_that_comes_back_is_the_same_nexus) {
  NexusTable table;
  const auto first = table.open("a");
  BOOST_TEST(first.is_new);
  BOOST_TEST(first.slot != 0u);
  table.close(first.slot);
  const auto again = table.open("a");
  BOOST_TEST(!again.is_new);
  BOOST_TEST(again.slot == first.slot);
  BOOST_TEST(table.open("b").slot != first.slot);
}

BOOST_AUTO_TEST_CASE(a_nexus_opened_twice_is_closed_twice) {
  NexusTable table;
  const auto first = table.open("a");
  table.open("a");
  table.close(first.slot);
  table.close(first.slot);
  BOOST_TEST(!table.close(first.slot).has_value());
  BOOST_TEST(!table.close(0).has_value());
  BOOST_TEST(!table.close(77).has_value());
  BOOST_TEST(!table.open("a").is_new);
}

BOOST_AUTO_TEST_CASE(how_many_are_remembered_is_bounded) {
  NexusTable table;
  const std::size_t all = NexusTable::kClosedRememberedMax + 500;
  for (std::size_t i = 0; i < all; ++i) {
    table.close(table.open("initiator " + std::to_string(i)).slot);
  }
  BOOST_TEST(table.slots_end() <= NexusTable::kClosedRememberedMax + 2);
  BOOST_TEST(table.open("initiator 0").is_new);
  BOOST_TEST(!table.open("initiator " + std::to_string(all - 1)).is_new);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(attentions_of_disks)

namespace {
constexpr std::string_view kReady = "00 00 00 00 00 00";
std::string told(TestDisk& disk, NexusId by, std::uint64_t lun = 0) {
  return disk.run_as(by, lun, hex(kReady)).error();
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_new_nexus_hears_power_on_once_from_each_unit) {
  TestDisk disk;
  disk.inventory.add_unit({.lun = 7, .capacity_bytes = 1 << 20});
  const NexusId nexus = disk.inventory.open_nexus("iqn.b,i,0x2");
  for (const std::uint64_t lun : {0u, 7u}) {
    BOOST_TEST(told(disk, nexus, lun) == "UNIT ATTENTION 29/00");
    BOOST_TEST(told(disk, nexus, lun) == "GOOD");
  }
}

BOOST_AUTO_TEST_CASE(a_nexus_that_comes_back_hears_nexus_loss) {
  TestDisk disk;
  disk.inventory.close_nexus(disk.nexus);
  BOOST_TEST((disk.inventory.open_nexus("iqn.a,i,0x1") == disk.nexus));
  BOOST_TEST(told(disk, disk.nexus) == "UNIT ATTENTION 29/07");
  BOOST_TEST(told(disk, disk.nexus) == "GOOD");
}

BOOST_AUTO_TEST_CASE(a_reset_is_heard_by_everybody_else) {
  TestDisk disk;
  const NexusId other = disk.quiet_nexus("iqn.b,i,0x2");
  BOOST_TEST((disk.inventory.reset_unit(0, disk.nexus) == ManagementOutcome::complete));
  BOOST_TEST((disk.inventory.reset_unit(9, disk.nexus) == ManagementOutcome::lun_does_not_exist));
  BOOST_TEST(told(disk, disk.nexus) == "GOOD");
  BOOST_TEST(told(disk, other) == "UNIT ATTENTION 29/03");
}

BOOST_AUTO_TEST_CASE(a_unit_that_comes_is_heard_from_the_others) {
  TestDisk disk;
  BOOST_TEST(disk.inventory.add_unit({.lun = 3, .capacity_bytes = 1 << 20}));
  BOOST_TEST(!disk.inventory.add_unit({.lun = 3, .capacity_bytes = 1 << 20}));
  BOOST_TEST(told(disk, disk.nexus, 0) == "UNIT ATTENTION 3f/0e");
  BOOST_TEST(told(disk, disk.nexus, 3) == "UNIT ATTENTION 29/00");
  BOOST_TEST(told(disk, disk.nexus, 3) == "GOOD");
}

BOOST_AUTO_TEST_CASE(a_unit_that_goes_is_heard_from_the_others) {
  TestDisk disk;
  disk.inventory.add_unit({.lun = 3, .capacity_bytes = 1 << 20});
  disk.drain(disk.nexus, 0);
  BOOST_TEST(disk.inventory.remove_unit(3));
  BOOST_TEST(!disk.inventory.remove_unit(3));
  BOOST_TEST(told(disk, disk.nexus, 0) == "UNIT ATTENTION 3f/0e");
  BOOST_TEST(told(disk, disk.nexus, 3) == "ILLEGAL REQUEST 25/00");
}

BOOST_AUTO_TEST_CASE(report_luns_takes_the_news_of_units_away_from_all_of_them) {
  TestDisk disk;
  disk.inventory.add_unit({.lun = 3, .capacity_bytes = 1 << 20});
  disk.inventory.add_unit({.lun = 4, .capacity_bytes = 1 << 20});
  const NexusId other = disk.inventory.open_nexus("iqn.b,i,0x2");
  disk.inventory.add_unit({.lun = 5, .capacity_bytes = 1 << 20});
  const Outcome list = disk.run(lunsim::scsi::make_report_luns(4096));
  BOOST_TEST(list.is_good());
  BOOST_TEST(list.data.size() == 8u + 4 * 8u);
  BOOST_TEST(told(disk, disk.nexus, 0) == "GOOD");
  BOOST_TEST(told(disk, disk.nexus, 3) == "UNIT ATTENTION 29/00");
  BOOST_TEST(told(disk, disk.nexus, 3) == "GOOD");
  BOOST_TEST(told(disk, other, 0) == "UNIT ATTENTION 29/00");
  BOOST_TEST(told(disk, other, 0) == "UNIT ATTENTION 3f/0e");
}

BOOST_AUTO_TEST_CASE(growth_is_heard_and_seen) {
  TestDisk disk;
  BOOST_TEST(disk.inventory.resize_unit(0, 128u << 20));
  BOOST_TEST(!disk.inventory.resize_unit(1, 128u << 20));
  const auto ask = lunsim::scsi::make_read_capacity_10();
  BOOST_TEST(disk.run(ask).error() == "UNIT ATTENTION 2a/09");
  BOOST_TEST((disk.run(ask).data == hex("00 03 ff ff 00 00 02 00")));
}

BOOST_AUTO_TEST_CASE(inquiry_and_report_luns_run_before_an_attention_is_told) {
  TestDisk disk;
  const NexusId nexus = disk.inventory.open_nexus("iqn.b,i,0x2");
  BOOST_TEST(disk.run_as(nexus, 0, hex("12 00 00 00 ff 00")).is_good());
  BOOST_TEST(disk.run_as(nexus, 0, hex("a0 00 00 00 00 00 00 00 10 00 00 00")).is_good());
  BOOST_TEST(told(disk, nexus) == "UNIT ATTENTION 29/00");
}

BOOST_AUTO_TEST_CASE(request_sense_tells_an_attention_as_data) {
  TestDisk disk;
  const NexusId nexus = disk.inventory.open_nexus("iqn.b,i,0x2");
  const Outcome outcome = disk.run_as(nexus, 0, hex("03 00 00 00 fc 00"));
  BOOST_TEST(outcome.is_good());
  BOOST_TEST((outcome.data == hex("70 00 06 00 00 00 00 0a 00 00 00 00 29 00 00 00 00 00")));
  BOOST_TEST(told(disk, nexus) == "GOOD");
}

BOOST_AUTO_TEST_CASE(an_attention_comes_before_an_unknown_operation_code) {
  TestDisk disk;
  const NexusId nexus = disk.inventory.open_nexus("iqn.b,i,0x2");
  BOOST_TEST(disk.run_as(nexus, 0, hex("c1 00 00 00 00 00")).error() == "UNIT ATTENTION 29/00");
  BOOST_TEST(disk.run_as(nexus, 0, hex("c1 00 00 00 00 00")).error() == "ILLEGAL REQUEST 20/00");
}

BOOST_AUTO_TEST_SUITE_END()
