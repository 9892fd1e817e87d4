// The state of a host as bytes and back, and what becomes of bytes that are damaged.
#include <boost/test/unit_test.hpp>

#include "initiator/remote/state_file.hpp"
#include "protocol/bytes/hex.hpp"

using namespace lunsim;
using namespace lunsim::initiator;

namespace {

HostConfiguration something() {
  HostConfiguration configuration;
  configuration.node_name = "iqn.2026-01.com.example:me";
  configuration.chap_secret = std::string("twelve\0bytes", 12);
  AddSendTargetPortal portal;
  portal.portal = {"array", "10.0.0.10", 3261};
  portal.options.emplace().password = "wonderland-12";
  configuration.portals = {portal, {}};
  LoginTarget login;
  login.target_name = "iqn.2026-01.com.example:array";
  login.persistent = true;
  configuration.persistent_logins = {login};
  configuration.static_targets.emplace_back().persist = true;
  configuration.persistent_devices = {"C:\\mount"};
  configuration.isns_servers = {"isns.example"};
  configuration.radius_servers = {"10.0.0.3"};
  configuration.radius_secret = "radius";
  configuration.ike.emplace_back().persist = true;
  configuration.group_key.emplace().key = "group";
  configuration.tunnels.emplace_back().outer_address = "10.0.0.4";
  configuration.isid = {0x80, 0x12, 0x34, 0x56, 0, 0};
  return configuration;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_file)

BOOST_AUTO_TEST_CASE(it_comes_back_as_it_was) {
  for (const HostConfiguration& one : {HostConfiguration{}, something()}) {
    const auto back = remote::decode_state(remote::encode_state(one));
    BOOST_TEST_REQUIRE((back.has_value()));
    BOOST_TEST((*back == one));
  }
}

BOOST_AUTO_TEST_CASE(every_bit_and_every_byte_of_it_counts) {
  const auto bytes = remote::encode_state(something());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    BOOST_TEST((!remote::decode_state(std::span(bytes).first(cut)).has_value()));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto turned = bytes;
    turned[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    BOOST_TEST((!remote::decode_state(turned).has_value()));
  }
}

// Written by the last lunsim whose states had version 1, after `iscsicli AddTargetPortal 127.0.0.1
// 9`.
BOOST_AUTO_TEST_CASE(a_state_of_version_1_is_read_and_has_no_isid) {
  const auto old = bytes::from_hex(
      "6c756e73696d20686f73742073746174650a010000000100000000ffffffff01"
      "0000000000000000000000000000000000000000000000000000000009000000"
      "3132372e302e302e310900000000000000000000000000000000000000000000"
      "0000000000000000001329a640");
  BOOST_TEST_REQUIRE((old.has_value()));
  const auto read = remote::decode_state(*old);
  BOOST_TEST_REQUIRE((read.has_value()));
  BOOST_TEST_REQUIRE(read->portals.size() == 1u);
  BOOST_TEST(read->portals[0].portal.address == "127.0.0.1");
  BOOST_TEST(!read->isid.has_value());
  BOOST_TEST((remote::decode_state(remote::encode_state(*read)) == *read));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  const std::string text = "#!/bin/sh\n";
  const auto foreign = remote::decode_state(std::as_bytes(std::span(text)));
  BOOST_TEST(foreign.error() == "it is no state of a lunsim host");
  auto damaged = remote::encode_state({});
  damaged.back() ^= std::byte{1};
  BOOST_TEST(remote::decode_state(damaged).error() == "it is damaged: its checksum is wrong");
}

BOOST_AUTO_TEST_SUITE_END()
