#include "protocol/scsi/lun.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim::scsi;

BOOST_AUTO_TEST_SUITE(lun)

// Fields assembled by hand from the formats of SAM-5 §4.7.7.2 (peripheral), .3 (flat), .5.4
// (extended flat).
BOOST_AUTO_TEST_CASE(each_range_has_its_addressing_method) {
  BOOST_TEST(lun_field(0) == 0x0000'0000'0000'0000u);
  BOOST_TEST(lun_field(1) == 0x0001'0000'0000'0000u);
  BOOST_TEST(lun_field(255) == 0x00FF'0000'0000'0000u);
  BOOST_TEST(lun_field(256) == 0x4100'0000'0000'0000u);
  BOOST_TEST(lun_field(16383) == 0x7FFF'0000'0000'0000u);
  BOOST_TEST(lun_field(16384) == 0xD200'4000'0000'0000u);
  BOOST_TEST(lun_field(0xFF'FFFF) == 0xD2FF'FFFF'0000'0000u);
  BOOST_TEST(lun_field(0x100'0000) == 0xE200'0100'0000'0000u);
  BOOST_TEST(lun_field(kPlainLunMax) == 0xE2FF'FFFF'FFFF'0000u);
}

BOOST_AUTO_TEST_CASE(a_number_that_no_format_holds_gives_not_specified) {
  BOOST_TEST(lun_field(kPlainLunMax + 1) == kLunNotSpecifiedField);
  BOOST_TEST(!plain_lun(kLunNotSpecifiedField).has_value());
}

BOOST_AUTO_TEST_CASE(fields_come_back_as_the_numbers_they_were) {
  for (std::uint64_t bit = 0; bit < 40; ++bit) {
    for (const std::uint64_t offset : {0u, 1u}) {
      const std::uint64_t plain = (std::uint64_t{1} << bit) - offset;
      BOOST_TEST(plain_lun(lun_field(plain)).value() == plain);
    }
  }
}

BOOST_AUTO_TEST_CASE(flat_space_may_say_a_small_number) {
  BOOST_TEST(plain_lun(0x4001'0000'0000'0000).value() == 1u);
  BOOST_TEST((decode_lun(0x4001'0000'0000'0000).method == LunMethod::flat_space));
}

BOOST_AUTO_TEST_CASE(well_known_units_have_no_plain_number) {
  const LunAddress found = decode_lun(kReportLunsWellKnownField);
  BOOST_TEST((found.method == LunMethod::well_known));
  BOOST_TEST(found.number == 1u);
  BOOST_TEST(!plain_lun(kReportLunsWellKnownField).has_value());
}

BOOST_AUTO_TEST_CASE(other_levels_have_no_plain_number) {
  BOOST_TEST(!plain_lun(0x0001'0002'0000'0000).has_value());
  BOOST_TEST(decode_lun(0x0001'0002'0000'0000).has_lower_levels);
  BOOST_TEST((decode_lun(0x0501'0000'0000'0000).method == LunMethod::other_bus));
  BOOST_TEST(!plain_lun(0x0501'0000'0000'0000).has_value());
  BOOST_TEST((decode_lun(0x8123'0000'0000'0000).method == LunMethod::logical_unit));
  BOOST_TEST(!plain_lun(0x8123'0000'0000'0000).has_value());
  BOOST_TEST(!plain_lun(0xF000'0000'0000'0000).has_value());
}

BOOST_AUTO_TEST_CASE(people_are_told_the_number_and_the_method) {
  BOOST_TEST(describe_lun(0x0007'0000'0000'0000) == "LUN 7 (peripheral device addressing)");
  BOOST_TEST(describe_lun(kReportLunsWellKnownField) == "W-LUN 1 (well-known logical unit)");
  BOOST_TEST(describe_lun(0xF000'0000'0000'0000) ==
             "F000000000000000h (unknown addressing method)");
}

BOOST_AUTO_TEST_SUITE_END()
