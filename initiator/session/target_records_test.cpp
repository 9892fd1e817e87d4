#include "initiator/session/target_records.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim::initiator;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(target_records)

BOOST_AUTO_TEST_CASE(the_example_of_the_standard_is_understood) {
  // RFC 7143 Appendix C: one target with three addresses, and one with none of its own.
  const std::string text =
      "TargetName=iqn.1993-11.com.example:diskarray.sn.8675309\0"
      "TargetAddress=10.1.0.45:5300,1\0"
      "TargetAddress=10.1.1.46:5300,1\0"
      "TargetAddress=[2001:db8::1]:3260,2\0"
      "TargetName=iqn.1993-11.com.example:diskarray.sn.1234567\0"s;
  const TargetsDiscovered found = parse_target_records(text);
  BOOST_TEST(found.complete);
  BOOST_REQUIRE(found.targets.size() == 2u);
  BOOST_TEST(found.targets[0].name == "iqn.1993-11.com.example:diskarray.sn.8675309");
  BOOST_REQUIRE(found.targets[0].addresses.size() == 3u);
  BOOST_TEST(found.targets[0].addresses[2] == "[2001:db8::1]:3260,2");
  BOOST_TEST(found.targets[1].addresses.empty());
}

BOOST_AUTO_TEST_CASE(no_targets_is_a_complete_answer) {
  const TargetsDiscovered found = parse_target_records("");
  BOOST_TEST(found.complete);
  BOOST_TEST(found.targets.empty());
}

BOOST_AUTO_TEST_CASE(names_that_would_harm_a_path_or_a_log_are_refused) {
  for (const std::string& bad :
       {"iqn.2001-01.com.x:a\nb"s, "iqn.2001-01.com.x:../../etc/cron.d/x"s, "../iqn.x"s,
        "iqn.2001-01.com.x:a b"s, "iqn.2001-01.com.x:a\\b"s, "iqn.2001-01.com.x:a\x7F"s,
        "iqn.2001-01.com.x:\x1B[31m"s, "iqn.2001-01.com.x:\xE2\x80\xA8"s,
        "iqn.2001-01.com.x:\xC0\xAF"s, "iqn.2001-01.com.x:\xFF"s, "iqn."s, ""s, "disk1"s,
        "iqn.2001-01.com.x:\xC2\x85"s, "iqn.2001-01.com.x:$(id)"s}) {
    BOOST_TEST(!is_sound_target_name(bad), bad);
    const TargetsDiscovered found =
        parse_target_records("TargetName=iqn.2001-01.com.good:1\0TargetName="s + bad + "\0"s);
    BOOST_TEST(!found.complete);
    BOOST_TEST(found.targets.size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(names_are_223_bytes_at_most) {
  const std::string name = "iqn.2001-01.com.example:" + std::string(223 - 24, 'a');
  BOOST_REQUIRE(name.size() == 223u);
  BOOST_TEST(is_sound_target_name(name));
  BOOST_TEST(!is_sound_target_name(name + "a"));
}

BOOST_AUTO_TEST_CASE(names_of_every_kind_are_taken) {
  BOOST_TEST(is_sound_target_name("iqn.2001-04.com.example:storage:diskarrays-sn-a8675309"));
  BOOST_TEST(is_sound_target_name("eui.02004567A425678D"));
  BOOST_TEST(is_sound_target_name("naa.52004567BA64678D"));
  BOOST_TEST(is_sound_target_name("iqn.2001-04.jp.example:\xE3\x83\x87"));
}

BOOST_AUTO_TEST_CASE(addresses_are_host_port_and_tag) {
  for (const char* good : {"10.0.0.1:3260,1", "10.0.0.1", "host.example:3260,65535", "[::1]:1,1",
                           "[fe80::1%eth0],1", "10.0.0.1,1"})
    BOOST_TEST(is_sound_target_address(good), good);
  for (const char* bad : {"", ":3260", "10.0.0.1:3260,65536", "10.0.0.1:70000", "a b:1", "a/b:1",
                          "[::1:3260", "::1]:3260", "10.0.0.1:x", "10.0.0.1,", "a\n:1", "[]:1"})
    BOOST_TEST(!is_sound_target_address(bad), bad);
}

BOOST_AUTO_TEST_CASE(an_address_before_any_name_or_a_foreign_key_ends_the_list) {
  BOOST_TEST(!parse_target_records("TargetAddress=10.0.0.1:3260,1\0"s).complete);
  BOOST_TEST(!parse_target_records("TargetName=iqn.2001-01.com.x:1\0MaxBurstLength=1\0"s).complete);
}

BOOST_AUTO_TEST_CASE(a_pair_that_is_cut_off_is_not_taken) {
  const TargetsDiscovered found =
      parse_target_records("TargetName=iqn.2001-01.com.x:1\0TargetName=iqn.2001-01.com.x:2"s);
  BOOST_TEST(!found.complete);
  BOOST_TEST(found.targets.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
