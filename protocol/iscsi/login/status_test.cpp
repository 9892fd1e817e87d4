#include <boost/test/unit_test.hpp>

#include <set>

#include "protocol/iscsi/login/iscsi_name.hpp"
#include "protocol/iscsi/login/login.hpp"

using namespace lunsim::login;

BOOST_AUTO_TEST_SUITE(login_status)

BOOST_AUTO_TEST_CASE(every_status_of_the_standard_has_its_own_words) {
  std::set<std::string_view> words;
  // §11.13.5: 0000, 0101..0102, 0200..020B, 0300..0302.
  for (const unsigned code :
       {0x0000u, 0x0101u, 0x0102u, 0x0200u, 0x0201u, 0x0202u, 0x0203u, 0x0204u, 0x0205u, 0x0206u,
        0x0207u, 0x0208u, 0x0209u, 0x020Au, 0x020Bu, 0x0300u, 0x0301u, 0x0302u}) {
    words.insert(describe(LoginStatus{static_cast<std::uint16_t>(code)}));
  }
  BOOST_TEST(words.size() == 18u);
  BOOST_TEST(!words.contains("unknown login status"));
}

BOOST_AUTO_TEST_CASE(other_values_are_unknown) {
  for (const unsigned code : {0x0001u, 0x0100u, 0x0103u, 0x020Cu, 0x0303u, 0x0400u, 0xFFFFu}) {
    BOOST_TEST(describe(LoginStatus{static_cast<std::uint16_t>(code)}) == "unknown login status");
  }
}

BOOST_AUTO_TEST_CASE(class_and_detail_are_its_two_bytes) {
  BOOST_TEST(kSessionDoesNotExist.status_class() == 2);
  BOOST_TEST(kSessionDoesNotExist.status_detail() == 0x0A);
  BOOST_TEST(describe(kAuthenticationFailure) == "Authentication failure");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(iscsi_name)

BOOST_AUTO_TEST_CASE(names_of_the_three_formats_are_acceptable) {
  BOOST_TEST(is_acceptable_iscsi_name("iqn.2001-04.com.example:storage:diskarrays-sn-a8675309"));
  BOOST_TEST(is_acceptable_iscsi_name("eui.02004567A425678D"));
  BOOST_TEST(is_acceptable_iscsi_name("naa.52004567BA64678D"));
  BOOST_TEST(is_acceptable_iscsi_name("iqn.2026-01.test:caf\xc3\xa9"));
  BOOST_TEST(is_acceptable_iscsi_name("iqn.2026-01.test:host_1"));
}

BOOST_AUTO_TEST_CASE(length_is_1_to_223_bytes) {
  BOOST_TEST(!is_acceptable_iscsi_name(""));
  BOOST_TEST(is_acceptable_iscsi_name(std::string(223, 'a')));
  BOOST_TEST(!is_acceptable_iscsi_name(std::string(224, 'a')));
}

BOOST_AUTO_TEST_CASE(other_characters_are_not_acceptable) {
  for (const auto* name :
       {"iqn.a b", "iqn.a,b", "iqn.a/b", "iqn.a\n", "iqn.a=b", "iqn.[a]", "iqn.a~"}) {
    BOOST_TEST_CONTEXT(name) BOOST_TEST(!is_acceptable_iscsi_name(name));
  }
}

BOOST_AUTO_TEST_SUITE_END()
