// Everything beside commands: pings, task management, discovery, logout, and what a target says
// unasked.
#include <algorithm>

#include "initiator/session/scripted_target.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "protocol/iscsi/pdu/text_response.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::test;
using namespace std::string_literals;
using pdu::TaskManagementFunction;
using pdu::TaskManagementOutcome;
using State = InitiatorSession::State;

namespace {

ScsiRequest read_on(std::uint64_t lun) {
  ScsiRequest request;
  request.lun_field = lun;
  request.data_in_bytes = 8;
  return request;
}

pdu::TextResponse text_response(const Sent& request, bool final, std::uint32_t ttt = 0xFFFF'FFFF) {
  pdu::TextResponse made;
  made.final = final;
  made.continues = !final;
  made.initiator_task_tag = request.tag();
  made.target_transfer_tag = TargetTransferTag{ttt};
  return made;
}

std::span<const std::byte> raw(const std::string& text) { return std::as_bytes(std::span(text)); }

pdu::AsyncMessage async(pdu::AsyncEvent event) {
  pdu::AsyncMessage made;
  made.async_event = event;
  return made;
}

SessionConfig discovery_config() {
  SessionConfig config = ScriptedTarget::default_config();
  config.login.target_name.clear();
  return config;
}

void answer_logout(ScriptedTarget& target) {
  const Sent request = target.take(pdu::Opcode::logout_request);
  pdu::LogoutResponse response;
  response.initiator_task_tag = request.tag();
  target.give(response);
}

pdu::Reject reject(pdu::RejectReason reason) {
  pdu::Reject made;
  made.reason = reason;
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_requests)

BOOST_AUTO_TEST_CASE(a_targets_ping_is_answered_with_its_tag) {
  ScriptedTarget target;
  target.log_in();
  pdu::NopIn ping;
  ping.lun = LunField{0x0002'0000'0000'0000};
  ping.target_transfer_tag = TargetTransferTag{0xABCD};
  target.give_unnumbered(ping);
  const Sent answer = target.take(pdu::Opcode::nop_out);
  BOOST_TEST(answer.immediate());
  BOOST_TEST(answer.final());
  BOOST_TEST((answer.tag() == kReservedInitiatorTaskTag));
  BOOST_TEST(answer.word(20) == 0xABCDu);
  BOOST_TEST(bytes::load_be64(&answer.bhs[8]) == 0x0002'0000'0000'0000u);
  pdu::NopIn news;  // wants no answer
  target.give_unnumbered(news);
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(abort_task_names_tag_and_cmd_sn_and_ends_the_command) {
  ScriptedTarget target;
  target.log_in();
  const CommandHandle command = target.session.submit(read_on(7), target.now);
  const Sent sent = target.take();
  const CommandHandle asked =
      target.session.manage(TaskManagementFunction::abort_task, 0, command, target.now);
  const Sent request = target.take(pdu::Opcode::task_management_request);
  BOOST_TEST(request.immediate());
  BOOST_TEST(bytes::load_u8(&request.bhs[1]) == 0x81);
  BOOST_TEST(bytes::load_be64(&request.bhs[8]) == 7u);
  BOOST_TEST(request.word(20) == static_cast<std::uint32_t>(sent.tag()));
  BOOST_TEST(request.word(32) == sent.cmd_sn());
  BOOST_TEST(request.cmd_sn() == sent.cmd_sn() + 1);
  pdu::TaskManagementResponse response;
  response.initiator_task_tag = request.tag();
  target.give(response);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::aborted));
  const auto done = target.event_of<ManagementDone>();
  BOOST_TEST((done.handle == asked));
  BOOST_TEST(done.answered);
  BOOST_TEST((done.response == TaskManagementOutcome::function_complete));
}

BOOST_AUTO_TEST_CASE(a_unit_reset_ends_the_commands_of_that_unit_only) {
  ScriptedTarget target;
  target.log_in();
  const CommandHandle here = target.session.submit(read_on(1), target.now);
  const CommandHandle there = target.session.submit(read_on(2), target.now);
  target.take();
  const Sent other = target.take();
  target.session.manage(TaskManagementFunction::logical_unit_reset, 1, {}, target.now);
  const Sent request = target.take(pdu::Opcode::task_management_request);
  BOOST_TEST(request.word(20) == 0xFFFF'FFFFu);
  pdu::TaskManagementResponse response;
  response.initiator_task_tag = request.tag();
  target.give(response);
  const auto ended = target.event_of<ScsiCompletion>();
  BOOST_TEST((ended.handle == here));
  BOOST_TEST((ended.outcome == CommandOutcome::aborted));
  target.event_of<ManagementDone>();
  pdu::ScsiResponse late;
  late.initiator_task_tag = other.tag();
  target.give(late);
  BOOST_TEST((target.event_of<ScsiCompletion>().handle == there));
}

BOOST_AUTO_TEST_CASE(a_command_that_has_not_left_is_aborted_without_the_target) {
  ScriptedTarget target;
  target.window = 1;
  target.log_in();
  target.session.submit(read_on(1), target.now);
  const CommandHandle waits = target.session.submit(read_on(1), target.now);
  target.take();
  target.session.manage(TaskManagementFunction::abort_task, 1, waits, target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::aborted));
  BOOST_TEST(target.event_of<ManagementDone>().answered);
  target.session.manage(TaskManagementFunction::abort_task, 1, waits, target.now);
  BOOST_TEST(
      (target.event_of<ManagementDone>().response == TaskManagementOutcome::task_does_not_exist));
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(task_management_that_nobody_answers_ends_too) {
  ScriptedTarget target;
  target.log_in();
  target.session.manage(TaskManagementFunction::target_warm_reset, 0, {}, target.now);
  target.take(pdu::Opcode::task_management_request);
  target.pass(std::chrono::seconds{15});
  BOOST_TEST(!target.event_of<ManagementDone>().answered);
  BOOST_TEST((target.session.state() == State::full_feature));
}

BOOST_AUTO_TEST_CASE(send_targets_is_asked_on_until_it_ends) {
  ScriptedTarget target(discovery_config());
  target.log_in();
  BOOST_TEST(target.offers["SessionType"] == "Discovery");
  target.session.send_targets("All", target.now);
  const Sent first = target.take(pdu::Opcode::text_request);
  const std::string question = "SendTargets=All\0"s;
  BOOST_TEST(std::ranges::equal(first.data, raw(question)));
  BOOST_TEST(first.final());
  BOOST_TEST(first.word(20) == 0xFFFF'FFFFu);
  pdu::TextResponse part = text_response(first, false, 0x99);
  part.lun = LunField{3};
  target.give(part, raw("TargetName=iqn.2026-01.test:a\0Target"s));
  const Sent second = target.take(pdu::Opcode::text_request);
  BOOST_TEST((second.tag() == first.tag()));
  BOOST_TEST(second.word(20) == 0x99u);
  BOOST_TEST(bytes::load_be64(&second.bhs[8]) == 3u);
  BOOST_TEST(second.data.empty());
  BOOST_TEST(second.cmd_sn() == first.cmd_sn() + 1);
  target.give(text_response(second, true), raw("Address=10.0.0.1:3260,1\0"s));
  const auto found = target.event_of<TargetsDiscovered>();
  BOOST_TEST(found.complete);
  BOOST_REQUIRE(found.targets.size() == 1u);
  BOOST_TEST(found.targets[0].name == "iqn.2026-01.test:a");
  BOOST_TEST(found.targets[0].addresses.at(0) == "10.0.0.1:3260,1");
}

BOOST_AUTO_TEST_CASE(an_endless_answer_to_send_targets_is_cut_off) {
  SessionConfig config = discovery_config();
  config.limits.text_bytes_max = 1000;
  ScriptedTarget target(config);
  target.log_in();
  target.session.send_targets("All", target.now);
  for (int i = 0; i < 100 && !target.is_quiet(); ++i) {
    const Sent request = target.take(pdu::Opcode::text_request);
    target.give(text_response(request, false, 1), raw("TargetName=iqn.2026-01.test:a\0"s));
  }
  BOOST_TEST(target.is_quiet());
  const auto found = target.event_of<TargetsDiscovered>();
  BOOST_TEST(!found.complete);
  BOOST_TEST(found.targets.size() == 33u);
}

BOOST_AUTO_TEST_CASE(a_name_with_a_newline_is_not_listed) {
  ScriptedTarget target(discovery_config());
  target.log_in();
  target.session.send_targets("All", target.now);
  const Sent request = target.take();
  target.give(text_response(request, true), raw("TargetName=iqn.2026-01.test:a\nb\0"s));
  const auto found = target.event_of<TargetsDiscovered>();
  BOOST_TEST(!found.complete);
  BOOST_TEST(found.targets.empty());
}

BOOST_AUTO_TEST_CASE(send_targets_without_answer_ends_incomplete) {
  ScriptedTarget target(discovery_config());
  target.session.send_targets("All", target.now);
  BOOST_TEST(!target.event_of<TargetsDiscovered>().complete);
  target.log_in();
  target.session.send_targets("All", target.now);
  target.pass(std::chrono::seconds{30});
  BOOST_TEST(!target.event_of<TargetsDiscovered>().complete);
  target.session.send_targets("All", target.now);
  target.close(runtime::CloseReason::reset);
  BOOST_TEST(!target.event_of<TargetsDiscovered>().complete);
  target.event_of<ConnectionLost>();
}

BOOST_AUTO_TEST_CASE(in_a_discovery_session_no_command_leaves) {
  ScriptedTarget target(discovery_config());
  target.log_in();
  target.session.submit(read_on(0), target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::refused));
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(a_logout_closes_when_it_is_answered) {
  ScriptedTarget target;
  target.log_in();
  target.session.logout(target.now);
  BOOST_TEST((target.session.state() == State::logging_out));
  answer_logout(target);
  const auto out = target.event_of<LoggedOut>();
  BOOST_TEST(out.answered);
  BOOST_TEST((out.response == pdu::LogoutOutcome::closed));
  BOOST_REQUIRE(target.closes.size() == 1u);
  BOOST_TEST(!target.closes[0].reset);
  BOOST_TEST((target.session.state() == State::idle));
}

BOOST_AUTO_TEST_CASE(nothing_new_follows_the_logout_request) {
  ScriptedTarget target;
  target.window = 1;
  target.log_in();
  target.session.submit(read_on(0), target.now);
  target.session.submit(read_on(0), target.now);
  target.take();
  target.session.logout(target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
  target.session.submit(read_on(0), target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::refused));
  answer_logout(target);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
  target.event_of<LoggedOut>();
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(a_logout_without_answer_ends_too) {
  for (const bool silent : {false, true}) {
    ScriptedTarget target;
    target.log_in();
    target.session.logout(target.now);
    target.take(pdu::Opcode::logout_request);
    if (silent) {
      target.pass(std::chrono::seconds{15});
    } else {
      target.close(runtime::CloseReason::finished);
    }
    BOOST_TEST(!target.event_of<LoggedOut>().answered);
    BOOST_TEST(target.no_event());
  }
}

BOOST_AUTO_TEST_CASE(an_asynchronous_logout_request_is_honoured_once_commands_are_done) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_on(0), target.now);
  const Sent command = target.take();
  pdu::AsyncMessage message = async(pdu::AsyncEvent::logout_request);
  message.parameter3 = 6;
  target.give(message);
  BOOST_TEST((target.event_of<AsyncReceived>().message.parameter3 == 6));
  target.session.submit(read_on(0), target.now);  // must wait, for ever
  BOOST_TEST(target.is_quiet());
  target.give(without_data(command));
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::completed));
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
  answer_logout(target);
  const auto lost = target.event_of<ConnectionLost>();
  BOOST_TEST(!lost.by_us);
  BOOST_TEST(lost.time2wait_s == 2u);
}

BOOST_AUTO_TEST_CASE(an_asynchronous_logout_request_does_not_wait_for_ever) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_on(0), target.now);
  target.take();
  pdu::AsyncMessage message = async(pdu::AsyncEvent::negotiation_request);
  message.parameter3 = 6;
  target.give(message);
  target.event_of<AsyncReceived>();
  target.pass(std::chrono::seconds{3});
  answer_logout(target);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::connection_lost));
  target.event_of<ConnectionLost>();
}

BOOST_AUTO_TEST_CASE(a_dropped_session_says_when_to_come_back) {
  ScriptedTarget target;
  target.log_in();
  pdu::AsyncMessage message = async(pdu::AsyncEvent::session_drop);
  message.parameter2 = 42;
  target.give(message);
  target.event_of<AsyncReceived>();
  const auto lost = target.event_of<ConnectionLost>();
  BOOST_TEST(lost.time2wait_s == 42u);
  BOOST_TEST(target.closes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(news_that_nobody_polls_is_bounded) {
  ScriptedTarget target;
  target.log_in();
  for (int i = 0; i < 5000; ++i) target.give(async(pdu::AsyncEvent::vendor_specific), counted(64));
  int count = 0;
  while (target.session.poll_event()) ++count;
  BOOST_TEST(count == 1024);
}

BOOST_AUTO_TEST_CASE(a_rejected_command_ends_and_its_cmd_sn_is_filled) {
  ScriptedTarget target;
  target.log_in();
  const CommandHandle handle = target.session.submit(read_on(0), target.now);
  const Sent command = target.take();
  --target.exp_cmd_sn.value;  // the target does not count a rejected command
  target.give(reject(pdu::RejectReason::invalid_pdu_field), command.bhs);
  BOOST_TEST((target.event_of<RejectReceived>().reason == pdu::RejectReason::invalid_pdu_field));
  const auto done = target.event_of<ScsiCompletion>();
  BOOST_TEST((done.handle == handle));
  BOOST_TEST((done.outcome == CommandOutcome::rejected));
  const Sent filler = target.take(pdu::Opcode::nop_out);
  BOOST_TEST(!filler.immediate());
  BOOST_TEST(filler.cmd_sn() == command.cmd_sn());
  BOOST_TEST((filler.tag() != kReservedInitiatorTaskTag));
  target.session.submit(read_on(0), target.now);
  BOOST_TEST(target.take().cmd_sn() == command.cmd_sn() + 1);
}

BOOST_AUTO_TEST_CASE(a_rejected_command_that_was_counted_needs_no_filler) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_on(0), target.now);
  const Sent command = target.take();
  target.give(reject(pdu::RejectReason::command_not_supported), command.bhs);
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(rejects_of_other_requests_end_those) {
  ScriptedTarget target;
  target.log_in();
  target.session.manage(TaskManagementFunction::logical_unit_reset, 1, {}, target.now);
  target.give(reject(pdu::RejectReason::immediate_command_reject), target.take().bhs);
  target.event_of<RejectReceived>();
  BOOST_TEST(
      (target.event_of<ManagementDone>().response == TaskManagementOutcome::function_rejected));
  target.session.send_targets("", target.now);
  target.give(reject(pdu::RejectReason::out_of_resources), target.take().bhs);
  target.event_of<RejectReceived>();
  BOOST_TEST(!target.event_of<TargetsDiscovered>().complete);
  target.session.logout(target.now);
  target.give(reject(pdu::RejectReason::protocol_error), target.take().bhs);
  target.event_of<RejectReceived>();
  BOOST_TEST(!target.event_of<LoggedOut>().answered);
}

BOOST_AUTO_TEST_CASE(a_negotiation_reset_ends_the_connection,
                     *boost::unit_test::label("rfc7143-11.17.1")) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_on(0), target.now);
  target.give(reject(pdu::RejectReason::negotiation_reset), target.take().bhs);
  target.event_of<RejectReceived>();
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::protocol_error));
  target.event_of<ConnectionLost>();
}

BOOST_AUTO_TEST_CASE(a_reject_with_a_short_or_foreign_header_is_news_only) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_on(0), target.now);
  Sent command = target.take();
  target.give(reject(pdu::RejectReason::protocol_error), std::span(command.bhs).first(47));
  target.event_of<RejectReceived>();
  bytes::store_be32(&command.bhs[16], 0x1234);
  target.give(reject(pdu::RejectReason::protocol_error), command.bhs);
  target.event_of<RejectReceived>();
  BOOST_TEST(target.no_event());
}

BOOST_AUTO_TEST_SUITE_END()
