// Connection recovery, asked for by explicit PDUs on two connections of a session.
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "target_sim/session/test_peer.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using namespace lunsim::target_sim::testing;
using namespace std::string_view_literals;
namespace utf = boost::unit_test;

BOOST_AUTO_TEST_SUITE(session_reassignment)

namespace {

constexpr std::string_view kKeys =
    "ErrorRecoveryLevel=2\0MaxConnections=2\0MaxRecvDataSegmentLength=1024\0InitialR2T=Yes\0"
    "ImmediateData=No\0DefaultTime2Wait=0\0DefaultTime2Retain=5\0"sv;

struct Reassigning {
  Reassigning() : bench(config()), stays(bench.login(kKeys)), lost(join(1)) {}
  static TargetServerConfig config() {
    TargetServerConfig config;
    config.nodes.resize(1);
    config.nodes[0].wishes.session.error_recovery_level = 2;
    config.nodes[0].wishes.session.max_connections = 2;
    config.nodes[0].wishes.session.default_time2wait_s = 0;
    return config;
  }
  /// A further connection; the bench's login() begins sessions only.
  ConnectionId join(std::uint16_t cid) {
    const ConnectionId id = bench.connect();
    pdu::LoginRequest request;
    request.transit = true;
    request.current_stage = pdu::Stage::login_operational_negotiation;
    request.next_stage = pdu::Stage::full_feature_phase;
    request.isid.bytes[5] = std::byte{1};
    request.tsih = bench.login_response.tsih;
    request.cid = cid;
    request.initiator_task_tag = InitiatorTaskTag{7};
    request.cmd_sn = CmdSn{1};
    bench.send(id, request,
               text_bytes("InitiatorName=iqn.2026-11.t:host\0TargetName=iqn.2026-11.t:disk\0"
                          "MaxRecvDataSegmentLength=512\0"sv));
    const auto response = pdu::decode_login_response(bench.receive(id).view());
    BOOST_REQUIRE(response.has_value());
    BOOST_REQUIRE_EQUAL(int{response->status_class}, 0);
    return id;
  }
  void lose() {
    bench.server.handle_closed(lost, runtime::CloseReason::reset, bench.now);
    bench.pump();
  }
  pdu::LogoutOutcome log_out_for_recovery() {
    pdu::LogoutRequest request;
    request.immediate = true;
    request.reason = pdu::LogoutReason::remove_for_recovery;
    request.cid = 1;
    bench.send(stays, request);
    const auto response = pdu::decode_logout_response(bench.receive(stays).view());
    BOOST_REQUIRE(response.has_value());
    return response->response;
  }
  pdu::TaskManagementOutcome reassign(std::uint32_t exp_data_sn = 0,
                                      InitiatorTaskTag tag = InitiatorTaskTag{101}) {
    pdu::TaskManagementRequest request;
    request.immediate = true;
    request.function = pdu::TaskManagementFunction::task_reassign;
    request.referenced_task_tag = tag;
    request.exp_data_sn = exp_data_sn;
    request.cmd_sn = CmdSn{2};
    bench.send(stays, request);
    const auto response = pdu::decode_task_management_response(bench.receive(stays).view());
    BOOST_REQUIRE(response.has_value());
    return response->response;
  }
  void expect_told_of_the_loss() {
    const auto message = pdu::decode_async_message(bench.receive(stays).view());
    BOOST_REQUIRE(message.has_value());
    BOOST_TEST((message->async_event == pdu::AsyncEvent::connection_drop));
    BOOST_TEST(message->parameter1 == 1u);
    BOOST_TEST(message->parameter3 == 5u);
  }

  Bench bench;
  ConnectionId stays, lost;
};

using Outcome = pdu::TaskManagementOutcome;

}  // namespace

BOOST_AUTO_TEST_CASE(an_answered_read_comes_again_from_what_is_expected,
                     *utf::label("rfc7143-7.2.2")) {
  Reassigning r;
  r.bench.send(r.lost, block_command(0x28, 1, 0, 4));  // four segments of 512 bytes
  for (int i = 0; i < 4; ++i) r.bench.receive(r.lost);
  r.bench.receive(r.lost);
  BOOST_TEST((r.reassign() == Outcome::task_still_allegiant));
  r.lose();
  r.expect_told_of_the_loss();
  BOOST_TEST((r.reassign() == Outcome::task_still_allegiant));
  BOOST_TEST((r.log_out_for_recovery() == pdu::LogoutOutcome::closed));
  BOOST_TEST((r.reassign(1) == Outcome::function_complete));
  std::size_t bytes = 0;
  for (std::uint32_t sn = 1; sn < 3; ++sn) {  // 1536 bytes in segments of 1024
    const Pdu pdu = r.bench.receive(r.stays);
    const auto data_in = pdu::decode_data_in(pdu.view());
    BOOST_REQUIRE(data_in.has_value());
    BOOST_TEST(data_in->data_sn.value == sn);
    BOOST_TEST(data_in->buffer_offset == 512 + bytes);
    bytes += pdu.data.size();
  }
  BOOST_TEST(bytes == 1536u);
  const auto response = pdu::decode_scsi_response(r.bench.receive(r.stays).view());
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(response->exp_data_sn == 3u);
  BOOST_TEST((r.reassign() == Outcome::task_still_allegiant));
}

BOOST_AUTO_TEST_CASE(a_write_asks_again_on_its_new_connection) {
  Reassigning r;
  r.bench.send(r.lost, block_command(0x2A, 1, 0, 1));
  r.bench.receive(r.lost);
  BOOST_TEST((r.log_out_for_recovery() == pdu::LogoutOutcome::closed));
  BOOST_TEST(r.bench.is_closed(r.lost));
  BOOST_TEST((r.reassign() == Outcome::function_complete));
  const auto r2t = pdu::decode_r2t(r.bench.receive(r.stays).view());
  BOOST_REQUIRE(r2t.has_value());
  BOOST_TEST(r2t->r2t_sn.value == 1u);
  pdu::DataOut out;
  out.initiator_task_tag = r2t->initiator_task_tag;
  out.target_transfer_tag = r2t->target_transfer_tag;
  out.final = true;
  r.bench.send(r.stays, out, std::vector<std::byte>(512, 0x77_b));
  const auto response = pdu::decode_scsi_response(r.bench.receive(r.stays).view());
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(int{response->status} == 0);
  BOOST_TEST((r.bench.device.disk[0] == 0x77_b));
}

BOOST_AUTO_TEST_CASE(a_command_that_ends_while_nobody_has_it_waits) {
  Reassigning r;
  pdu::ScsiCommand command = block_command(0xFF, 1, 0, 0);
  r.bench.send(r.lost, command);
  r.lose();
  r.expect_told_of_the_loss();
  r.bench.device.release();
  r.bench.server.handle_timeout(r.bench.now);
  r.bench.pump();
  BOOST_TEST(r.bench.is_silent(r.stays));
  BOOST_TEST((r.log_out_for_recovery() == pdu::LogoutOutcome::closed));
  BOOST_TEST((r.reassign() == Outcome::function_complete));
  BOOST_TEST(pdu::decode_scsi_response(r.bench.receive(r.stays).view()).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_reassigned_in_time_ends, *utf::label("rfc7143-11.15.4")) {
  Reassigning r;
  r.bench.send(r.lost, block_command(0x2A, 1, 0, 1));
  r.lose();
  r.expect_told_of_the_loss();
  BOOST_TEST(r.bench.server.sessions()[0].outstanding_tasks == 1u);
  r.bench.advance(6s);
  BOOST_TEST(r.bench.server.sessions()[0].outstanding_tasks == 0u);
  BOOST_TEST((r.bench.receive(r.stays).opcode() == pdu::Opcode::nop_in));  // the window has opened
  BOOST_TEST((r.log_out_for_recovery() == pdu::LogoutOutcome::cid_not_found));
  BOOST_TEST((r.reassign() == Outcome::task_does_not_exist));
}

BOOST_AUTO_TEST_CASE(a_session_without_connections_is_kept_as_long_and_no_longer) {
  Reassigning r;
  for (const ConnectionId id : {r.lost, r.stays})
    r.bench.server.handle_closed(id, runtime::CloseReason::reset, r.bench.now);
  r.bench.pump();
  BOOST_TEST(r.bench.server.sessions().size() == 1u);
  r.join(1);
  r.bench.advance(6s);
  BOOST_TEST(r.bench.server.sessions().size() == 1u);
  Reassigning gone;
  for (const ConnectionId id : {gone.lost, gone.stays})
    gone.bench.server.handle_closed(id, runtime::CloseReason::reset, gone.bench.now);
  gone.bench.advance(6s);
  BOOST_TEST(gone.bench.server.sessions().empty());
}

BOOST_AUTO_TEST_CASE(a_dropped_session_is_not_kept) {
  Reassigning r;
  r.bench.server.drop_sessions(0, true, r.bench.now);
  r.bench.pump();
  BOOST_TEST(r.bench.server.sessions().empty());
}

BOOST_AUTO_TEST_SUITE_END()
