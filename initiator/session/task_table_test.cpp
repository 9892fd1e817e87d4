#include "initiator/session/task_table.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace lunsim;
using initiator::CommandHandle;
using initiator::Task;
using initiator::TaskTable;
using runtime::TimePoint;

BOOST_AUTO_TEST_SUITE(task_table)

BOOST_AUTO_TEST_CASE(tags_are_unique_and_never_the_reserved_one) {
  TaskTable table(64, 64);
  std::set<std::uint32_t> recent;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    Task* task = table.add(CommandHandle{i}, TimePoint{});
    BOOST_REQUIRE(task != nullptr);
    const auto number = static_cast<std::uint32_t>(task->tag);
    BOOST_TEST((number & TaskTable::kNotACommandBit) == 0u);
    BOOST_TEST(recent.insert(number).second);
    table.remove(*task);
    BOOST_TEST(table.find(InitiatorTaskTag{number}) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(what_waits_and_what_is_outstanding_is_bounded) {
  TaskTable table(2, 3);
  for (std::uint64_t i = 0; i < 3; ++i) BOOST_TEST(table.add(CommandHandle{i}, {}) != nullptr);
  BOOST_TEST(table.add(CommandHandle{9}, {}) == nullptr);
  table.mark_sent(*table.next_waiting(), CmdSn{1});
  table.mark_sent(*table.next_waiting(), CmdSn{2});
  BOOST_TEST(table.next_waiting() == nullptr);
  BOOST_TEST(table.outstanding() == 2u);
  table.remove(*table.find(CommandHandle{0}));
  BOOST_REQUIRE(table.next_waiting() != nullptr);
  BOOST_TEST((table.next_waiting()->handle == CommandHandle{2}));
}

BOOST_AUTO_TEST_CASE(deadlines_come_in_order_and_leave_with_their_task) {
  TaskTable table(8, 8);
  Task* late = table.add(CommandHandle{1}, TimePoint{200});
  Task* soon = table.add(CommandHandle{2}, TimePoint{100});
  BOOST_TEST((table.next_deadline() == TimePoint{100}));
  BOOST_TEST(table.expired(TimePoint{99}) == nullptr);
  BOOST_TEST(table.expired(TimePoint{100}) == soon);
  table.set_deadline(*soon, TimePoint{300});
  BOOST_TEST((table.next_deadline() == TimePoint{200}));
  table.remove(*late);
  BOOST_TEST((table.next_deadline() == TimePoint{300}));
  table.remove(*soon);
  BOOST_TEST(!table.next_deadline().has_value());
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_may_be_removed_from_the_middle) {
  TaskTable table(8, 8);
  for (std::uint64_t i = 0; i < 3; ++i) table.add(CommandHandle{i}, {});
  table.remove(*table.find(CommandHandle{1}));
  table.mark_sent(*table.next_waiting(), CmdSn{1});
  BOOST_TEST((table.next_waiting()->handle == CommandHandle{2}));
  BOOST_TEST(table.tags_if([](const Task&) { return true; }).size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
