// Faults of commands in front of a real disk: what is done apart from what is answered, spoiled
// data, parameter data that lies.
#include <boost/test/unit_test.hpp>

#include "target_sim/device/test_disk.hpp"
#include "target_sim/faults/faulty_device.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using Apply = DeviceAction::Apply;

namespace {

FaultRule disk_rule_for(std::string_view command) {
  FaultRule rule;
  rule.name = "f";
  rule.on.commands = {*scsi::command_named(command)};
  return rule;
}

/// A disk behind one fault.
struct DiskBench {
  explicit DiskBench(FaultRule rule, UnitConfig config = {})
      : disk(config), plan({std::move(rule)}, 1), device(disk.inventory, plan, "array") {
    device.set_disks(disk.inventory);
    nexus = device.open_nexus("iqn.a,i,0x1");
    disk.drain(nexus, 0);
  }
  /// Also what waits for time: until `until_ns`.
  Outcome run(const scsi::Command& command, std::span<const std::byte> data = {},
              std::int64_t until_ns = 0) {
    Task& task = disk.task;
    task.clear();
    task.nexus = nexus;
    task.lun = 0;
    task.cdb.fill(std::byte{0});
    std::copy(command.bytes.begin(), command.bytes.end(), task.cdb.begin());
    Outcome outcome;
    answered = true;
    outcome.was_prepared = device.prepare(task, 0);
    if (outcome.was_prepared) {
      task.data_out.assign(data.begin(), data.end());
      answered = device.submit(task, 0) || device.poll_completion(until_ns) == &task;
    }
    if (!answered) return outcome;
    outcome.status = task.status;
    outcome.sense_bytes.assign(task.sense.view().begin(), task.sense.view().end());
    for (const Slice& slice : task.data_in) {
      outcome.data.insert(outcome.data.end(), slice.bytes.begin(), slice.bytes.end());
      if (slice.pin != nullptr) slice.pin->unpin();
    }
    return outcome;
  }
  Outcome write(std::uint64_t lba, unsigned seed, std::uint32_t blocks = 1,
                std::int64_t until_ns = 0) {
    return run(scsi::make_write(lba, blocks, 512), pattern(512 * blocks, seed), until_ns);
  }
  std::vector<std::byte> read(std::uint64_t lba, std::uint32_t blocks = 1) {
    return run(scsi::make_read(lba, blocks, 512)).data;
  }
  std::uint64_t fired() const { return plan.counts().front().fired; }

  TestDisk disk;
  FaultPlan plan;
  FaultyDevice device;
  NexusId nexus{};
  bool answered = true;
};
const std::vector<std::byte> kZeros(512);

/// The first LUN field that REPORT LUNS tells under this rule.
std::vector<std::byte> reported_first(const FaultRule& rule) {
  const auto data = DiskBench(rule).run(scsi::make_report_luns(200)).data;
  return {data.begin() + 8, data.begin() + 16};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(done_apart_from_answered)

BOOST_AUTO_TEST_CASE(a_lost_write_is_answered_and_never_lands) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.apply = Apply::never;
  DiskBench bench(rule);
  BOOST_TEST(bench.write(0, 1).is_good());
  BOOST_TEST((bench.read(0) == kZeros));
  BOOST_TEST(bench.fired() == 1u);
}

BOOST_AUTO_TEST_CASE(an_applied_write_may_be_answered_with_an_error) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.apply = Apply::yes;
  rule.action.status = scsi::Status::check_condition;
  scsi::Sense sense;
  sense.key = scsi::SenseKey::aborted_command;
  sense.code = {0x47, 0x05};
  rule.action.sense = sense;
  DiskBench bench(rule);
  BOOST_TEST(bench.write(0, 1).error() == "ABORTED COMMAND 47/05");
  BOOST_TEST((bench.read(0) == pattern(512, 1)));
}

BOOST_AUTO_TEST_CASE(an_applied_write_may_never_be_answered) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.never_answered = true;
  rule.times = 1;
  DiskBench bench(rule);
  bench.write(0, 1, 1, 1'000'000'000'000);
  BOOST_TEST(!bench.answered);
  BOOST_TEST(!bench.device.poll_timeout().has_value());
  bench.device.abort(bench.disk.task);
  BOOST_TEST((bench.read(0) == pattern(512, 1)));
}

BOOST_AUTO_TEST_CASE(a_late_write_lands_over_a_newer_one) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.apply = Apply::later;
  rule.action.apply_after_ns = 100;
  rule.times = 1;
  DiskBench bench(rule);
  BOOST_TEST(bench.write(0, 1, 1, 1).is_good());
  BOOST_TEST((bench.read(0) == kZeros));
  bench.write(0, 2);
  BOOST_TEST((bench.read(0) == pattern(512, 2)));
  BOOST_TEST((bench.device.poll_timeout() == std::optional<std::int64_t>{100}));
  bench.device.poll_completion(100);
  BOOST_TEST((bench.read(0) == pattern(512, 1)));
}

BOOST_AUTO_TEST_CASE(a_cached_write_is_lost_with_the_power_although_synchronized) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.apply = Apply::cached;
  rule.times = 1;
  DiskBench bench(rule);
  bench.write(0, 1);
  bench.write(1, 2);
  BOOST_TEST(bench.run(scsi::make_synchronize_cache_10()).is_good());
  BOOST_TEST((bench.read(0) == pattern(512, 1)));
  bench.device.lose_power();
  BOOST_TEST((bench.read(0) == kZeros));
  BOOST_TEST((bench.read(1) == pattern(512, 2)));
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_later_than_the_deed) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.answer_after_ns = 50;
  rule.times = 1;
  DiskBench bench(rule);
  bench.write(0, 1, 1, 49);
  BOOST_TEST(!bench.answered);
  BOOST_TEST(bench.device.poll_completion(50) == &bench.disk.task);
  BOOST_TEST((bench.read(0) == pattern(512, 1)));
}

BOOST_AUTO_TEST_CASE(a_broken_compare_and_write_writes_what_does_not_compare) {
  FaultRule rule = disk_rule_for("COMPARE AND WRITE");
  rule.action.compares = false;
  DiskBench bench(rule);
  scsi::Command command;
  const auto cdb = hex("89 00 00 00 00 00 00 00 00 04 00 00 00 01 00 00");
  std::copy(cdb.begin(), cdb.end(), command.bytes.begin());
  auto data = kZeros;
  const auto next = pattern(512, 2);
  data.insert(data.end(), next.begin(), next.end());
  BOOST_TEST(bench.run(command, data).is_good());
  BOOST_TEST(bench.fired() == 0u);  // it compared
  BOOST_TEST(bench.run(command, data).is_good());
  BOOST_TEST(bench.fired() == 1u);
}

BOOST_AUTO_TEST_CASE(jitter_and_p99_come_from_the_seed) {
  FaultRule rule = disk_rule_for("TEST UNIT READY");
  rule.action.delay_ns = 1000;
  rule.action.jitter_ns = 500;
  rule.action.p99_ns = 90'000;
  DiskBench bench(rule);
  std::size_t slow = 0;
  for (int i = 0; i < 2000; ++i) {
    bench.run(scsi::make_test_unit_ready());
    const std::int64_t due = bench.device.poll_timeout().value();
    BOOST_TEST((due == 90'000 || (due >= 1000 && due <= 1500)));
    slow += due == 90'000 ? 1 : 0;
    bench.device.abort(bench.disk.task);
  }
  BOOST_TEST(slow > 5u);
  BOOST_TEST(slow < 45u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(spoiled_data)

BOOST_AUTO_TEST_CASE(a_read_or_a_write_with_a_wrong_bit) {
  for (const std::string_view command : {"READ(10)", "WRITE(10)"}) {
    FaultRule rule = disk_rule_for(command);
    rule.action.data.push_back({DataChange::Kind::exclusive_or, 3, hex("01")});
    rule.times = 1;
    DiskBench bench(rule);
    bench.write(0, 1);
    auto wanted = pattern(512, 1);
    wanted[3] ^= std::byte{1};
    BOOST_TEST((bench.read(0) == wanted));
    BOOST_TEST((bench.read(0) == pattern(512, 1)) == (command == "READ(10)"));
    BOOST_TEST(bench.fired() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(what_changes_nothing_has_not_fired) {
  FaultRule rule = disk_rule_for("READ(10)");
  rule.action.data.push_back({DataChange::Kind::exclusive_or, 600, hex("01")});
  DiskBench bench(rule);
  BOOST_TEST((bench.read(0) == kZeros));
  BOOST_TEST(bench.fired() == 0u);
  BOOST_TEST((bench.read(0, 2).at(600) == std::byte{1}));
  BOOST_TEST(bench.fired() == 1u);
}

BOOST_AUTO_TEST_CASE(a_misdirected_write_lands_elsewhere) {
  FaultRule rule = disk_rule_for("WRITE(10)");
  rule.action.misdirected_blocks = 8;
  rule.times = 1;
  DiskBench bench(rule);
  bench.write(2, 1);
  BOOST_TEST((bench.read(2) == kZeros));
  BOOST_TEST((bench.read(10) == pattern(512, 1)));
  bench.plan.arm("f");
  const std::uint64_t last = bench.disk.inventory.find_unit(0)->last_lba();
  BOOST_TEST(bench.write(last, 3).is_good());
  BOOST_TEST((bench.read(last) == pattern(512, 3)));  // there is nothing behind it
  BOOST_TEST(bench.fired() == 1u);
}

BOOST_AUTO_TEST_CASE(a_torn_write_lands_in_part) {
  for (const bool by_bytes : {false, true}) {
    FaultRule rule = disk_rule_for("WRITE(10)");
    rule.on.nth = 2;
    if (by_bytes) rule.action.torn_after_bytes = 700;
    if (!by_bytes) rule.action.torn_after_blocks = 1;
    DiskBench bench(rule);
    bench.write(0, 1, 4);
    bench.write(0, 2, 4);
    const std::size_t lands = by_bytes ? 700 : 512;
    auto wanted = pattern(2048, 1);
    const auto newer = pattern(2048, 2);
    std::copy_n(newer.begin(), lands, wanted.begin());
    BOOST_TEST((bench.read(0, 4) == wanted));
  }
}

BOOST_AUTO_TEST_CASE(a_stale_read_is_as_it_was_before_the_last_write) {
  FaultRule rule = disk_rule_for("READ(10)");
  rule.action.stale = true;
  DiskBench bench(rule);
  BOOST_TEST((bench.read(0) == kZeros));
  BOOST_TEST(bench.fired() == 0u);
  bench.write(0, 1);
  bench.write(0, 2);
  BOOST_TEST((bench.read(0) == pattern(512, 1)));
  BOOST_TEST(bench.fired() == 1u);
}

BOOST_AUTO_TEST_CASE(a_read_may_be_too_short_or_too_long) {
  FaultRule rule = disk_rule_for("READ(10)");
  rule.action.data.push_back({DataChange::Kind::cut, 100, {}});
  DiskBench shorter(rule);
  BOOST_TEST(shorter.read(0).size() == 100u);
  rule.action.data = {{DataChange::Kind::append, 0, hex("de ad")}};
  DiskBench longer(rule);
  BOOST_TEST(longer.read(0).size() == 514u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(parameter_data_that_lies)

BOOST_AUTO_TEST_CASE(luns_that_are_not_there) {
  FaultRule rule = disk_rule_for("REPORT LUNS");
  rule.action.luns = ReportedLuns{.count = 16384};
  DiskBench many(rule);
  BOOST_TEST(many.run(scsi::make_report_luns(200'000)).data.size() == 8u + 16384 * 8u);
  BOOST_TEST(many.run(scsi::make_report_luns(16)).data.size() == 16u);
  rule.action.luns = ReportedLuns{.list = std::vector<std::uint64_t>{1, 300},
                                  .descending = true,
                                  .well_known = true,
                                  .addressing = ReportedLuns::Addressing::flat};
  rule.action.length_lie_bytes = 8;
  DiskBench lies(rule);
  BOOST_TEST((lies.run(scsi::make_report_luns(200)).data ==
              hex("00 00 00 20 00 00 00 00 412c000000000000 4001000000000000 c101000000000000")));
  rule.action.luns->addressing = ReportedLuns::Addressing::extended;
  BOOST_TEST((reported_first(rule) == hex("d2 00 01 2c 00 00 00 00")));
}

BOOST_AUTO_TEST_CASE(a_capacity_that_is_not_there) {
  FaultRule rule = disk_rule_for("READ CAPACITY(10)");
  rule.on.commands.clear();
  rule.action.capacity =
      ReportedCapacity{.last_lba = 0xFFFF'FFFF, .block_bytes = 4096, .physical_exponent = 3};
  DiskBench bench(rule);
  BOOST_TEST((bench.run(scsi::make_read_capacity_10()).data == hex("ff ff ff ff 00 00 10 00")));
  const auto data = bench.run(scsi::make_read_capacity_16()).data;
  BOOST_TEST((std::vector(data.begin(), data.begin() + 14) ==
              hex("00 00 00 00 ff ff ff ff 00 00 10 00 00 03")));
  bench.run(scsi::make_test_unit_ready());
  BOOST_TEST(bench.fired() == 2u);
}

BOOST_AUTO_TEST_CASE(an_identity_of_somebody_else) {
  FaultRule rule = disk_rule_for("INQUIRY");
  rule.action.identity = ReportedIdentity{
      .qualifier = 1, .serial = "OTHER", .without = {0xB0}, .duplicate_designator = true};
  DiskBench bench(rule);
  BOOST_TEST((bench.run(scsi::make_inquiry_page(0x80)).data == hex("20 80 00 05 4f 54 48 45 52")));
  BOOST_TEST((bench.run(scsi::make_inquiry_page(0x00)).data == hex("20 00 00 05 00 80 83 b1 b2")));
  BOOST_TEST(bench.run(scsi::make_inquiry_page(0xB0)).error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST((bench.run(scsi::make_inquiry()).data.at(0) == std::byte{0x20}));
  TestDisk honest;
  BOOST_TEST(bench.run(scsi::make_inquiry_page(0x83)).data.size() >
             honest.run(scsi::make_inquiry_page(0x83)).data.size());
  BOOST_TEST(bench.fired() == 5u);
}

BOOST_AUTO_TEST_CASE(attentions_come_with_the_command_that_they_were_waiting_for) {
  FaultRule rule = disk_rule_for("TEST UNIT READY");
  rule.action.attentions = {{0x2A, 0x09}, {0x29, 0x03}};
  rule.times = 1;
  DiskBench bench(rule);
  bench.plan.arm("f");
  BOOST_TEST(bench.run(scsi::make_test_unit_ready()).error() == "UNIT ATTENTION 29/03");
  BOOST_TEST(bench.run(scsi::make_test_unit_ready()).error() == "UNIT ATTENTION 2a/09");
  BOOST_TEST(bench.run(scsi::make_test_unit_ready()).error() == "GOOD");
}

BOOST_AUTO_TEST_CASE(sense_may_be_cut) {
  FaultRule rule = disk_rule_for("TEST UNIT READY");
  rule.action.status = scsi::Status::check_condition;
  rule.action.sense = scsi::Sense{};
  rule.action.sense_bytes_max = 5;
  DiskBench bench(rule);
  BOOST_TEST(bench.run(scsi::make_test_unit_ready()).sense_bytes.size() == 5u);
}

BOOST_AUTO_TEST_SUITE_END()
