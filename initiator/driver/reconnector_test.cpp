#include "initiator/driver/reconnector.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace lunsim;
using namespace lunsim::initiator;
using runtime::TimePoint;
using State = Reconnector::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

Event lost(std::uint16_t time2wait_s) {
  ConnectionLost made;
  made.time2wait_s = time2wait_s;
  return made;
}

LoginFailed failed(LoginFailed::Why why, std::uint16_t status = 0) {
  LoginFailed made;
  made.why = why;
  made.status.code = status;
  return made;
}

TimePoint at(runtime::Duration time) { return TimePoint{} + time; }

}  // namespace

BOOST_AUTO_TEST_SUITE(reconnector)

BOOST_AUTO_TEST_CASE(nothing_is_tried_before_time2wait) {
  Reconnector reconnector({});
  reconnector.handle(lost(2), at(seconds{10}));
  BOOST_TEST((reconnector.poll_timeout() == at(seconds{12})));
  BOOST_TEST(!reconnector.is_due(at(milliseconds{11999})));
  BOOST_TEST(reconnector.is_due(at(seconds{12})));
  reconnector.handle_started();
  BOOST_TEST(!reconnector.is_due(at(seconds{12})));
  reconnector.handle(LoggedIn{}, at(seconds{13}));
  BOOST_TEST((reconnector.state() == State::idle));
  BOOST_TEST(!reconnector.poll_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(pauses_double_up_to_a_bound_and_tries_are_bounded) {
  Reconnector reconnector({.first_pause = seconds{1}, .pause_max = seconds{3}, .tries_max = 5});
  TimePoint now{};
  reconnector.handle(lost(0), now);
  for (const seconds pause : {seconds{0}, seconds{1}, seconds{2}, seconds{3}, seconds{3}}) {
    BOOST_TEST((reconnector.poll_timeout() == now + pause));
    now = now + pause;
    BOOST_TEST(reconnector.is_due(now));
    reconnector.handle_started();
    reconnector.handle(failed(LoginFailed::Why::connect), now);
  }
  BOOST_TEST((reconnector.state() == State::given_up));
  BOOST_TEST(!reconnector.poll_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(a_target_that_takes_every_login_and_drops_it_does_not_keep_us_busy) {
  Reconnector reconnector({.first_pause = seconds{1}, .pause_max = seconds{4}, .tries_max = 4});
  TimePoint now = at(seconds{10});
  std::vector<runtime::Duration> pauses;
  while (reconnector.state() != State::given_up && pauses.size() < 100) {
    reconnector.handle(LoggedIn{}, now);
    reconnector.handle(lost(0), now);
    if (!reconnector.poll_timeout()) break;
    pauses.push_back(*reconnector.poll_timeout() - now);
    now = *reconnector.poll_timeout();
    reconnector.handle_started();
  }
  const std::vector<runtime::Duration> expected{seconds{0}, seconds{1}, seconds{2}, seconds{4}};
  BOOST_TEST((pauses == expected));
}

BOOST_AUTO_TEST_CASE(what_cannot_pass_is_not_tried_again) {
  using Why = LoginFailed::Why;
  BOOST_TEST(may_pass(failed(Why::connect)));
  BOOST_TEST(may_pass(failed(Why::timed_out)));
  BOOST_TEST(may_pass(failed(Why::refused_by_target, 0x0301)));
  BOOST_TEST(!may_pass(failed(Why::refused_by_target, 0x0201)));
  BOOST_TEST(!may_pass(failed(Why::authentication)));
  BOOST_TEST(!may_pass(failed(Why::redirected_too_often, 0x0101)));
  Reconnector reconnector({});
  reconnector.handle(lost(0), {});
  reconnector.handle_started();
  reconnector.handle(failed(Why::refused_by_target, 0x0203), {});
  BOOST_TEST((reconnector.state() == State::given_up));
}

BOOST_AUTO_TEST_CASE(the_first_login_and_a_logout_on_purpose_are_left_alone) {
  Reconnector reconnector({});
  reconnector.handle(failed(LoginFailed::Why::connect), {});
  BOOST_TEST((reconnector.state() == State::idle));
  reconnector.handle(lost(0), {});
  reconnector.handle(LoggedOut{}, {});
  BOOST_TEST((reconnector.state() == State::idle));
  reconnector.handle(lost(0), {});
  reconnector.stop();
  BOOST_TEST(!reconnector.is_due(at(seconds{100})));
}

BOOST_AUTO_TEST_CASE(other_events_do_not_move_it) {
  Reconnector reconnector({});
  reconnector.handle(lost(1), {});
  reconnector.handle(ScsiCompletion{}, at(seconds{5}));
  BOOST_TEST((reconnector.poll_timeout() == at(seconds{1})));
}

BOOST_AUTO_TEST_SUITE_END()
