#include "target_sim/faults/faulty_device.hpp"

#include <boost/test/unit_test.hpp>

namespace target_sim = lunsim::target_sim;
namespace scsi = lunsim::scsi;
using target_sim::FaultPlan;
using target_sim::FaultRule;
using target_sim::FaultyDevice;
using target_sim::Task;

namespace {

/// Completes everything at once and remembers what reached it.
class GoodDevice final : public target_sim::Device {
 public:
  target_sim::NexusId open_nexus(std::string_view) override {
    return target_sim::NexusId{++opened};
  }
  void close_nexus(target_sim::NexusId) override {}
  bool prepare(Task&, std::int64_t) override {
    ++prepared;
    return true;
  }
  bool submit(Task&, std::int64_t) override {
    ++submitted;
    return true;
  }
  Task* poll_completion(std::int64_t) override { return nullptr; }
  std::optional<std::int64_t> poll_timeout() const override { return std::nullopt; }
  void abort(Task&) override { ++aborted; }
  void commands_cleared(std::uint64_t, target_sim::NexusId, target_sim::ClearedBy) override {}
  target_sim::ManagementOutcome reset_unit(std::uint64_t, target_sim::NexusId) override {
    return target_sim::ManagementOutcome::complete;
  }
  bool has_unit(std::uint64_t) const override { return true; }
  std::vector<std::uint64_t> luns() const override { return {0}; }

  std::uint32_t opened = 0, prepared = 0, submitted = 0, aborted = 0;
};

FaultRule rule_for(std::uint8_t operation_code) {
  FaultRule rule;
  rule.name = "f";
  rule.on.commands = {scsi::CommandCode{operation_code, std::nullopt}};
  return rule;
}
Task task_of(std::uint8_t operation_code, target_sim::NexusId nexus, std::uint64_t lun = 0) {
  Task task;
  task.cdb[0] = std::byte{operation_code};
  task.nexus = nexus;
  task.lun = lun;
  return task;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(faulty_device)

BOOST_AUTO_TEST_CASE(a_command_ends_with_status_and_sense_and_does_not_reach_the_unit) {
  FaultRule grown = rule_for(0x25);
  grown.times = 1;
  grown.action.status = scsi::Status::check_condition;
  scsi::Sense sense;
  sense.key = scsi::SenseKey::unit_attention;
  sense.code = {0x2A, 0x09};
  grown.action.sense = sense;
  FaultPlan plan({grown}, 1);
  GoodDevice inner;
  FaultyDevice device(inner, plan, "iqn.2026-11.org.lunsim:array");
  const auto nexus = device.open_nexus("iqn.2026-11.org.lunsim:n1,i,0x00023d000001");
  Task task = task_of(0x25, nexus);
  BOOST_TEST(!device.prepare(task, 0));
  BOOST_TEST(inner.prepared == 0u);
  BOOST_TEST((task.status == scsi::Status::check_condition));
  // SPC-4 §4.5.3: fixed format, key in byte 2, ASC and ASCQ in bytes 12 and 13.
  BOOST_TEST(task.sense.size == 18u);
  BOOST_TEST(std::to_integer<int>(task.sense.bytes[0]) == 0x70);
  BOOST_TEST(std::to_integer<int>(task.sense.bytes[2]) == 0x06);
  BOOST_TEST(std::to_integer<int>(task.sense.bytes[12]) == 0x2A);
  BOOST_TEST(std::to_integer<int>(task.sense.bytes[13]) == 0x09);
  Task again = task_of(0x25, nexus);
  BOOST_TEST(device.prepare(again, 0));
  BOOST_TEST(inner.prepared == 1u);
}

BOOST_AUTO_TEST_CASE(a_fault_of_another_target_unit_or_initiator_does_not_count) {
  FaultRule busy = rule_for(0x00);
  busy.action.status = scsi::Status::busy;
  busy.on.target = "other";
  FaultPlan other({busy}, 1);
  GoodDevice inner;
  Task task = task_of(0x00, target_sim::NexusId{1});
  BOOST_TEST(FaultyDevice(inner, other, "array").prepare(task, 0));
  busy.on.target = "array";
  busy.on.lun = 1;
  busy.on.initiator = "*:n1";
  FaultPlan plan({busy}, 1);
  FaultyDevice device(inner, plan, "array");
  Task here = task_of(0x00, device.open_nexus("iqn.x:n1,i,0x1"), 1);
  Task elsewhere = task_of(0x00, here.nexus, 0);
  Task by_another = task_of(0x00, device.open_nexus("iqn.x:n2,i,0x1"), 1);
  BOOST_TEST(device.prepare(elsewhere, 0));
  BOOST_TEST(device.prepare(by_another, 0));
  BOOST_TEST(!device.prepare(here, 0));
  BOOST_TEST((here.status == scsi::Status::busy));
  BOOST_TEST(here.sense.size == 0u);
}

BOOST_AUTO_TEST_CASE(a_delayed_command_executes_when_its_time_has_come) {
  FaultRule slow = rule_for(0x28);
  slow.action.delay_ns = 100;
  FaultPlan plan({slow}, 1);
  GoodDevice inner;
  FaultyDevice device(inner, plan, "array");
  Task task = task_of(0x28, target_sim::NexusId{1});
  BOOST_TEST(device.prepare(task, 0));
  BOOST_TEST(!device.submit(task, 10));
  BOOST_TEST((device.poll_timeout() == std::optional<std::int64_t>{110}));
  BOOST_TEST(device.poll_completion(109) == nullptr);
  BOOST_TEST(inner.submitted == 0u);
  BOOST_TEST(device.poll_completion(110) == &task);
  BOOST_TEST(inner.submitted == 1u);
  BOOST_TEST(!device.poll_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(a_delayed_command_can_be_aborted) {
  FaultRule slow = rule_for(0x28);
  slow.action.delay_ns = 100;
  FaultPlan plan({slow}, 1);
  GoodDevice inner;
  FaultyDevice device(inner, plan, "array");
  Task task = task_of(0x28, target_sim::NexusId{1});
  device.prepare(task, 0);
  device.submit(task, 0);
  device.abort(task);
  BOOST_TEST(inner.aborted == 0u);  // it had not reached the unit
  BOOST_TEST(device.poll_completion(200) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
