#include "initiator/session/nop_keeper.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using initiator::NopKeeper;
using runtime::Duration;
using runtime::TimePoint;
using Due = NopKeeper::Due;

BOOST_AUTO_TEST_SUITE(nop_keeper)

BOOST_AUTO_TEST_CASE(a_silent_connection_is_pinged_and_then_dead) {
  NopKeeper keeper(Duration{100}, Duration{30});
  keeper.start(TimePoint{0});
  BOOST_TEST((keeper.judge(TimePoint{99}) == Due::nothing));
  BOOST_TEST((keeper.judge(TimePoint{100}) == Due::ping));
  keeper.handle_pinged(InitiatorTaskTag{5}, TimePoint{100});
  BOOST_TEST((keeper.next_timeout() == TimePoint{130}));
  BOOST_TEST((keeper.judge(TimePoint{129}) == Due::nothing));
  BOOST_TEST((keeper.judge(TimePoint{130}) == Due::dead));
}

BOOST_AUTO_TEST_CASE(whatever_is_heard_puts_the_ping_off) {
  NopKeeper keeper(Duration{100}, Duration{30});
  keeper.start(TimePoint{0});
  keeper.handle_heard(TimePoint{60});
  BOOST_TEST((keeper.next_timeout() == TimePoint{160}));
  keeper.handle_pinged(InitiatorTaskTag{5}, TimePoint{160});
  keeper.handle_heard(TimePoint{170});
  BOOST_TEST((keeper.next_timeout() == TimePoint{200}));
}

BOOST_AUTO_TEST_CASE(only_the_answer_to_our_ping_counts_as_one) {
  NopKeeper keeper(Duration{100}, Duration{30});
  keeper.start(TimePoint{0});
  keeper.handle_pinged(InitiatorTaskTag{5}, TimePoint{100});
  BOOST_TEST(!keeper.handle_answer(InitiatorTaskTag{6}));
  BOOST_TEST(keeper.handle_answer(InitiatorTaskTag{5}));
  BOOST_TEST(!keeper.handle_answer(InitiatorTaskTag{5}));
}

BOOST_AUTO_TEST_CASE(without_an_interval_nothing_is_ever_due) {
  NopKeeper keeper(Duration{0}, Duration{30});
  keeper.start(TimePoint{0});
  BOOST_TEST(!keeper.next_timeout().has_value());
  BOOST_TEST((keeper.judge(TimePoint{1'000'000}) == Due::nothing));
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_ping_copies_tag_and_lun) {
  pdu::NopIn ping;
  ping.lun = LunField{0x0001'0000'0000'0000};
  ping.target_transfer_tag = TargetTransferTag{77};
  const pdu::NopOut answer = initiator::answer_to(ping);
  BOOST_TEST((answer.lun == ping.lun));
  BOOST_TEST((answer.target_transfer_tag == TargetTransferTag{77}));
  BOOST_TEST((answer.initiator_task_tag == kReservedInitiatorTaskTag));
  BOOST_TEST(answer.immediate);
}

BOOST_AUTO_TEST_SUITE_END()
