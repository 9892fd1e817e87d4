// One unit behind several targets, target port groups, power cycles.
#include <boost/test/unit_test.hpp>

#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;

namespace {

/// Two target ports that show one unit, at LUN 0 and at LUN 5.
struct TwoTargets {
  std::shared_ptr<ScsiDevice> device = std::make_shared<ScsiDevice>();
  DiskInventory left{"iqn.left", device};
  DiskInventory right{"iqn.right", device};
  NexusId on_left, on_right;
  TestDisk runner;  // only for its way to run commands

  TwoTargets() {
    left.add_unit({.capacity_bytes = 1 << 20});
    right.show_unit(5, left.share_unit(0));
    on_left = left.open_nexus("iqn.a,i,0x1");
    on_right = right.open_nexus("iqn.a,i,0x1");
    run(left, "00 00 00 00 00 00");
    run(right, "00 00 00 00 00 00");
  }
  void group(AccessControl control = {}) {
    device->port_groups.control = control;
    left.join_port_group(1);
    right.join_port_group(2);
  }
  std::string run(DiskInventory& by, std::string_view cdb, std::span<const std::byte> data = {}) {
    return outcome(by, cdb, data).error();
  }
  Outcome outcome(DiskInventory& by, std::string_view cdb, std::span<const std::byte> data = {}) {
    const bool is_left = &by == &left;
    return runner.run_at(by, is_left ? on_left : on_right, is_left ? 0 : 5, hex(cdb), data);
  }
};
constexpr std::string_view kTestUnitReady = "00 00 00 00 00 00";
constexpr std::string_view kReadOneBlock = "28 00 00 00 00 00 00 00 01 00";
constexpr std::string_view kWriteOneBlock = "2a 00 00 00 00 00 00 00 01 00";
constexpr std::string_view kReportGroups = "a3 0a 00 00 00 00 00 00 10 00 00 00";

}  // namespace

BOOST_AUTO_TEST_SUITE(a_unit_behind_two_targets)

BOOST_AUTO_TEST_CASE(has_one_content_and_one_identity) {
  TwoTargets targets;
  const auto data = pattern(512, 3);
  BOOST_TEST(targets.run(targets.left, kWriteOneBlock, data) == "GOOD");
  BOOST_TEST((targets.outcome(targets.right, kReadOneBlock).data == data));
  BOOST_TEST((targets.outcome(targets.left, "12 01 80 00 ff 00").data ==
              targets.outcome(targets.right, "12 01 80 00 ff 00").data));
  const auto left = targets.outcome(targets.left, "12 01 83 00 ff 00").data;
  const auto right = targets.outcome(targets.right, "12 01 83 00 ff 00").data;
  BOOST_TEST((left != right));  // the ports are told
  BOOST_TEST((targets.outcome(targets.left, "12 00 00 00 ff 00").data.at(6) == std::byte{0x10}));
}

BOOST_AUTO_TEST_CASE(is_reserved_and_grows_for_both) {
  TwoTargets targets;
  targets.run(targets.left, "16 00 00 00 00 00");
  BOOST_TEST(targets.run(targets.right, kTestUnitReady) == "RESERVATION CONFLICT");
  targets.run(targets.left, "17 00 00 00 00 00");
  targets.left.resize_unit(0, 2 << 20);
  BOOST_TEST(targets.run(targets.right, kTestUnitReady) == "UNIT ATTENTION 2a/09");
}

BOOST_AUTO_TEST_CASE(outlives_the_target_that_had_it_first) {
  TwoTargets targets;
  targets.left.remove_unit(0);
  BOOST_TEST(targets.run(targets.left, kTestUnitReady) == "ILLEGAL REQUEST 25/00");
  BOOST_TEST(targets.run(targets.right, kTestUnitReady) == "GOOD");
}

BOOST_AUTO_TEST_CASE(of_another_target_is_no_news_to_it) {
  TwoTargets targets;
  targets.right.add_unit({.lun = 6, .capacity_bytes = 512});
  BOOST_TEST(targets.run(targets.left, kTestUnitReady) == "GOOD");
  BOOST_TEST(targets.run(targets.right, kTestUnitReady) == "UNIT ATTENTION 3f/0e");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(target_port_groups)

BOOST_AUTO_TEST_CASE(are_not_spoken_of_where_there_are_none) {
  TwoTargets targets;
  BOOST_TEST((targets.outcome(targets.left, "12 00 00 00 ff 00").data.at(5) == std::byte{0}));
  BOOST_TEST(targets.run(targets.left, kReportGroups) == "ILLEGAL REQUEST 20/00");
}

// By hand from the parameter data of REPORT TARGET PORT GROUPS (SPC-4 §6.37).
BOOST_AUTO_TEST_CASE(are_reported_with_state_and_ports, *boost::unit_test::label("spc4-6.37")) {
  TwoTargets targets;
  targets.group({.is_implicit = true, .is_explicit = true});
  BOOST_TEST((targets.outcome(targets.left, "12 00 00 00 ff 00").data.at(5) == std::byte{0x30}));
  targets.device->port_groups.find(1)->preferred = true;
  targets.right.set_access_state(2, AccessState::standby, AccessStatus::by_device);
  BOOST_TEST((targets.outcome(targets.left, kReportGroups).data ==
              hex("00 00 00 18 80 cf 00 01 00 00 00 01 00 00 00 01"
                  "02 cf 00 02 00 02 00 01 00 00 00 02")));
  BOOST_TEST((targets.outcome(targets.left, "a3 2a 00 00 00 00 00 00 00 08 00 00").data ==
              hex("00 00 00 1c 10 00 00 00")));
}

BOOST_AUTO_TEST_CASE(each_state_lets_through_what_it_says,
                     *boost::unit_test::label("spc4-5.16.2.4")) {
  struct Row {
    AccessState state;
    std::string_view ready, mode_sense;
  };
  for (const Row& row : {Row{AccessState::active_non_optimized, "GOOD", "GOOD"},
                         Row{AccessState::standby, "NOT READY 04/0b", "GOOD"},
                         Row{AccessState::unavailable, "NOT READY 04/0c", "NOT READY 04/0c"},
                         Row{AccessState::offline, "NOT READY 04/12", "NOT READY 04/12"},
                         Row{AccessState::transitioning, "NOT READY 04/0a", "NOT READY 04/0a"}}) {
    TwoTargets targets;
    targets.group();
    targets.left.set_access_state(2, row.state, AccessStatus::by_device);
    targets.right.tell_access_state_changed();
    BOOST_TEST(targets.run(targets.right, kTestUnitReady) == "UNIT ATTENTION 2a/06");
    BOOST_TEST(targets.run(targets.right, kTestUnitReady) == row.ready);
    BOOST_TEST(targets.run(targets.right, "1a 00 3f 00 ff 00") == row.mode_sense);
    BOOST_TEST(targets.run(targets.right, kReportGroups) == "GOOD");
    BOOST_TEST(targets.run(targets.right, "12 00 00 00 24 00") == "GOOD");
  }
}

BOOST_AUTO_TEST_CASE(are_set_by_command_and_the_others_hear_of_it,
                     *boost::unit_test::label("spc4-6.45")) {
  TwoTargets targets;
  targets.group({.is_implicit = false, .is_explicit = true});
  const auto list = hex("00 00 00 00 02 00 00 01 00 00 00 02");
  constexpr std::string_view kSet = "a4 0a 00 00 00 00 00 00 00 0c 00 00";
  BOOST_TEST(targets.run(targets.right, kSet, list) == "GOOD");
  BOOST_TEST(targets.run(targets.left, kTestUnitReady) == "UNIT ATTENTION 2a/06");
  BOOST_TEST(targets.run(targets.left, kTestUnitReady) == "NOT READY 04/0b");
  BOOST_TEST(targets.run(targets.right, kTestUnitReady) == "GOOD");
  BOOST_TEST(targets.run(targets.right, kSet, hex("00000000 0f000001 00000002")) ==
             "ILLEGAL REQUEST 26/00");
  BOOST_TEST(targets.run(targets.right, kSet, hex("00000000 00000009 00000002")) ==
             "ILLEGAL REQUEST 26/00");
  BOOST_TEST(targets.run(targets.right, "a4 0a 00 00 00 00 00 00 00 05 00 00") ==
             "ILLEGAL REQUEST 1a/00");
}

BOOST_AUTO_TEST_CASE(that_change_by_themselves_only_are_not_set) {
  TwoTargets targets;
  targets.group();
  BOOST_TEST(targets.run(targets.right, "a4 0a 00 00 00 00 00 00 00 00 00 00") ==
             "ILLEGAL REQUEST 20/00");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(power)

BOOST_AUTO_TEST_CASE(unsynchronized_writes_are_lost_and_others_are_not,
                     *boost::unit_test::label("sbc3-4.15")) {
  TestDisk disk({.write_cache = true});
  const std::vector<std::byte> zeros(512);
  const auto write = [&](std::string_view cdb, unsigned seed) {
    disk.run(cdb, pattern(512, seed));
  };
  write("2a 00 00 00 00 00 00 00 01 00", 1);
  disk.run("35 00 00 00 00 00 00 00 00 00");  // SYNCHRONIZE CACHE
  write("2a 00 00 00 00 00 00 00 01 00", 2);  // over the synchronized one
  write("2a 00 00 00 00 01 00 00 01 00", 3);
  write("2a 08 00 00 00 02 00 00 01 00", 4);  // FUA
  write("2e 00 00 00 00 03 00 00 01 00", 5);  // WRITE AND VERIFY
  BOOST_TEST((disk.run("28 00 00 00 00 01 00 00 01 00").data == pattern(512, 3)));
  disk.inventory.lose_power();
  disk.drain(disk.nexus, 0);
  BOOST_TEST((disk.run("28 00 00 00 00 00 00 00 01 00").data == pattern(512, 1)));
  BOOST_TEST((disk.run("28 00 00 00 00 01 00 00 01 00").data == zeros));
  BOOST_TEST((disk.run("28 00 00 00 00 02 00 00 01 00").data == pattern(512, 4)));
  BOOST_TEST((disk.run("28 00 00 00 00 03 00 00 01 00").data == pattern(512, 5)));
}

BOOST_AUTO_TEST_CASE(without_a_write_cache_nothing_is_lost) {
  TestDisk disk;
  disk.run("2a 00 00 00 00 00 00 00 01 00", pattern(512, 1));
  disk.inventory.lose_power();
  disk.drain(disk.nexus, 0);
  BOOST_TEST((disk.run("28 00 00 00 00 00 00 00 01 00").data == pattern(512, 1)));
}

BOOST_AUTO_TEST_CASE(a_nexus_that_comes_again_is_new) {
  TestDisk disk;
  disk.inventory.close_nexus(disk.nexus);
  disk.inventory.lose_power();
  const NexusId again = disk.inventory.open_nexus("iqn.a,i,0x1");
  BOOST_TEST(disk.run_as(again, 0, hex(kTestUnitReady)).error() == "UNIT ATTENTION 29/00");
  BOOST_TEST(disk.run_as(again, 0, hex(kTestUnitReady)).error() == "GOOD");
}

BOOST_AUTO_TEST_SUITE_END()
