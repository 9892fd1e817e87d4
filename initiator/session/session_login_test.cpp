#include "initiator/session/scripted_target.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::test;
using Why = LoginFailed::Why;
using State = InitiatorSession::State;

namespace {

void refuse(ScriptedTarget& target, std::uint8_t status_class, std::uint8_t detail,
            std::string text = {}) {
  const Sent request = target.take(pdu::Opcode::login_request);
  pdu::LoginResponse response;
  std::copy_n(request.bhs.begin() + 8, 6, response.isid.bytes.begin());
  response.initiator_task_tag = request.tag();
  response.status_class = status_class;
  response.status_detail = detail;
  target.give_as_is(response, std::as_bytes(std::span(text)));
}

std::string address(const std::string& value) { return "TargetAddress=" + value + '\0'; }

}  // namespace

BOOST_AUTO_TEST_SUITE(session_login)

BOOST_AUTO_TEST_CASE(a_login_ends_in_full_feature_phase) {
  ScriptedTarget target;
  target.log_in();
  BOOST_TEST(target.offers["InitiatorName"] == "iqn.2026-01.test:initiator");
  BOOST_TEST(target.offers["TargetName"] == "iqn.2026-01.test:target");
  BOOST_TEST(target.session.login().tsih() == 0x77u);
  BOOST_TEST(target.session.peer().port == 3260u);
  BOOST_TEST(target.session.local().address == "10.0.0.2");
  BOOST_TEST(!target.session.poll_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(login_requests_keep_cmd_sn_and_acknowledge_each_status) {
  ScriptedTarget target;
  target.log_in();
  std::uint32_t exp_stat_sn = 0;
  for (const Sent& request : target.everything) {
    BOOST_TEST(request.immediate());
    BOOST_TEST(request.cmd_sn() == 0xFFFF'FFFEu);
    BOOST_TEST(request.exp_stat_sn() == exp_stat_sn);
    exp_stat_sn = exp_stat_sn == 0 ? 0xFFFF'FFFEu : exp_stat_sn + 1;
    BOOST_TEST((request.tag() == target.everything.front().tag()));
    BOOST_TEST((request.tag() != kReservedInitiatorTaskTag));
  }
}

BOOST_AUTO_TEST_CASE(a_login_survives_every_split) {
  ScriptedTarget target;
  target.byte_by_byte = true;
  target.log_in();
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_status) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  refuse(target, 0x02, 0x03);
  const auto failed = target.event_of<LoginFailed>();
  BOOST_TEST((failed.why == Why::refused_by_target));
  BOOST_TEST((failed.status == login::kNotFound));
  BOOST_TEST((target.session.state() == State::idle));
  BOOST_TEST(target.closes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_redirection_is_followed_once_and_never_in_a_circle) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  refuse(target, 0x01, 0x01, address("10.0.0.9:860,1"));
  BOOST_REQUIRE(target.connects.size() == 2u);
  BOOST_TEST((target.connects[1].to == runtime::Endpoint{"10.0.0.9", 860}));
  BOOST_TEST((target.connects[1].connection != target.connects[0].connection));
  BOOST_TEST((target.closes.at(0).connection == target.connects[0].connection));
  target.accept();
  refuse(target, 0x01, 0x02, address("10.0.0.1:3260"));
  const auto failed = target.event_of<LoginFailed>();
  BOOST_TEST((failed.why == Why::redirected_too_often));
  BOOST_TEST((failed.status == login::kTargetMovedPermanently));
  BOOST_TEST(target.connects.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_redirection_ends_in_a_session_at_the_new_place) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  refuse(target, 0x01, 0x01, address("[fe80::9],1"));
  target.accept();
  for (int i = 0; i < 9 && target.session.state() != State::full_feature; ++i) {
    const Sent request = target.take(pdu::Opcode::login_request);
    target.answer_login(request);
  }
  target.event_of<LoggedIn>();
  BOOST_TEST((target.session.peer() == runtime::Endpoint{"fe80::9", 3260}));
}

BOOST_AUTO_TEST_CASE(a_redirection_to_nowhere_is_a_violation) {
  for (const std::string& where :
       {std::string(), std::string("host:port:x,1"), std::string(",1")}) {
    ScriptedTarget target;
    target.session.start(target.now);
    target.accept();
    refuse(target, 0x01, 0x01, where.empty() ? where : address(where));
    BOOST_TEST((target.event_of<LoginFailed>().why == Why::peer_violation));
  }
}

BOOST_AUTO_TEST_CASE(a_portal_that_does_not_answer_times_out) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.pump();
  target.pass(std::chrono::seconds{15});
  const auto failed = target.event_of<LoginFailed>();
  BOOST_TEST((failed.why == Why::connect));
  BOOST_TEST((failed.close_reason == runtime::CloseReason::timed_out));
  BOOST_TEST(target.closes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_says_so) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.pump();
  target.close(runtime::CloseReason::refused);
  const auto failed = target.event_of<LoginFailed>();
  BOOST_TEST((failed.why == Why::connect));
  BOOST_TEST((failed.close_reason == runtime::CloseReason::refused));
  BOOST_TEST(target.closes.empty());
}

BOOST_AUTO_TEST_CASE(a_target_that_is_silent_during_login_times_out) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  target.pass(std::chrono::seconds{15});
  BOOST_TEST((target.event_of<LoginFailed>().why == Why::timed_out));
  BOOST_TEST(target.closes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_lost_during_login_says_so) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  target.close(runtime::CloseReason::reset);
  BOOST_TEST((target.event_of<LoginFailed>().why == Why::connection_lost));
}

BOOST_AUTO_TEST_CASE(something_else_than_a_login_response_is_a_violation) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  pdu::NopIn nop;
  target.give_unnumbered(nop);
  BOOST_TEST((target.event_of<LoginFailed>().why == Why::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_peer_that_talks_http_is_a_violation_not_a_hang) {
  ScriptedTarget target;
  target.session.start(target.now);
  target.accept();
  const std::string http =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nwhat is this?";
  target.give_bytes(std::as_bytes(std::span(http)));
  BOOST_TEST((target.event_of<LoginFailed>().why == Why::peer_violation));
}

BOOST_AUTO_TEST_CASE(a_session_may_be_started_again_with_the_same_isid_and_tsih_0) {
  ScriptedTarget target;
  target.log_in();
  target.close(runtime::CloseReason::reset);
  const auto lost = target.event_of<ConnectionLost>();
  BOOST_TEST(!lost.by_us);
  BOOST_TEST(lost.time2wait_s == 2u);
  const std::size_t before = target.everything.size();
  target.log_in();
  BOOST_REQUIRE(target.everything.size() > before);
  const Sent& first = target.everything[before];
  BOOST_TEST(bytes::load_be16(&first.bhs[14]) == 0u);
  BOOST_TEST(std::equal(first.bhs.begin() + 8, first.bhs.begin() + 14,
                        target.everything[0].bhs.begin() + 8));
  BOOST_TEST(first.exp_stat_sn() == 0u);
}

BOOST_AUTO_TEST_CASE(memory_in_flight_outlives_a_close_until_it_is_released) {
  ScriptedTarget target;
  target.log_in();
  target.releases = false;
  ScsiRequest write;
  write.data_out = counted(4096);
  target.session.submit(std::move(write), target.now);
  const auto in_flight = target.session.poll_transmit(target.now);
  BOOST_REQUIRE(in_flight.has_value());
  target.session.drop(target.now);
  std::size_t sum = 0;  // the world still reads it; the sanitizer would see if it had gone
  for (const auto slice : in_flight->slices)
    for (const std::byte b : slice) sum += static_cast<std::size_t>(b);
  BOOST_TEST(sum > 0u);
  target.session.handle_transmitted(in_flight->connection, 10, target.now);
  target.session.handle_released(in_flight->connection, target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
  BOOST_TEST(target.no_event());
}

BOOST_AUTO_TEST_SUITE_END()
