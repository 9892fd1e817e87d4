// Response Fence and FastAbort with a peer of explicit PDUs. RFC 7143 §4.2.2.3, §4.2.3.4, §11.14.5
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "target_sim/session/test_peer.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using namespace lunsim::target_sim::testing;
namespace utf = boost::unit_test;
using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(session_fence)

namespace {

constexpr std::string_view kFence = "MaxConnections=4\0TaskReporting=ResponseFence,RFC3720\0"sv;
constexpr std::string_view kFast = "MaxConnections=4\0TaskReporting=FastAbort,RFC3720\0"sv;
constexpr std::string_view kOld = "MaxConnections=4\0"sv;

TargetServerConfig willing() {
  TargetServerConfig config;
  config.nodes.resize(1);
  config.nodes[0].wishes.session.max_connections = 4;
  config.nodes[0].wishes.session.task_reporting = negotiation::TaskReporting::fast_abort;
  return config;
}

struct Story {
  explicit Story(std::string_view keys) : bench(willing()), a(bench.login(keys)), b(join()) {
    acknowledge(a);
    acknowledge(b);
  }

  ConnectionId join() {
    const std::uint16_t tsih = bench.login_response.tsih;
    const ConnectionId id = bench.connect();
    std::string text = "InitiatorName=iqn.2026-11.t:host";
    text.push_back('\0');
    text += "TargetName=iqn.2026-11.t:disk";
    text.push_back('\0');
    pdu::LoginRequest request;
    request.transit = true;
    request.current_stage = pdu::Stage::login_operational_negotiation;
    request.next_stage = pdu::Stage::full_feature_phase;
    request.isid.bytes[5] = std::byte{1};
    request.tsih = tsih;
    request.cid = 1;
    request.initiator_task_tag = InitiatorTaskTag{7};
    request.cmd_sn = CmdSn{1};
    bench.send(id, request, text_bytes(text));
    const auto response = pdu::decode_login_response(bench.receive(id).view());
    BOOST_REQUIRE(response.has_value());
    BOOST_REQUIRE_EQUAL(int{response->status_class}, 0);
    seen[id] = response->stat_sn + 1;
    seen[a] = bench.login_response.stat_sn + 1;
    return id;
  }

  /// Tells what has been received.
  void acknowledge(ConnectionId id, std::uint64_t lun = 0) {
    pdu::NopOut out;
    out.immediate = true;
    out.lun.raw = lun;
    out.initiator_task_tag = kReservedInitiatorTaskTag;
    out.target_transfer_tag = kReservedTargetTransferTag;
    out.exp_stat_sn = seen[id];
    bench.send(id, out);
  }
  /// The next PDU that is no ping.
  Pdu receive(ConnectionId id) {
    while (true) {
      Pdu pdu = bench.receive(id);
      if (pdu.opcode() == pdu::Opcode::nop_in) continue;
      if (pdu.opcode() != pdu::Opcode::r2t) ++seen[id];
      return pdu;
    }
  }
  bool is_silent(ConnectionId id) {
    std::deque<Pdu>& queue = bench.received[id];
    while (!queue.empty() && queue.front().opcode() == pdu::Opcode::nop_in) queue.pop_front();
    return queue.empty();
  }
  void command(ConnectionId id, unsigned opcode, std::uint32_t cmd_sn, std::uint16_t blocks = 0) {
    pdu::ScsiCommand out = block_command(opcode, cmd_sn, 0, blocks);
    out.exp_stat_sn = seen[id];
    bench.send(id, out);
  }
  void manage(ConnectionId id, pdu::TaskManagementFunction function, std::uint32_t cmd_sn) {
    pdu::TaskManagementRequest out;
    out.immediate = true;
    out.function = function;
    out.initiator_task_tag = InitiatorTaskTag{50};
    out.cmd_sn = CmdSn{cmd_sn};
    out.exp_stat_sn = seen[id];
    bench.send(id, out);
  }
  void is_managed(ConnectionId id) {
    const auto done = pdu::decode_task_management_response(receive(id).view());
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST((done->response == pdu::TaskManagementOutcome::function_complete));
  }

  std::map<ConnectionId, StatSn> seen;
  Bench bench;
  ConnectionId a, b;
};

}  // namespace

using Function = pdu::TaskManagementFunction;

BOOST_AUTO_TEST_CASE(the_response_to_a_function_waits_for_acknowledgments,
                     *utf::label("rfc7143-4.2.2.3.3")) {
  for (const std::string_view keys : {kFence, kFast, kOld}) {
    Story story(keys);
    story.command(story.a, 0x00, 1);
    story.receive(story.a);
    story.manage(story.b, Function::abort_task_set, 2);
    BOOST_TEST(story.is_silent(story.b));
    story.acknowledge(story.a);
    story.is_managed(story.b);
  }
}

BOOST_AUTO_TEST_CASE(by_rfc_3720_a_reset_of_the_unit_waits_for_nothing) {
  Story story(kOld);
  story.command(story.a, 0x00, 1);
  story.manage(story.b, Function::logical_unit_reset, 2);
  story.is_managed(story.b);
  story.command(story.a, 0x00, 2);
  story.receive(story.a);
  story.receive(story.a);
}

BOOST_AUTO_TEST_CASE(responses_behind_a_fence_are_held_in_order, *utf::label("rfc7143-4.2.2.3.3")) {
  Story story(kFence);
  story.manage(story.b, Function::abort_task_set, 1);
  story.is_managed(story.b);
  story.command(story.a, 0x28, 1, 1);
  story.command(story.a, 0x00, 2);
  BOOST_TEST(story.is_silent(story.a));
  story.acknowledge(story.b);
  BOOST_TEST((story.receive(story.a).opcode() == pdu::Opcode::data_in));
  BOOST_TEST((story.receive(story.a).opcode() == pdu::Opcode::scsi_response));
  BOOST_TEST(story.bench.device.pins == 0);
}

BOOST_AUTO_TEST_CASE(another_unit_has_no_part_in_a_fence) {
  Story story(kFence);
  story.manage(story.b, Function::abort_task_set, 1);
  story.is_managed(story.b);
  pdu::ScsiCommand other = block_command(0x00, 1, 0, 0);
  other.lun.raw = std::uint64_t{1} << 48;
  story.bench.send(story.a, other);
  BOOST_TEST((story.receive(story.a).opcode() == pdu::Opcode::scsi_response));
}

BOOST_AUTO_TEST_CASE(a_response_that_is_held_can_be_aborted) {
  Story story(kFence);
  story.manage(story.b, Function::abort_task_set, 1);
  story.is_managed(story.b);
  story.command(story.a, 0x28, 1, 1);
  pdu::TaskManagementRequest abort;
  abort.immediate = true;
  abort.function = Function::abort_task;
  abort.initiator_task_tag = InitiatorTaskTag{51};
  abort.referenced_task_tag = InitiatorTaskTag{101};
  abort.cmd_sn = CmdSn{2};
  abort.ref_cmd_sn = CmdSn{1};
  abort.exp_stat_sn = story.seen[story.a];
  story.bench.send(story.a, abort);
  BOOST_TEST(story.is_silent(story.a));
  story.acknowledge(story.b);
  story.is_managed(story.a);
  BOOST_TEST(story.is_silent(story.a));
  BOOST_TEST(story.bench.device.pins == 0);
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_takes_its_fence_along) {
  Story story(kFence);
  story.manage(story.b, Function::abort_task_set, 1);
  story.is_managed(story.b);
  story.command(story.a, 0x00, 1);
  BOOST_TEST(story.is_silent(story.a));
  story.bench.server.handle_closed(story.b, runtime::CloseReason::reset, story.bench.now);
  story.bench.pump();
  BOOST_TEST((story.receive(story.a).opcode() == pdu::Opcode::scsi_response));
}

BOOST_AUTO_TEST_CASE(fast_abort_tells_the_other_connection_and_waits_for_no_data,
                     *utf::label("rfc7143-4.2.3.4")) {
  Story story(kFast);
  story.command(story.a, 0x2A, 1, 8);
  const auto r2t = pdu::decode_r2t(story.receive(story.a).view());
  BOOST_REQUIRE(r2t.has_value());
  story.command(story.b, 0x2A, 2, 8);
  BOOST_TEST((story.receive(story.b).opcode() == pdu::Opcode::r2t));
  story.manage(story.b, Function::abort_task_set, 3);
  const auto event = pdu::decode_async_message(story.receive(story.a).view());
  BOOST_REQUIRE(event.has_value());
  BOOST_TEST((event->async_event == pdu::AsyncEvent::task_termination));
  BOOST_TEST(event->lun.raw == 0u);
  BOOST_TEST(story.is_silent(story.b));
  // Another task has the tag of the aborted one; data for that is still under way.
  story.command(story.a, 0xFF, 1 + 2);
  pdu::DataOut late;
  late.initiator_task_tag = InitiatorTaskTag{103};
  late.target_transfer_tag = r2t->target_transfer_tag;
  late.final = true;
  story.bench.send(story.a, late, std::vector<std::byte>(4096, 0x5A_b));
  BOOST_TEST(story.is_silent(story.a));
  story.acknowledge(story.a);
  story.is_managed(story.b);
  BOOST_TEST((story.bench.device.disk[0] == 0x00_b));
}

BOOST_AUTO_TEST_CASE(a_session_that_goes_on_without_a_connection_is_told_of_its_tasks,
                     *utf::label("rfc7143-11.14.5")) {
  Story story(kOld);
  story.command(story.b, 0x2A, 1, 8);
  pdu::LogoutRequest out;
  out.immediate = true;
  out.reason = pdu::LogoutReason::close_connection;
  out.cid = 1;
  out.cmd_sn = CmdSn{2};
  story.bench.send(story.b, out);
  BOOST_TEST(story.bench.device.lost.size() == 1);
  BOOST_TEST(story.bench.device.cleared.empty());
  out.cid = 0;
  story.bench.send(story.a, out);
  BOOST_TEST(story.bench.device.lost.size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
