#include "target_sim/session/test_peer.hpp"

#include "protocol/iscsi/pdu/nop_out.hpp"

namespace lunsim::target_sim {
using namespace testing;

namespace {

/// Holds every NOP-Out that comes in for a while.
struct HoldingTap final : pdu::Tap {
  std::int64_t hold_ns = 0;
  bool is_interested(pdu::Direction direction, pdu::Opcode opcode) const override {
    return direction == pdu::Direction::receive && opcode == pdu::Opcode::nop_out;
  }
  pdu::TapVerdict judge(pdu::Direction, std::uint32_t, pdu::TappedPdu&, std::int64_t) override {
    return {.hold_ns = hold_ns};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(target_server_time)

BOOST_AUTO_TEST_CASE(time_passes_while_a_connection_ends_with_a_pdu_still_held) {
  HoldingTap tap;
  tap.hold_ns = 1'000'000'000;
  Bench bench{{}, &tap};
  const ConnectionId id = bench.login();
  bench.take_nothing = true;
  bench.send(id, block_command(0x28, 1, 0, 128));
  pdu::NopOut ping;
  ping.immediate = true;
  ping.cmd_sn = CmdSn{2};
  bench.send(id, ping);
  bench.server.drop_sessions(0, false, bench.now);  // waits until what is queued has left
  bench.pump();
  bench.advance(2s);
  BOOST_TEST(!bench.is_closed(id));
  bench.advance(4s);
  BOOST_TEST(bench.is_closed(id));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::target_sim
