#include "target_sim/session/test_peer.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using namespace lunsim::target_sim::testing;

BOOST_AUTO_TEST_SUITE(target_server_counters)

BOOST_AUTO_TEST_CASE(connections_are_told_with_their_peers_and_sessions) {
  Bench bench;
  const ConnectionId open = bench.connect();
  const ConnectionId in = bench.login();
  const auto all = bench.server.connections();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST((all[0].id == open && all[1].id == in));
  BOOST_TEST(!all[0].full_feature);
  BOOST_TEST(all[1].full_feature);
  BOOST_TEST(all[1].tsih == bench.server.sessions().front().tsih);
  BOOST_TEST(runtime::to_string(all[1].peer) == "10.0.0.1:5000");
  BOOST_TEST(bench.server.counters().connections == 2u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_keeps_to_the_standard_violates_nothing) {
  Bench bench;
  const ConnectionId id = bench.login();
  bench.send(id, block_command(0x28, 1, 0, 1));
  const ServerCounters& counters = bench.server.counters();
  BOOST_TEST(counters.pdus_received == 2u);   // the login request and the command
  BOOST_TEST(counters.bytes_received > 2u * 48);
  BOOST_TEST(counters.bytes_sent > 512u);
  BOOST_TEST(counters.violations == 0u);
  BOOST_TEST(counters.rejects == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_no_login_request_is_a_violation) {
  Bench bench;
  bench.bytes(bench.connect(), std::vector<std::byte>(48, std::byte{0x47}));
  BOOST_TEST(bench.server.counters().violations == 1u);
  BOOST_TEST(bench.server.counters().last_violation.starts_with("10.0.0.1:5000: "));
}

BOOST_AUTO_TEST_CASE(a_reject_counts_and_blames_only_who_broke_the_rules) {
  Bench bench;
  const ConnectionId id = bench.login();
  pdu::DataOut stray;
  stray.initiator_task_tag = InitiatorTaskTag{77};
  stray.target_transfer_tag = TargetTransferTag{0x7777};
  stray.final = true;
  bench.send(id, stray, std::vector<std::byte>(512));
  const ServerCounters& counters = bench.server.counters();
  BOOST_TEST(counters.rejects == counters.violations);
  bench.send(bench.login({}, 2, true), block_command(0x28, 1, 0, 1));   // in a discovery session
  BOOST_TEST(counters.rejects == counters.violations + 1);
}

BOOST_AUTO_TEST_SUITE_END()
