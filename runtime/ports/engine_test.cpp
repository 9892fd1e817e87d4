#include "runtime/ports/engine.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim::runtime;

BOOST_AUTO_TEST_SUITE(endpoint)

BOOST_AUTO_TEST_CASE(ipv4_name_and_bracketed_ipv6_are_read_with_their_ports) {
  BOOST_TEST((parse_endpoint("1.2.3.4:5", 1) == Endpoint{"1.2.3.4", 5}));
  BOOST_TEST((parse_endpoint("array.example:3261", 1) == Endpoint{"array.example", 3261}));
  BOOST_TEST((parse_endpoint("[fe80::1]:65535", 1) == Endpoint{"fe80::1", 65535}));
  BOOST_TEST((parse_endpoint("127.0.0.1:0", 1) == Endpoint{"127.0.0.1", 0}));
}

BOOST_AUTO_TEST_CASE(a_missing_port_is_the_default) {
  BOOST_TEST((parse_endpoint("1.2.3.4", 3260) == Endpoint{"1.2.3.4", 3260}));
  BOOST_TEST((parse_endpoint("[::1]", 3260) == Endpoint{"::1", 3260}));
  BOOST_TEST((parse_endpoint("::1", 3260) == Endpoint{"::1", 3260}));
}

BOOST_AUTO_TEST_CASE(what_is_no_endpoint_is_refused) {
  for (const char* text : {"", ":5", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:x", "[::1", "[]:5",
                           "[::1]5", "[::1]:", "a b:5", "1.2.3.4:5 "}) {
    BOOST_TEST(!parse_endpoint(text, 1).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(text_of_an_endpoint_reads_back_as_the_same) {
  for (const Endpoint& endpoint : {Endpoint{"10.0.0.10", 3260}, Endpoint{"::1", 3260}, Endpoint{"name", 1}}) {
    BOOST_TEST((parse_endpoint(to_string(endpoint), 9) == endpoint));
  }
  BOOST_TEST(to_string(Endpoint{"::1", 3260}) == "[::1]:3260");
  BOOST_TEST(to_string(Endpoint{"10.0.0.10", 3260}) == "10.0.0.10:3260");
}

BOOST_AUTO_TEST_CASE(every_close_reason_has_its_own_sentence) {
  BOOST_TEST(describe(CloseReason::finished) != describe(CloseReason::reset));
  BOOST_TEST(describe(CloseReason::refused) != describe(CloseReason::unreachable));
  BOOST_TEST(describe(CloseReason::timed_out) != describe(CloseReason::local));
}

BOOST_AUTO_TEST_SUITE_END()
