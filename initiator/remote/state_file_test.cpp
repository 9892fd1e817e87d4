// The state of a host as bytes and back, and what becomes of bytes that are damaged.
#include <boost/test/unit_test.hpp>

#include "initiator/remote/state_file.hpp"

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

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  const std::string text = "#!/bin/sh\n";
  const auto foreign = remote::decode_state(std::as_bytes(std::span(text)));
  BOOST_TEST(foreign.error() == "it is no state of a lunsim host");
  auto damaged = remote::encode_state({});
  damaged.back() ^= std::byte{1};
  BOOST_TEST(remote::decode_state(damaged).error() == "it is damaged: its checksum is wrong");
}

BOOST_AUTO_TEST_SUITE_END()
