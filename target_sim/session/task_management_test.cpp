// Task management on many tasks while data that was asked for is still to come.
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "target_sim/session/test_peer.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using namespace lunsim::target_sim::testing;
namespace utf = boost::unit_test;

namespace {

pdu::TaskManagementRequest request(pdu::TaskManagementFunction function, std::uint32_t tag,
                                   std::uint32_t cmd_sn) {
  pdu::TaskManagementRequest out;
  out.immediate = true;
  out.function = function;
  out.initiator_task_tag = InitiatorTaskTag{tag};
  out.cmd_sn = CmdSn{cmd_sn};
  return out;
}

pdu::R2t receive_task_r2t(Bench& bench, ConnectionId id) {
  const auto r2t = pdu::decode_r2t(bench.receive(id).view());
  BOOST_REQUIRE(r2t.has_value());
  return *r2t;
}

void answer_r2t(Bench& bench, ConnectionId id, const pdu::R2t& r2t, bool is_final,
                std::uint32_t data_sn, std::uint32_t offset, std::size_t bytes) {
  pdu::DataOut out;
  out.initiator_task_tag = r2t.initiator_task_tag;
  out.target_transfer_tag = r2t.target_transfer_tag;
  out.data_sn = DataSn{data_sn};
  out.buffer_offset = offset;
  out.final = is_final;
  bench.send(id, out, std::vector<std::byte>(bytes, 0x5A_b));
}

pdu::TaskManagementResponse receive_done(Bench& bench, ConnectionId id) {
  const auto response = pdu::decode_task_management_response(bench.receive(id).view());
  BOOST_REQUIRE(response.has_value());
  return *response;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_management)

BOOST_AUTO_TEST_CASE(abort_task_set_waits_for_the_data_that_was_asked_for,
                     *utf::label("rfc7143-4.2.3.3")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x2A, 1, 0, 8));
  const pdu::R2t r2t = receive_task_r2t(bench, id);
  bench.send(id, request(pdu::TaskManagementFunction::abort_task_set, 50, 2));
  BOOST_TEST(bench.is_silent(id));
  BOOST_TEST(bench.device.aborted == 1);
  answer_r2t(bench, id, r2t, false, 0, 0, 2048);
  BOOST_TEST(bench.is_silent(id));
  answer_r2t(bench, id, r2t, true, 1, 2048, 2048);
  BOOST_TEST((receive_done(bench, id).response == pdu::TaskManagementOutcome::function_complete));
  BOOST_TEST(bench.is_silent(id));               // no response for the write
  BOOST_TEST((bench.device.disk[0] == 0x00_b));  // and its data went by
  BOOST_TEST(bench.device.aborted == 1);
}

BOOST_AUTO_TEST_CASE(a_task_that_came_after_the_function_lives, *utf::label("rfc7143-4.2.3.3")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x2A, 1, 0, 8));
  const pdu::R2t r2t = receive_task_r2t(bench, id);
  bench.send(id, request(pdu::TaskManagementFunction::logical_unit_reset, 50, 2));
  bench.send(id, block_command(0x28, 2, 0, 1));
  BOOST_TEST((bench.receive(id).opcode() == pdu::Opcode::data_in));
  answer_r2t(bench, id, r2t, true, 0, 0, 4096);
  BOOST_TEST((receive_done(bench, id).initiator_task_tag == InitiatorTaskTag{50}));
  BOOST_TEST(bench.device.resets == 1);
}

BOOST_AUTO_TEST_CASE(data_for_another_unit_is_not_waited_for, *utf::label("rfc7143-4.2.3.3")) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x2A, 1, 0, 8));
  receive_task_r2t(bench, id);
  pdu::TaskManagementRequest other = request(pdu::TaskManagementFunction::abort_task_set, 50, 2);
  other.lun.raw = std::uint64_t{1} << 48;
  bench.send(id, other);
  receive_done(bench, id);
  BOOST_TEST(bench.device.aborted == 0);
}

BOOST_AUTO_TEST_CASE(a_reset_of_the_target_costs_what_there_are_units) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.device.questions = 0;
  bench.send(id, request(pdu::TaskManagementFunction::target_warm_reset, 50, 1));
  receive_done(bench, id);
  BOOST_TEST(bench.device.resets == 2);
  BOOST_TEST(bench.device.questions <= 2);  // a peer may ask for thousands of resets a second
}

BOOST_AUTO_TEST_CASE(abort_task_does_not_wait) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x2A, 1, 0, 8));
  const pdu::R2t r2t = receive_task_r2t(bench, id);
  pdu::TaskManagementRequest one = request(pdu::TaskManagementFunction::abort_task, 50, 2);
  one.referenced_task_tag = r2t.initiator_task_tag;
  one.ref_cmd_sn = CmdSn{1};
  bench.send(id, one);
  receive_done(bench, id);
  answer_r2t(bench, id, r2t, true, 0, 0, 4096);  // under way meanwhile: goes by
  BOOST_TEST(bench.is_silent(id));
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_while_data_is_awaited_takes_the_response_along) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x2A, 1, 0, 8));
  receive_task_r2t(bench, id);
  bench.send(id, request(pdu::TaskManagementFunction::target_warm_reset, 50, 2));
  BOOST_TEST(bench.is_silent(id));
  bench.server.drop_sessions(0, true, bench.now);
  bench.pump();
  BOOST_TEST(bench.is_closed(id));
  BOOST_TEST(bench.server.sessions().empty());
}

BOOST_AUTO_TEST_SUITE_END()
