#include "protocol/iscsi/negotiation/value.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/negotiation/binary_value.hpp"

namespace {
using namespace lunsim::negotiation;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto raw = std::as_bytes(std::span(text));
  return {raw.begin(), raw.end()};
}
bool decodes_to(std::string_view value, std::string_view expected) {
  return decode_binary(value, 1024) == bytes_of(expected);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(text_value)

BOOST_AUTO_TEST_CASE(numbers_are_decimal_or_hexadecimal) {
  BOOST_TEST((parse_number("0") == 0u));
  BOOST_TEST((parse_number("262144") == 262144u));
  BOOST_TEST((parse_number("0x40000") == 262144u));
  BOOST_TEST((parse_number("0XFfFf") == 65535u));
  BOOST_TEST((parse_number("0x0010") == 16u));
}

BOOST_AUTO_TEST_CASE(numbers_end_below_two_to_the_64th) {
  BOOST_TEST((parse_number("18446744073709551615") == ~std::uint64_t{0}));
  BOOST_TEST(!parse_number("18446744073709551616"));
  BOOST_TEST((parse_number("0xFFFFFFFFFFFFFFFF") == ~std::uint64_t{0}));
  BOOST_TEST(!parse_number("0x10000000000000000"));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_number_is_none) {
  for (const auto* text : {"", "0x", "065536", "00", "-1", "+1", "1 ", " 1", "1~2", "512,1024",
                           "1e3", "0b11", "0x1g", "x10", "Irrelevant", "1.5", "0x-1"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_number(text));
  }
}

BOOST_AUTO_TEST_CASE(booleans_are_case_sensitive) {
  BOOST_TEST((parse_boolean("Yes") == true));
  BOOST_TEST((parse_boolean("No") == false));
  for (const auto* text : {"yes", "NO", "", "1", "True", "Yes,No", "Yes "}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_boolean(text));
  }
}

BOOST_AUTO_TEST_CASE(a_range_has_its_lower_end_first) {
  BOOST_TEST((parse_range("2048~8192") == NumberRange{2048, 8192}));
  BOOST_TEST((parse_range("7~0x7") == NumberRange{7, 7}));
  for (const auto* text : {"8192~2048", "1~", "~1", "1", "1~2~3", ""}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_range(text));
  }
}

BOOST_AUTO_TEST_CASE(lists_keep_their_order_and_their_empty_items) {
  const std::vector<std::string_view> expected{"CRC32C", "", "None"};
  BOOST_TEST(split_list("CRC32C,,None") == expected, boost::test_tools::per_element());
  BOOST_TEST(split_list("").size() == 1u);
  BOOST_TEST(list_contains("CHAP,None", "None"));
  BOOST_TEST(!list_contains("CHAP,NoneOther", "None"));
}

BOOST_AUTO_TEST_CASE(hexadecimal_is_read_in_both_cases_and_with_an_odd_digit) {
  BOOST_TEST(decodes_to("0x6c756E", "lun"));
  BOOST_TEST(decodes_to("0X6C756e", "lun"));
  BOOST_TEST(decodes_to("0xa4142", "\nAB"));   // (n+1)/2 bytes, most significant digit first
  BOOST_TEST(decodes_to("0x0041", std::string_view("\0A", 2)));
}

// RFC 4648 §10, its test vectors.
BOOST_AUTO_TEST_CASE(base64_is_read_as_the_vectors_of_rfc_4648_have_it) {
  BOOST_TEST(decodes_to("0bZg==", "f"));
  BOOST_TEST(decodes_to("0bZm8=", "fo"));
  BOOST_TEST(decodes_to("0bZm9v", "foo"));
  BOOST_TEST(decodes_to("0BZm9vYg==", "foob"));
  BOOST_TEST(decodes_to("0BZm9vYmE=", "fooba"));
  BOOST_TEST(decodes_to("0BZm9vYmFy", "foobar"));
  BOOST_TEST(encode_base64(bytes_of("foobar")) == "0bZm9vYmFy");
  BOOST_TEST(encode_base64(bytes_of("fo")) == "0bZm8=");
}

BOOST_AUTO_TEST_CASE(what_is_not_a_binary_constant_is_none) {
  for (const auto* text : {"", "0x", "0b", "1234", "0x1g", "0xZZ", "0bZg=", "0bZ",
                           "0b====", "0bZm9v=", "0bZh==", "0bZm 9v", "6c75", "0bZg==Zg=="}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!decode_binary(text, 1024));
  }
}

BOOST_AUTO_TEST_CASE(a_binary_value_is_bounded_before_it_is_decoded) {
  BOOST_TEST(decode_binary("0x" + std::string(2048, 'a'), 1024)->size() == 1024u);
  BOOST_TEST(!decode_binary("0x" + std::string(2049, 'a'), 1024));
  BOOST_TEST(decode_binary("0b" + std::string(1364, 'A') + "AA==", 1024)->size() == 1024u);
  BOOST_TEST(!decode_binary("0b" + std::string(1368, 'A'), 1024));
}

BOOST_AUTO_TEST_CASE(hexadecimal_is_written_with_two_digits_a_byte) {
  BOOST_TEST(encode_hex(bytes_of(std::string_view("\x00\x0f\xf0", 3))) == "0x000ff0");
}

BOOST_AUTO_TEST_SUITE_END()
