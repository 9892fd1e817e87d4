#include "protocol/bytes/hex.hpp"

#include <boost/test/unit_test.hpp>

namespace lunsim::bytes {
namespace {

std::vector<std::byte> counting_hex(std::size_t n) {
  std::vector<std::byte> data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = static_cast<std::byte>(i);
  return data;
}

BOOST_AUTO_TEST_SUITE(hex)

BOOST_AUTO_TEST_CASE(digits_are_lower_case_and_divided_as_asked) {
  const std::vector<std::byte> data = {std::byte{0x0A}, std::byte{0xFF}, std::byte{0x00}};
  BOOST_TEST(to_hex(data) == "0aff00");
  BOOST_TEST(to_hex(data, " ") == "0a ff 00");
  BOOST_TEST(to_hex({}).empty());
}

BOOST_AUTO_TEST_CASE(people_write_hex_in_many_ways) {
  for (const std::string_view text : {"0aff00", "0A FF 00", "0x0aff00", "0x0a, 0xFF, 0x00",
                                      "0a:ff:00", "0a-ff-00", "0aff_00", "  0a\n\tff\r\n00 "}) {
    const auto data = from_hex(text);
    BOOST_REQUIRE_MESSAGE(data.has_value(), text);
    BOOST_TEST(to_hex(*data) == "0aff00", text);
  }
  BOOST_TEST(from_hex("")->empty());
  BOOST_TEST(to_hex(*from_hex("00 00")) == "0000");  // 00, not a prefix
}

BOOST_AUTO_TEST_CASE(what_is_no_hex_is_refused_with_its_place) {
  BOOST_TEST(from_hex("0a f").error().byte_offset == 3u);
  BOOST_TEST(from_hex("0a 0xfz").error().byte_offset == 5u);
  BOOST_TEST(from_hex("0a zz").error().byte_offset == 3u);
  BOOST_TEST(from_hex("0x").error().byte_offset == 2u);
  BOOST_TEST(!from_hex("a b").has_value());
}

BOOST_AUTO_TEST_CASE(all_bytes_come_back) {
  const auto data = counting_hex(256);
  const auto back = from_hex(to_hex(data));
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST((*back == data));
}

BOOST_AUTO_TEST_CASE(a_dump_has_sixteen_bytes_a_line) {
  constexpr std::string_view kText = "Hello, portal!\n\x7f+more";
  BOOST_TEST(hexdump(std::as_bytes(std::span(kText))) ==
             "0000  48 65 6c 6c 6f 2c 20 70 6f 72 74 61 6c 21 0a 7f  |Hello, portal!..|\n"
             "0010  2b 6d 6f 72 65                                   |+more|\n");
  BOOST_TEST(hexdump({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::bytes
