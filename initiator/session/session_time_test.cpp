#include "initiator/session/scripted_target.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::test;
using State = InitiatorSession::State;
using std::chrono::seconds;

namespace {

ScsiRequest timed_read_of(std::uint32_t bytes) {
  ScsiRequest request;
  request.data_in_bytes = bytes;
  return request;
}

/// A tap that does one thing to one kind of PDU, once.
class OneFault final : public pdu::Tap {
 public:
  bool is_interested(pdu::Direction direction, pdu::Opcode opcode) const override {
    return armed && direction == where && opcode == which;
  }
  pdu::TapVerdict judge(pdu::Direction, std::uint32_t, pdu::TappedPdu&, std::int64_t) override {
    armed = false;
    return verdict;
  }
  pdu::Direction where = pdu::Direction::receive;
  pdu::Opcode which = pdu::Opcode::scsi_response;
  pdu::TapVerdict verdict;
  bool armed = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(session_time)

BOOST_AUTO_TEST_CASE(a_command_without_answer_is_aborted_once_and_ends_timed_out) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(timed_read_of(8), target.now);
  const Sent command = target.take();
  target.pass(seconds{29});
  BOOST_TEST(target.is_quiet());
  target.pass(seconds{1});
  const Sent abort = target.take(pdu::Opcode::task_management_request);
  BOOST_TEST(abort.word(20) == static_cast<std::uint32_t>(command.tag()));
  BOOST_TEST(target.no_event());
  pdu::TaskManagementResponse response;
  response.initiator_task_tag = abort.tag();
  target.give(response);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::timed_out));
  BOOST_TEST(target.no_event());
  BOOST_TEST((target.session.state() == State::full_feature));
  BOOST_TEST(!target.session.poll_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(an_abort_without_answer_drops_the_connection) {
  ScriptedTarget target;
  target.log_in();
  ScsiRequest quick = timed_read_of(8);
  quick.timeout = seconds{5};
  target.session.submit(quick, target.now);
  target.session.submit(timed_read_of(8), target.now);
  target.pass(seconds{5});
  target.pass(seconds{15});
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::timed_out));
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
  BOOST_TEST(target.event_of<ConnectionLost>().by_us);
  BOOST_TEST(target.closes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_abort_that_is_refused_drops_the_connection) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(timed_read_of(8), target.now);
  target.take();
  target.pass(seconds{30});
  pdu::TaskManagementResponse response;
  response.initiator_task_tag = target.take().tag();
  response.response = pdu::TaskManagementOutcome::function_not_supported;
  target.give(response);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::timed_out));
  target.event_of<ConnectionLost>();
}

BOOST_AUTO_TEST_CASE(an_answer_that_crosses_the_abort_counts) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(timed_read_of(8), target.now);
  const Sent command = target.take();
  target.pass(seconds{30});
  const Sent abort = target.take(pdu::Opcode::task_management_request);
  target.give(without_data(command));
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::completed));
  pdu::TaskManagementResponse response;
  response.initiator_task_tag = abort.tag();
  response.response = pdu::TaskManagementOutcome::task_does_not_exist;
  target.give(response);
  BOOST_TEST(target.no_event());
  BOOST_TEST((target.session.state() == State::full_feature));
}

BOOST_AUTO_TEST_CASE(a_command_that_never_left_times_out_without_a_word) {
  ScriptedTarget target;
  target.window = 1;
  target.log_in();
  ScsiRequest slow = timed_read_of(8);
  slow.timeout = seconds{100};
  target.session.submit(slow, target.now);
  target.session.submit(timed_read_of(8), target.now);
  target.take();
  target.pass(seconds{30});
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::timed_out));
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(a_silent_connection_is_pinged_and_dropped) {
  SessionConfig config = ScriptedTarget::default_config();
  config.limits.nop_interval = seconds{5};
  ScriptedTarget target(config);
  target.log_in();
  target.pass(seconds{5});
  const Sent ping = target.take(pdu::Opcode::nop_out);
  BOOST_TEST(ping.immediate());
  BOOST_TEST(ping.word(20) == 0xFFFF'FFFFu);
  pdu::NopIn answer;
  answer.initiator_task_tag = ping.tag();
  target.give(answer);
  target.pass(seconds{5});
  target.take(pdu::Opcode::nop_out);
  target.pass(seconds{10});
  const auto lost = target.event_of<ConnectionLost>();
  BOOST_TEST(lost.by_us);
  BOOST_TEST((target.session.state() == State::idle));
}

BOOST_AUTO_TEST_CASE(a_held_answer_arrives_when_its_time_has_come) {
  OneFault fault;
  ScriptedTarget target(ScriptedTarget::default_config(), &fault);
  target.log_in();
  target.session.submit(timed_read_of(8), target.now);
  const pdu::ScsiResponse response = without_data(target.take());
  fault.armed = true;
  fault.verdict.hold_ns = 1'000'000'000;
  target.give(response);
  BOOST_TEST(target.no_event());
  BOOST_TEST(!target.session.wants_bytes(target.connection));
  target.pass(seconds{1});
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::completed));
  BOOST_TEST(target.session.wants_bytes(target.connection));
}

BOOST_AUTO_TEST_CASE(a_tap_may_cut_the_connection_at_either_side) {
  for (const auto where : {pdu::Direction::receive, pdu::Direction::send}) {
    OneFault fault;
    ScriptedTarget target(ScriptedTarget::default_config(), &fault);
    target.log_in();
    fault.armed = true;
    fault.where = where;
    fault.which =
        where == pdu::Direction::send ? pdu::Opcode::scsi_command : pdu::Opcode::scsi_response;
    fault.verdict.cut = pdu::TapVerdict::Cut::reset;
    fault.verdict.cut_after_bytes = 20;
    target.session.submit(timed_read_of(8), target.now);
    target.pump();
    if (where == pdu::Direction::receive) {
      target.give(without_data(target.take()));
    }
    target.pump();
    BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
    BOOST_TEST(target.event_of<ConnectionLost>().by_us);
    BOOST_REQUIRE(target.closes.size() == 1u);
    BOOST_TEST(target.closes[0].reset);
  }
}

BOOST_AUTO_TEST_CASE(a_duplicated_response_ends_its_command_once) {
  OneFault fault;
  ScriptedTarget target(ScriptedTarget::default_config(), &fault);
  target.log_in();
  target.session.submit(timed_read_of(8), target.now);
  const pdu::ScsiResponse response = without_data(target.take());
  fault.armed = true;
  fault.verdict.copies = 2;
  target.give(response);
  target.event_of<ScsiCompletion>();
  BOOST_TEST(target.no_event());
  BOOST_TEST((target.session.state() == State::full_feature));
}

BOOST_AUTO_TEST_SUITE_END()
