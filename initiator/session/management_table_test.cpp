#include "initiator/session/management_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using namespace lunsim::initiator;
using pdu::TaskManagementFunction;

namespace {

ManagementRequest request(TaskManagementFunction function) {
  ManagementRequest made;
  made.tag = InitiatorTaskTag{1};
  made.function = function;
  made.lun = LunField{1};
  made.referenced = InitiatorTaskTag{5};
  made.cmd_sn = CmdSn{10};
  return made;
}

bool hits(TaskManagementFunction function, std::uint32_t tag, std::uint64_t lun,
          std::uint32_t cmd_sn) {
  return covers(request(function), InitiatorTaskTag{tag}, LunField{lun}, CmdSn{cmd_sn});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(management_table)

BOOST_AUTO_TEST_CASE(each_function_covers_what_the_standard_says) {
  BOOST_TEST(hits(TaskManagementFunction::abort_task, 5, 1, 3));
  BOOST_TEST(!hits(TaskManagementFunction::abort_task, 6, 1, 3));
  for (const auto function :
       {TaskManagementFunction::abort_task_set, TaskManagementFunction::clear_task_set,
        TaskManagementFunction::logical_unit_reset}) {
    BOOST_TEST(hits(function, 6, 1, 9));
    BOOST_TEST(!hits(function, 6, 2, 9));
    BOOST_TEST(!hits(function, 6, 1, 10));
  }
  BOOST_TEST(hits(TaskManagementFunction::target_warm_reset, 6, 2, 9));
  BOOST_TEST(!hits(TaskManagementFunction::target_warm_reset, 6, 2, 10));
  BOOST_TEST(!hits(TaskManagementFunction::clear_aca, 5, 1, 9));
  BOOST_TEST(!hits(TaskManagementFunction::query_task, 5, 1, 9));
}

BOOST_AUTO_TEST_CASE(an_answer_is_taken_once) {
  ManagementTable table;
  table.add(request(TaskManagementFunction::abort_task));
  BOOST_TEST(!table.take(InitiatorTaskTag{2}).has_value());
  BOOST_TEST(table.take(InitiatorTaskTag{1}).has_value());
  BOOST_TEST(!table.take(InitiatorTaskTag{1}).has_value());
}

BOOST_AUTO_TEST_CASE(the_earliest_deadline_is_next) {
  ManagementTable table;
  ManagementRequest late = request(TaskManagementFunction::abort_task);
  late.deadline = {200};
  ManagementRequest soon = late;
  soon.tag = InitiatorTaskTag{2};
  soon.deadline = {100};
  table.add(late);
  table.add(soon);
  BOOST_TEST((table.next_deadline() == runtime::TimePoint{100}));
  BOOST_TEST(!table.take_expired({99}).has_value());
  BOOST_TEST((table.take_expired({100})->tag == InitiatorTaskTag{2}));
  BOOST_TEST((table.next_deadline() == runtime::TimePoint{200}));
}

BOOST_AUTO_TEST_SUITE_END()
