// SINN-R3, and what --initiator takes.
#include "initiator/host/node_name.hpp"

#include <boost/test/unit_test.hpp>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/host_test_world.hpp"

using namespace lunsim::initiator;

BOOST_AUTO_TEST_SUITE(node_name)

BOOST_AUTO_TEST_CASE(the_default_name_is_the_computers_in_characters_that_a_name_has) {
  const std::string ours = "iqn.2026-11.org.lunsim:";
  BOOST_TEST(default_node_name("Build-7") == ours + "build-7");
  BOOST_TEST(default_node_name("ci.example.com") == ours + "ci.example.com");
  BOOST_TEST(default_node_name("CI_RUNNER 3") == ours + "ci-runner-3");
  BOOST_TEST(default_node_name("b\xC3\xBCro:1/2") == ours + "b--ro-1-2");
  BOOST_TEST(default_node_name("") == ours + "host");
  const std::string longest = default_node_name(std::string(300, 'X'));
  BOOST_TEST(longest == ours + std::string(223 - ours.size(), 'x'));
  BOOST_TEST(is_node_name(longest));
}

BOOST_AUTO_TEST_CASE(a_node_name_is_of_one_of_three_types) {
  for (const char* name :
       {"iqn.2026-01.com.example:me", "iqn.2026-12.com.example", "eui.02004567A425678D",
        "naa.52004567BA64678D", "naa.62004567BA64678D0123456789ABCDEF"})
    BOOST_TEST(is_node_name(name), name);
  for (const char* name :
       {"", "xyz", "iqn", "iqn.", "iqn.x", "iqn.2026-01", "iqn.2026-01.", "iqn.2026-01.:me",
        "iqn.2026-00.com", "iqn.2026-13.com", "iqn.202-01.com.x", "iqn.2026_01.com",
        "IQN.2026-01.c", "eui.", "eui.02004567A425678", "eui.02004567A425678Dx",
        "eui.02004567A425678G", "naa.52004567BA64678D01234567", "iqn.2026-01.com.example:a b"})
    BOOST_TEST(!is_node_name(name), name);
}

// SINN-R3: whatever was set, NULL brings back what the computer is called.
BOOST_AUTO_TEST_CASE(a_host_is_called_as_its_computer_unless_it_is_told_otherwise) {
  testing::HostTestWorld world;
  const auto name_of = [](DirectHost& host) {
    return std::get<NodeName>(host.call(GetNodeName{}).data).name;
  };
  DirectHostConfig config;
  config.computer_name = "Build_7";
  DirectHost host(world, config);
  BOOST_TEST(name_of(host) == "iqn.2026-11.org.lunsim:build-7");
  host.call(SetNodeName{"iqn.2026-11.org.lunsim:other"});
  BOOST_TEST(name_of(host) == "iqn.2026-11.org.lunsim:other");
  host.call(SetNodeName{std::nullopt});
  BOOST_TEST(name_of(host) == "iqn.2026-11.org.lunsim:build-7");
  config.initiator_name = "iqn.2026-11.org.lunsim:mine";
  DirectHost named(world, config);
  BOOST_TEST(name_of(named) == "iqn.2026-11.org.lunsim:mine");
}

BOOST_AUTO_TEST_SUITE_END()
