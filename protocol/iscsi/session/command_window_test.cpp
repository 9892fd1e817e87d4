#include "protocol/iscsi/session/command_window.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/session/command_numbering.hpp"
#include "protocol/iscsi/session/status_numbering.hpp"

using namespace lunsim;
using session::CommandNumbering;
using session::CommandWindow;
using WindowJudgement = CommandWindow::Judgement;

BOOST_AUTO_TEST_SUITE(command_window, *boost::unit_test::label("rfc7143-4.2.2.1"))

BOOST_AUTO_TEST_CASE(the_next_number_is_delivered_and_later_ones_inside_the_window_wait) {
  const CommandWindow window{CmdSn{10}, 4};
  BOOST_TEST(window.max_cmd_sn().value == 13u);
  BOOST_TEST((window.judge(CmdSn{10}) == WindowJudgement::in_order));
  BOOST_TEST((window.judge(CmdSn{11}) == WindowJudgement::early));
  BOOST_TEST((window.judge(CmdSn{13}) == WindowJudgement::early));
}

BOOST_AUTO_TEST_CASE(numbers_outside_the_window_and_duplicates_are_ignored) {
  CommandWindow window{CmdSn{10}, 4};
  BOOST_TEST((window.judge(CmdSn{14}) == WindowJudgement::ignore));
  BOOST_TEST((window.judge(CmdSn{9}) == WindowJudgement::ignore));
  window.delivered();
  BOOST_TEST((window.judge(CmdSn{10}) == WindowJudgement::ignore));
}

BOOST_AUTO_TEST_CASE(the_window_closes_with_outstanding_commands_and_opens_as_they_end) {
  CommandWindow window{CmdSn{1}, 2};
  window.delivered();
  window.delivered();
  BOOST_TEST(window.exp_cmd_sn().value == 3u);
  BOOST_TEST(window.max_cmd_sn().value == 2u);
  BOOST_TEST((window.judge(CmdSn{3}) == WindowJudgement::ignore));
  window.completed();
  BOOST_TEST(window.max_cmd_sn().value == 3u);
  BOOST_TEST((window.judge(CmdSn{3}) == WindowJudgement::in_order));
}

BOOST_AUTO_TEST_CASE(the_window_wraps_at_two_to_the_32) {
  CommandWindow window{CmdSn{0xFFFF'FFFFu}, 4};
  BOOST_TEST(window.max_cmd_sn().value == 2u);
  BOOST_TEST((window.judge(CmdSn{0}) == WindowJudgement::early));
  window.delivered();
  BOOST_TEST((window.judge(CmdSn{0}) == WindowJudgement::in_order));
  BOOST_TEST((window.judge(CmdSn{0xFFFF'FFFFu}) == WindowJudgement::ignore));
}

BOOST_AUTO_TEST_CASE(an_initiator_may_send_while_its_number_is_not_above_max_cmd_sn) {
  CommandNumbering numbering{CmdSn{5}};
  BOOST_TEST(!numbering.is_open());  // nothing is known of the target's window yet
  numbering.update(CmdSn{5}, CmdSn{5});
  BOOST_TEST(numbering.is_open());
  BOOST_TEST(numbering.take().value == 5u);
  BOOST_TEST(!numbering.is_open());
  numbering.update(CmdSn{6}, CmdSn{7});
  BOOST_TEST(numbering.is_open());
  numbering.take();
  numbering.take();
  BOOST_TEST(!numbering.is_open());
}

BOOST_AUTO_TEST_CASE(a_max_cmd_sn_below_exp_cmd_sn_minus_one_changes_nothing) {
  CommandNumbering numbering{CmdSn{5}};
  numbering.update(CmdSn{9}, CmdSn{7});
  BOOST_TEST(numbering.exp_cmd_sn().value == 5u);
  BOOST_TEST(numbering.max_cmd_sn().value == 4u);
  numbering.update(CmdSn{6}, CmdSn{5});  // a closed window is legal
  BOOST_TEST(numbering.exp_cmd_sn().value == 6u);
}

BOOST_AUTO_TEST_CASE(values_behind_what_is_known_are_ignored) {
  CommandNumbering numbering{CmdSn{5}};
  numbering.update(CmdSn{8}, CmdSn{20});
  numbering.update(CmdSn{6}, CmdSn{10});
  BOOST_TEST(numbering.exp_cmd_sn().value == 8u);
  BOOST_TEST(numbering.max_cmd_sn().value == 20u);
}

BOOST_AUTO_TEST_CASE(the_first_status_tells_where_stat_sn_begins,
                     *boost::unit_test::label("rfc7143-4.2.2.2")) {
  session::StatusWatch watch;
  BOOST_TEST((watch.take(StatSn{77}) == session::StatusWatch::Judgement::in_order));
  BOOST_TEST(watch.exp_stat_sn().value == 78u);
  BOOST_TEST((watch.take(StatSn{77}) == session::StatusWatch::Judgement::repeated));
  BOOST_TEST((watch.take(StatSn{80}) == session::StatusWatch::Judgement::gap));
  BOOST_TEST((watch.take(StatSn{78}) == session::StatusWatch::Judgement::in_order));
}

BOOST_AUTO_TEST_SUITE_END()
