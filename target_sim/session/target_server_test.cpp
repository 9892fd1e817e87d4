#include "target_sim/session/target_server.hpp"

#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/nop_in.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "protocol/iscsi/pdu/snack_request.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "protocol/iscsi/pdu/text_request.hpp"
#include "protocol/iscsi/pdu/text_response.hpp"
#include "target_sim/session/test_peer.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using namespace lunsim::target_sim::testing;
using namespace std::string_view_literals;
namespace utf = boost::unit_test;

namespace {

std::vector<std::byte> pattern(std::size_t bytes, unsigned salt) {
  std::vector<std::byte> out(bytes);
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<std::byte>(i * 31 + salt + i / 256);
  return out;
}

pdu::R2t receive_r2t(Bench& bench, ConnectionId id) {
  const Pdu pdu = bench.receive(id);
  const auto r2t = pdu::decode_r2t(pdu.view());
  BOOST_REQUIRE(r2t.has_value());
  return *r2t;
}

pdu::ScsiResponse receive_response(Bench& bench, ConnectionId id) {
  const Pdu pdu = bench.receive(id);
  const auto response = pdu::decode_scsi_response(pdu.view());
  BOOST_REQUIRE(response.has_value());
  return *response;
}

void send_data_out(Bench& bench, ConnectionId id, InitiatorTaskTag itt, TargetTransferTag ttt,
                   std::uint32_t data_sn, std::uint32_t offset, std::span<const std::byte> data,
                   bool is_final) {
  pdu::DataOut out;
  out.initiator_task_tag = itt;
  out.target_transfer_tag = ttt;
  out.data_sn = DataSn{data_sn};
  out.buffer_offset = offset;
  out.final = is_final;
  bench.send(id, out, data);
}

pdu::RejectReason receive_reject(Bench& bench, ConnectionId id) {
  const Pdu pdu = bench.receive(id);
  const auto reject = pdu::decode_reject(pdu.view());
  BOOST_REQUIRE(reject.has_value());
  return reject->reason;
}

/// A target that agrees to unsolicited data, and the keys that ask for it.
TargetServerConfig unsolicited_config() {
  TargetServerConfig config;
  config.nodes.resize(1);
  config.nodes[0].wishes.session.initial_r2t = false;
  return config;
}
constexpr std::string_view kUnsolicited =
    "InitialR2T=No\0ImmediateData=Yes\0FirstBurstLength=1024\0MaxBurstLength=2048\0"sv;

}  // namespace

BOOST_AUTO_TEST_SUITE(target_server)

BOOST_AUTO_TEST_CASE(a_login_gives_a_tsih_and_statuses_are_numbered_from_there) {
  Bench bench;
  const ConnectionId id = bench.login();
  BOOST_TEST(bench.login_response.tsih != 0);
  BOOST_TEST(bench.login_response.stat_sn.value == 1u);
  BOOST_TEST(bench.login_response.exp_cmd_sn.value == 1u);
  BOOST_TEST(bench.server.sessions().size() == 1u);
  bench.send(id, block_command(0x28, 1, 0, 1));
  const Pdu pdu = bench.receive(id);
  const auto data_in = pdu::decode_data_in(pdu.view());
  BOOST_REQUIRE(data_in.has_value());
  BOOST_TEST(data_in->has_status);
  BOOST_TEST(data_in->stat_sn.value == 2u);
  BOOST_TEST(data_in->exp_cmd_sn.value == 2u);
}

BOOST_AUTO_TEST_CASE(the_nexus_is_named_by_initiator_and_isid, *utf::label("rfc7143-4.4.1.3")) {
  Bench bench;
  bench.login({}, 0x5A);
  BOOST_REQUIRE(bench.device.nexuses.size() == 1);
  BOOST_TEST(bench.device.nexuses[0] == "iqn.2026-11.t:host,i,0x00000000005a");
}

BOOST_AUTO_TEST_CASE(a_read_is_cut_into_segments_and_bursts_and_pins_are_released,
                     *utf::label("rfc7143-11.7")) {
  Bench bench;
  bench.device.disk = pattern(65536, 3);
  const ConnectionId id =
      bench.login("MaxRecvDataSegmentLength=1024\0MaxBurstLength=2048\0FirstBurstLength=1024\0"sv);
  bench.send(id, block_command(0x28, 1, 8, 10));  // 5120 bytes from 4096
  std::vector<std::byte> data;
  for (std::uint32_t sn = 0; sn < 5; ++sn) {
    const Pdu pdu = bench.receive(id);
    const auto data_in = pdu::decode_data_in(pdu.view());
    BOOST_REQUIRE(data_in.has_value());
    BOOST_TEST(data_in->data_sn.value == sn);
    BOOST_TEST(data_in->buffer_offset == data.size());
    BOOST_TEST(data_in->final == (sn == 1 || sn == 3 || sn == 4));
    BOOST_TEST(data_in->has_status == (sn == 4));
    data.insert(data.end(), pdu.data.begin(), pdu.data.end());
  }
  BOOST_TEST(std::equal(data.begin(), data.end(), bench.device.disk.begin() + 4096));
  BOOST_TEST(data.size() == 5120u);
  BOOST_TEST(bench.device.pins == 0);
}

BOOST_AUTO_TEST_CASE(residuals_say_what_was_not_moved, *utf::label("rfc7143-11.4.5")) {
  Bench bench;
  const ConnectionId id = bench.login();
  pdu::ScsiCommand more = block_command(0x28, 1, 0, 1);
  more.expected_data_transfer_length = 1024;
  bench.send(id, more);
  Pdu pdu = bench.receive(id);
  auto data_in = pdu::decode_data_in(pdu.view());
  BOOST_TEST((data_in->underflow && data_in->residual_count == 512));
  pdu::ScsiCommand less = block_command(0x28, 2, 0, 2);
  less.expected_data_transfer_length = 512;
  bench.send(id, less);
  pdu = bench.receive(id);
  data_in = pdu::decode_data_in(pdu.view());
  BOOST_TEST((data_in->overflow && data_in->residual_count == 512));
  BOOST_TEST(pdu.data.size() == 512u);
}

BOOST_AUTO_TEST_CASE(a_write_comes_immediately_unsolicited_and_solicited,
                     *utf::label("rfc7143-11.8")) {
  Bench bench{unsolicited_config()};
  const ConnectionId id = bench.login(kUnsolicited);
  const auto data = pattern(4096, 9);
  pdu::ScsiCommand command = block_command(0x2A, 1, 16, 8);
  command.final = false;
  bench.send(id, command, std::span{data}.first(512));
  send_data_out(bench, id, command.initiator_task_tag, kReservedTargetTransferTag, 0, 512,
                std::span{data}.subspan(512, 512), true);
  const pdu::R2t first = receive_r2t(bench, id);
  BOOST_TEST(first.buffer_offset == 1024u);
  BOOST_TEST(first.desired_data_transfer_length == 2048u);
  send_data_out(bench, id, command.initiator_task_tag, first.target_transfer_tag, 0, 1024,
                std::span{data}.subspan(1024, 1000), false);
  send_data_out(bench, id, command.initiator_task_tag, first.target_transfer_tag, 1, 2024,
                std::span{data}.subspan(2024, 1048), true);
  const pdu::R2t second = receive_r2t(bench, id);
  BOOST_TEST(second.r2t_sn.value == 1u);
  BOOST_TEST((second.target_transfer_tag != first.target_transfer_tag));
  send_data_out(bench, id, command.initiator_task_tag, second.target_transfer_tag, 0, 3072,
                std::span{data}.subspan(3072, 1024), true);
  const pdu::ScsiResponse response = receive_response(bench, id);
  BOOST_TEST(int{response.status} == 0);
  BOOST_TEST(response.residual_count == 0u);
  BOOST_TEST(std::equal(data.begin(), data.end(), bench.device.disk.begin() + 16 * 512));
}

BOOST_AUTO_TEST_CASE(unexpected_and_incorrect_data_end_in_a_check_condition,
                     *utf::label("rfc7143-11.4.7.2")) {
  Bench bench;  // InitialR2T=Yes by default
  const ConnectionId id = bench.login();
  pdu::ScsiCommand command = block_command(0x2A, 1, 0, 1);
  command.final = false;
  bench.send(id, command);
  BOOST_TEST(bench.is_silent(id));  // the status waits for the data that was announced
  send_data_out(bench, id, command.initiator_task_tag, kReservedTargetTransferTag, 0, 0,
                pattern(512, 0), true);
  const Pdu unexpected = bench.receive(id);
  BOOST_REQUIRE(unexpected.data.size() == 20);
  BOOST_TEST((unexpected.data[2 + 2] == 0x0B_b && unexpected.data[2 + 12] == 0x0C_b &&
              unexpected.data[2 + 13] == 0x0C_b));
  bench.send(id, block_command(0x2A, 2, 0, 2));
  const pdu::R2t r2t = receive_r2t(bench, id);
  send_data_out(bench, id, r2t.initiator_task_tag, r2t.target_transfer_tag, 0, 0, pattern(512, 0),
                true);
  const Pdu incorrect = bench.receive(id);
  BOOST_REQUIRE(incorrect.data.size() == 20);
  BOOST_TEST((incorrect.data[2 + 12] == 0x0C_b && incorrect.data[2 + 13] == 0x0D_b));
}

BOOST_AUTO_TEST_CASE(a_command_that_fails_at_once_lets_its_unsolicited_data_go_by) {
  Bench bench{unsolicited_config()};
  const ConnectionId id = bench.login(kUnsolicited);
  pdu::ScsiCommand command = block_command(0x2A, 1, 0, 2);
  command.cdb[0] = 0xEE_b;
  command.final = false;
  bench.send(id, command);
  BOOST_TEST(bench.is_silent(id));
  send_data_out(bench, id, command.initiator_task_tag, kReservedTargetTransferTag, 0, 0,
                pattern(1024, 0), true);
  const pdu::ScsiResponse response = receive_response(bench, id);
  BOOST_TEST(int{response.status} == 2);
}

BOOST_AUTO_TEST_CASE(commands_outside_the_window_are_ignored_silently,
                     *utf::label("rfc7143-4.2.2.1")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x28, 1000, 0, 1));
  bench.send(id, block_command(0x28, 0, 0, 1));
  BOOST_TEST(bench.is_silent(id));
  pdu::NopOut probe;
  probe.initiator_task_tag = InitiatorTaskTag{5};
  probe.cmd_sn = CmdSn{1};
  bench.send(id, probe);
  const Pdu answer = bench.receive(id);  // the probe's answer and no other
  BOOST_TEST((answer.opcode() == pdu::Opcode::nop_in));
  BOOST_TEST(bench.is_silent(id));
}

BOOST_AUTO_TEST_CASE(commands_that_come_early_wait_for_their_turn) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x28, 3, 0, 1));
  bench.send(id, block_command(0x28, 2, 0, 1));
  BOOST_TEST(bench.is_silent(id));
  bench.send(id, block_command(0x28, 1, 0, 1));
  for (std::uint32_t cmd_sn : {1u, 2u, 3u}) {
    const Pdu pdu = bench.receive(id);
    BOOST_TEST(static_cast<std::uint32_t>(pdu::initiator_task_tag_of(pdu::BhsView{pdu.bhs})) ==
               cmd_sn + 100);
  }
}

BOOST_AUTO_TEST_CASE(a_tag_in_use_is_rejected, *utf::label("rfc7143-11.17.1")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0xFF, 1, 0, 0));
  pdu::ScsiCommand again = block_command(0x28, 2, 0, 1);
  again.initiator_task_tag = InitiatorTaskTag{101};
  bench.send(id, again);
  BOOST_TEST((receive_reject(bench, id) == pdu::RejectReason::task_in_progress));
  bench.send(id, block_command(0x28, 2, 0, 1));  // its number was not used up
  BOOST_TEST((bench.receive(id).opcode() == pdu::Opcode::data_in));
}

BOOST_AUTO_TEST_CASE(snack_and_unknown_kinds_are_rejected_with_their_reason) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, pdu::SnackRequest{});
  BOOST_TEST((receive_reject(bench, id) == pdu::RejectReason::snack_reject));
  std::vector<std::byte> raw(48);
  raw[0] = 0x1C_b;
  bench.bytes(id, raw);
  const Pdu pdu = bench.receive(id);
  BOOST_TEST((pdu::decode_reject(pdu.view())->reason == pdu::RejectReason::command_not_supported));
  BOOST_TEST(std::equal(raw.begin(), raw.end(), pdu.data.begin(), pdu.data.end()));
}

BOOST_AUTO_TEST_CASE(a_ping_is_echoed_and_a_silent_one_is_not_answered,
                     *utf::label("rfc7143-11.18")) {
  Bench bench;
  const ConnectionId id = bench.login();
  pdu::NopOut nop_out;
  nop_out.initiator_task_tag = InitiatorTaskTag{9};
  nop_out.cmd_sn = CmdSn{1};
  bench.send(id, nop_out, text_bytes("hello"));
  const Pdu pdu = bench.receive(id);
  const auto nop_in = pdu::decode_nop_in(pdu.view());
  BOOST_REQUIRE(nop_in.has_value());
  BOOST_TEST((nop_in->initiator_task_tag == InitiatorTaskTag{9}));
  BOOST_TEST((nop_in->target_transfer_tag == kReservedTargetTransferTag));
  BOOST_TEST((pdu.data == text_bytes("hello")));
  nop_out.initiator_task_tag = kReservedInitiatorTaskTag;
  bench.send(id, nop_out);
  BOOST_TEST(bench.is_silent(id));
}

BOOST_AUTO_TEST_CASE(abort_task_ends_a_pending_task_without_a_response,
                     *utf::label("rfc7143-11.5.1")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0xFF, 1, 0, 0));
  pdu::TaskManagementRequest abort;
  abort.immediate = true;
  abort.initiator_task_tag = InitiatorTaskTag{50};
  abort.referenced_task_tag = InitiatorTaskTag{101};
  abort.cmd_sn = CmdSn{2};
  abort.ref_cmd_sn = CmdSn{1};
  bench.send(id, abort);
  Pdu pdu = bench.receive(id);
  BOOST_TEST((pdu::decode_task_management_response(pdu.view())->response ==
              pdu::TaskManagementOutcome::function_complete));
  BOOST_TEST(bench.device.aborted == 1);
  bench.send(id, abort);
  pdu = bench.receive(id);
  BOOST_TEST((pdu::decode_task_management_response(pdu.view())->response ==
              pdu::TaskManagementOutcome::task_does_not_exist));
  abort.function = pdu::TaskManagementFunction::logical_unit_reset;
  abort.referenced_task_tag = kReservedInitiatorTaskTag;
  abort.lun = {0x0009'0000'0000'0000};
  bench.send(id, abort);
  pdu = bench.receive(id);
  BOOST_TEST((pdu::decode_task_management_response(pdu.view())->response ==
              pdu::TaskManagementOutcome::lun_does_not_exist));
}

BOOST_AUTO_TEST_CASE(a_unit_reset_ends_the_tasks_of_every_session) {
  Bench bench;
  const ConnectionId one = bench.login({}, 1);
  const ConnectionId two = bench.login({}, 2);
  bench.send(two, block_command(0xFF, 1, 0, 0));
  pdu::TaskManagementRequest reset;
  reset.immediate = true;
  reset.function = pdu::TaskManagementFunction::logical_unit_reset;
  reset.cmd_sn = CmdSn{1};
  bench.send(one, reset);
  BOOST_TEST(bench.device.aborted == 1);
  BOOST_TEST(bench.device.resets == 1);
  // No response for the task, but the window that it leaves open is told.           §11.4.11
  BOOST_TEST((bench.receive(two).opcode() == pdu::Opcode::nop_in));
  BOOST_TEST(bench.is_silent(two));
}

BOOST_AUTO_TEST_CASE(clear_task_set_tells_those_who_lost_tasks) {
  Bench bench;
  const ConnectionId one = bench.login({}, 1);
  const ConnectionId two = bench.login({}, 2);
  bench.login({}, 3);
  bench.send(two, block_command(0xFF, 1, 0, 0));
  pdu::TaskManagementRequest clear;
  clear.immediate = true;
  clear.function = pdu::TaskManagementFunction::clear_task_set;
  clear.cmd_sn = CmdSn{1};
  bench.send(one, clear);
  BOOST_REQUIRE(bench.device.cleared.size() == 1);
  BOOST_TEST((bench.device.cleared[0] == NexusId{2}));
}

BOOST_AUTO_TEST_CASE(a_pending_task_completes_later) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0xFF, 1, 0, 0));
  BOOST_TEST(bench.is_silent(id));
  bench.device.release();
  bench.server.handle_timeout(bench.now);
  bench.pump();
  BOOST_TEST(int{receive_response(bench, id).status} == 0);
}

BOOST_AUTO_TEST_CASE(logout_answers_and_closes, *utf::label("rfc7143-11.14")) {
  Bench bench;
  const ConnectionId id = bench.login();
  pdu::LogoutRequest request;
  request.reason = pdu::LogoutReason::close_connection;
  request.cid = 99;
  request.cmd_sn = CmdSn{1};
  bench.send(id, request);
  Pdu pdu = bench.receive(id);
  BOOST_TEST(
      (pdu::decode_logout_response(pdu.view())->response == pdu::LogoutOutcome::cid_not_found));
  request.reason = pdu::LogoutReason::close_session;
  request.cmd_sn = CmdSn{2};
  bench.send(id, request);
  pdu = bench.receive(id);
  BOOST_TEST((pdu::decode_logout_response(pdu.view())->response == pdu::LogoutOutcome::closed));
  BOOST_TEST(bench.is_closed(id));
  BOOST_TEST(!bench.closed[id]);  // in order, not by reset
  BOOST_TEST(bench.server.sessions().empty());
}

BOOST_AUTO_TEST_CASE(the_same_initiator_port_again_reinstates_the_session,
                     *utf::label("rfc7143-6.3.5")) {
  Bench bench;
  const ConnectionId old = bench.login({}, 1);
  bench.send(old, block_command(0xFF, 1, 0, 0));
  bench.login({}, 1);
  BOOST_TEST(bench.is_closed(old));
  BOOST_TEST(bench.device.aborted == 1);
  BOOST_TEST(bench.server.sessions().size() == 1u);
  bench.login({}, 2);
  BOOST_TEST(bench.server.sessions().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_discovery_session_lists_targets_and_refuses_commands,
                     *utf::label("rfc7143-4.3")) {
  Bench bench;
  const ConnectionId id = bench.login({}, 1, true);
  pdu::TextRequest request;
  request.initiator_task_tag = InitiatorTaskTag{3};
  request.cmd_sn = CmdSn{1};
  request.immediate = true;
  bench.send(id, request, text_bytes("SendTargets=All\0"sv));
  const Pdu pdu = bench.receive(id);
  BOOST_TEST(pdu::decode_text_response(pdu.view())->final);
  constexpr std::string_view expected =
      "TargetName=iqn.2026-11.t:disk\0TargetAddress=10.0.0.10:3260,1\0"sv;
  BOOST_TEST((pdu.data == text_bytes(expected)));
  bench.send(id, block_command(0x28, 1, 0, 1));
  BOOST_TEST((receive_reject(bench, id) == pdu::RejectReason::command_not_supported));
}

BOOST_AUTO_TEST_CASE(a_long_answer_comes_in_parts, *utf::label("rfc7143-11.11.4")) {
  Bench bench;
  const ConnectionId id = bench.login("MaxRecvDataSegmentLength=512\0"sv, 1, true);
  std::string question;
  for (int i = 0; i < 20; ++i) question.append("SendTargets=All").push_back('\0');
  pdu::TextRequest request;
  request.initiator_task_tag = InitiatorTaskTag{3};
  request.cmd_sn = CmdSn{1};
  request.immediate = true;
  std::string all;
  std::vector<std::byte> data = text_bytes(question);
  for (int round = 0; round < 10; ++round) {
    bench.send(id, request, data);
    const Pdu pdu = bench.receive(id);
    const auto response = pdu::decode_text_response(pdu.view());
    all.append(reinterpret_cast<const char*>(pdu.data.data()), pdu.data.size());
    if (response->final) break;
    BOOST_TEST(pdu.data.size() <= 512u);
    request.target_transfer_tag = response->target_transfer_tag;
    data.clear();
  }
  BOOST_TEST(all.size() == 20u * 61);
}

BOOST_AUTO_TEST_CASE(whoever_does_not_log_in_in_time_is_closed) {
  Bench bench;
  const ConnectionId id = bench.connect();
  bench.advance(14s);
  BOOST_TEST(!bench.is_closed(id));
  bench.advance(2s);
  BOOST_TEST(bench.is_closed(id));
}

BOOST_AUTO_TEST_CASE(half_a_header_does_not_hold_a_session_for_ever) {
  Bench bench;
  const ConnectionId id = bench.login();
  const std::vector<std::byte> half(20);
  bench.bytes(id, half);
  bench.advance(59s);
  BOOST_TEST(!bench.is_closed(id));
  bench.advance(2s);
  BOOST_TEST(bench.is_closed(id));
}

BOOST_AUTO_TEST_CASE(a_ping_that_is_not_answered_closes_and_an_answered_one_does_not) {
  TargetServerConfig config;
  config.nop_interval = 30s;
  Bench bench{config};
  const ConnectionId deaf = bench.login({}, 1);
  const ConnectionId alive = bench.login({}, 2);
  bench.advance(31s);
  const Pdu ping = bench.receive(alive);
  const auto nop_in = pdu::decode_nop_in(ping.view());
  BOOST_REQUIRE(nop_in.has_value());
  pdu::NopOut answer;
  answer.target_transfer_tag = nop_in->target_transfer_tag;
  answer.cmd_sn = CmdSn{1};
  bench.send(alive, answer);
  bench.advance(11s);
  BOOST_TEST(bench.is_closed(deaf));
  BOOST_TEST(!bench.is_closed(alive));
}

BOOST_AUTO_TEST_CASE(an_asked_logout_that_does_not_come_ends_the_connection,
                     *utf::label("rfc7143-11.9")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.server.request_logout(0, 5, bench.now);
  bench.pump();
  const Pdu pdu = bench.receive(id);
  const auto message = pdu::decode_async_message(pdu.view());
  BOOST_REQUIRE(message.has_value());
  BOOST_TEST((message->async_event == pdu::AsyncEvent::logout_request));
  BOOST_TEST(message->parameter3 == 5);
  bench.advance(6s);
  BOOST_TEST(bench.is_closed(id));
}

BOOST_AUTO_TEST_CASE(garbage_closes_its_connection_and_no_other) {
  Bench bench;
  const ConnectionId good = bench.login();
  runtime::SeededEntropy chance{42};
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::byte> noise(1 + chance.below(200));
    chance.fill(noise);
    const ConnectionId id = bench.connect();
    bench.bytes(id, noise);
    bench.server.handle_closed(id, runtime::CloseReason::reset, bench.now);
  }
  const ConnectionId http = bench.connect();
  bench.bytes(http, text_bytes("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"));
  BOOST_TEST(bench.is_closed(http));
  bench.send(good, block_command(0x28, 1, 0, 1));
  BOOST_TEST((bench.receive(good).opcode() == pdu::Opcode::data_in));
}

BOOST_AUTO_TEST_CASE(garbage_in_full_feature_phase_harms_nobody_else) {
  runtime::SeededEntropy chance{7};
  Bench bench;
  const ConnectionId good = bench.login({}, 200);
  for (int round = 0; round < 300; ++round) {
    const ConnectionId id = bench.login({}, 1);
    for (int i = 0; i < 10 && !bench.is_closed(id); ++i) {
      std::vector<std::byte> noise(48);
      chance.fill(noise);
      noise[0] = static_cast<std::byte>(chance.below(7) | (chance.below(2) << 6));
      noise[4] = 0_b;
      noise[5] = 0_b;
      noise[6] = 0_b;
      noise[7] = static_cast<std::byte>(chance.below(64) * 4);
      noise.resize(48 + static_cast<std::size_t>(noise[7]));
      bench.bytes(id, noise);
    }
    bench.server.handle_closed(id, runtime::CloseReason::reset, bench.now);
  }
  BOOST_TEST(bench.server.sessions().size() == 1u);
  BOOST_TEST(bench.device.pins == 0);
  bench.send(good, block_command(0x28, 1, 0, 1));
  BOOST_TEST((bench.receive(good).opcode() == pdu::Opcode::data_in));
}

BOOST_AUTO_TEST_CASE(digests_hold_from_the_first_pdu_after_the_login, *utf::label("rfc7143-13.1")) {
  TargetServerConfig config;
  config.nodes.resize(1);
  config.nodes[0].wishes.header_digest_crc32c = true;
  Bench bench{config};
  const ConnectionId id = bench.login("HeaderDigest=CRC32C\0"sv);
  pdu::NopOut nop_out;
  nop_out.initiator_task_tag = InitiatorTaskTag{1};
  nop_out.cmd_sn = CmdSn{1};
  bench.send(id, nop_out);  // without its digest: the next PDU's first bytes are taken for one
  bench.send(id, nop_out);
  BOOST_TEST(bench.is_closed(id));
}

BOOST_AUTO_TEST_CASE(many_large_reads_cost_no_more_than_the_queue_has_room_for) {
  Bench bench;
  bench.device.disk = pattern(65536, 1);
  const ConnectionId id = bench.login("MaxRecvDataSegmentLength=512\0"sv);
  bench.take_nothing = true;  // the peer does not read
  for (std::uint32_t sn = 1; sn <= 128; ++sn) bench.send(id, block_command(0x28, sn, 0, 128));
  BOOST_TEST(bench.server.sessions().at(0).outstanding_tasks > 64u);
  BOOST_TEST(!bench.is_closed(id));
  bench.take_nothing = false;
  bench.deliver();
  std::size_t bytes = 0, statuses = 0;
  while (!bench.is_silent(id)) {
    const Pdu pdu = bench.receive(id);
    const auto data_in = pdu::decode_data_in(pdu.view());
    BOOST_REQUIRE(data_in.has_value());
    bytes += pdu.data.size();
    statuses += data_in->has_status ? 1u : 0u;
  }
  BOOST_TEST(bytes == 128u * 65536);
  BOOST_TEST(statuses == 128u);
  BOOST_TEST(bench.device.pins == 0);
}

BOOST_AUTO_TEST_CASE(data_with_a_wrong_tag_changes_nothing_that_was_accepted) {
  Bench bench;
  const ConnectionId id = bench.login();
  const auto data = pattern(1024, 5);
  bench.send(id, block_command(0x2A, 1, 0, 2));
  const pdu::R2t r2t = receive_r2t(bench, id);
  send_data_out(bench, id, r2t.initiator_task_tag, r2t.target_transfer_tag, 0, 0,
                std::span{data}.first(512), false);
  send_data_out(bench, id, r2t.initiator_task_tag, TargetTransferTag{0x7777}, 0, 0,
                pattern(512, 77), false);
  BOOST_TEST((receive_reject(bench, id) == pdu::RejectReason::invalid_pdu_field));
  send_data_out(bench, id, r2t.initiator_task_tag, r2t.target_transfer_tag, 1, 512,
                std::span{data}.subspan(512), true);
  BOOST_TEST(int{receive_response(bench, id).status} == 0);
  BOOST_TEST(std::equal(data.begin(), data.end(), bench.device.disk.begin()));
}

BOOST_AUTO_TEST_CASE(a_reset_by_another_session_in_the_middle_of_data_out_is_survived) {
  Bench bench;
  const ConnectionId one = bench.login({}, 1);
  const ConnectionId two = bench.login({}, 2);
  bench.send(one, block_command(0x2A, 1, 0, 16));
  const pdu::R2t r2t = receive_r2t(bench, one);
  pdu::DataOut out;
  out.initiator_task_tag = r2t.initiator_task_tag;
  out.target_transfer_tag = r2t.target_transfer_tag;
  out.final = true;
  out.data_segment_bytes = 8192;
  pdu::BhsBytes bhs;
  encode(out, bhs);
  bench.bytes(one, bhs);
  bench.bytes(one, pattern(1000, 1));
  pdu::TaskManagementRequest reset;
  reset.immediate = true;
  reset.function = pdu::TaskManagementFunction::logical_unit_reset;
  reset.cmd_sn = CmdSn{1};
  bench.send(two, reset);
  bench.bytes(one, pattern(7192, 2));
  BOOST_TEST((bench.receive(one).opcode() == pdu::Opcode::nop_in));
  bench.send(one, block_command(0x28, 2, 0, 1));
  BOOST_TEST((bench.receive(one).opcode() == pdu::Opcode::data_in));
}

BOOST_AUTO_TEST_CASE(abort_of_a_command_that_is_still_coming_drops_it_when_it_comes,
                     *utf::label("rfc7143-11.6.1")) {
  Bench bench;
  const ConnectionId id = bench.login();
  pdu::TaskManagementRequest abort;
  abort.immediate = true;
  abort.initiator_task_tag = InitiatorTaskTag{50};
  abort.referenced_task_tag = InitiatorTaskTag{101};
  abort.cmd_sn = CmdSn{2};
  abort.ref_cmd_sn = CmdSn{1};
  bench.send(id, abort);
  const Pdu pdu = bench.receive(id);
  BOOST_TEST((pdu::decode_task_management_response(pdu.view())->response ==
              pdu::TaskManagementOutcome::function_complete));
  bench.send(id, block_command(0x28, 1, 0, 1));  // regarded as received: never answered
  bench.send(id, block_command(0x28, 2, 0, 1));
  const Pdu next = bench.receive(id);
  BOOST_TEST((pdu::initiator_task_tag_of(pdu::BhsView{next.bhs}) == InitiatorTaskTag{102}));
}

BOOST_AUTO_TEST_CASE(abort_of_a_command_that_waits_for_its_turn_drops_it) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x28, 2, 0, 1));  // early
  pdu::TaskManagementRequest abort;
  abort.immediate = true;
  abort.initiator_task_tag = InitiatorTaskTag{50};
  abort.referenced_task_tag = InitiatorTaskTag{102};
  abort.cmd_sn = CmdSn{3};
  abort.ref_cmd_sn = CmdSn{2};
  bench.send(id, abort);
  BOOST_TEST((bench.receive(id).opcode() == pdu::Opcode::task_management_response));
  bench.send(id, block_command(0x28, 1, 0, 1));
  BOOST_TEST((bench.receive(id).opcode() == pdu::Opcode::data_in));
  BOOST_TEST(bench.is_silent(id));
}

BOOST_AUTO_TEST_CASE(abort_task_set_waits_for_the_commands_before_it,
                     *utf::label("rfc7143-4.2.3.3")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0xFF, 2, 0, 0));  // early
  pdu::TaskManagementRequest abort;
  abort.immediate = true;
  abort.function = pdu::TaskManagementFunction::abort_task_set;
  abort.initiator_task_tag = InitiatorTaskTag{50};
  abort.cmd_sn = CmdSn{3};
  bench.send(id, abort);
  BOOST_TEST(bench.is_silent(id));
  bench.send(id, block_command(0xFF, 1, 0, 0));
  const Pdu pdu = bench.receive(id);
  BOOST_TEST((pdu.opcode() == pdu::Opcode::task_management_response));
  BOOST_TEST(bench.device.aborted == 2);
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_is_closed_all_the_same) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.take_nothing = true;
  bench.send(id, block_command(0x28, 1, 0, 128));
  bench.server.drop_sessions(0, false, bench.now);
  bench.pump();
  BOOST_TEST(!bench.is_closed(id));
  bench.advance(6s);
  BOOST_TEST(bench.is_closed(id));
}

BOOST_AUTO_TEST_CASE(a_write_without_its_bit_moves_nothing_and_says_so,
                     *utf::label("rfc7143-11.4.5")) {
  Bench bench;
  const ConnectionId id = bench.login();
  pdu::ScsiCommand wrong = block_command(0x2A, 1, 0, 16);
  wrong.write = false;
  wrong.read = true;
  bench.send(id, wrong);
  const pdu::ScsiResponse response = receive_response(bench, id);
  BOOST_TEST(response.underflow);
  BOOST_TEST(response.residual_count == 8192u);
}

BOOST_AUTO_TEST_SUITE_END()
