#include "protocol/iscsi/pdu/ahs.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/test_bytes.hpp"

namespace lunsim::pdu {
namespace {
using bytes::counting;
using bytes::hex;

using Bytes = std::vector<std::byte>;

ProtocolError refusal_of(std::string_view text) {
  const auto ahs = decode_command_ahs(hex(text));
  BOOST_REQUIRE_MESSAGE(!ahs.has_value(), hex);
  return ahs.error();
}

BOOST_AUTO_TEST_SUITE(ahs)

// §11.2.2.3: AHSLength is CDBLength-15, so 17 for 32 bytes; byte 3 reserved; 16 bytes; no padding.
BOOST_AUTO_TEST_CASE(a_32_byte_cdb_is_written_as_in_the_figure) {
  Bytes ahs;
  append_extended_cdb(ahs, counting(32));
  BOOST_TEST(bytes::to_hex(ahs, " ") ==
             "00 11 01 00 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f");
}

// §11.2.2.4: AHSLength 5, type 2, byte 3 reserved, four bytes of length.
BOOST_AUTO_TEST_CASE(a_bidirectional_read_length_is_written_as_in_the_figure) {
  Bytes ahs;
  append_bidirectional_read_length(ahs, 0x0102'0304);
  BOOST_TEST(bytes::to_hex(ahs, " ") == "00 05 02 00 01 02 03 04");
}

BOOST_AUTO_TEST_CASE(a_cdb_that_fits_the_header_needs_none) {
  Bytes ahs;
  append_extended_cdb(ahs, counting(16));
  BOOST_TEST(ahs.empty());
}

BOOST_AUTO_TEST_CASE(every_long_cdb_comes_back_whole) {
  for (std::size_t n = 17; n <= kCdbBytesMax; ++n) {
    const Bytes cdb = counting(n);
    Bytes ahs;
    append_extended_cdb(ahs, cdb);
    BOOST_REQUIRE_EQUAL(ahs.size() % 4, 0u);
    const auto whole = collect_cdb(std::span(cdb).first<16>(), ahs);
    BOOST_REQUIRE(whole.has_value());
    BOOST_REQUIRE_EQUAL(bytes::to_hex(whole->view()), bytes::to_hex(cdb));
  }
}

BOOST_AUTO_TEST_CASE(a_cdb_above_260_bytes_is_refused) {
  const Bytes cdb = counting(261);
  Bytes ahs;
  append_extended_cdb(ahs, cdb);
  const auto whole = collect_cdb(std::span(cdb).first<16>(), ahs);
  BOOST_REQUIRE(!whole.has_value());
  BOOST_TEST(whole.error().field == "AHSLength");
}

BOOST_AUTO_TEST_CASE(both_types_in_either_order) {
  for (const std::string_view text :
       {"0003 01 00 aabb 0000 0005 02 00 00000200", "0005 02 00 00000200 0003 01 00 aabb 0000"}) {
    const Bytes bytes = hex(text);
    const auto found = decode_command_ahs(bytes);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(bytes::to_hex(found->cdb_rest) == "aabb");
    BOOST_TEST(found->bidirectional_read_length.value_or(0) == 512u);
  }
}

BOOST_AUTO_TEST_CASE(reserved_bits_beside_the_type_are_ignored) {
  const Bytes bytes = hex("0005 c2 ff 00000200");
  BOOST_TEST(decode_command_ahs(bytes).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place) {
  BOOST_TEST(refusal_of("0005 00 00 00000000").field == "AHSType");
  BOOST_TEST(refusal_of("0005 03 00 00000000").section == "RFC 7143 §11.2.2.1");
  BOOST_TEST(refusal_of("0004 02 00 00000000").section == "RFC 7143 §11.2.2.4");
  BOOST_TEST(refusal_of("0001 01 00").section == "RFC 7143 §11.2.2.3");
  BOOST_TEST(refusal_of("0000 01 00").section == "RFC 7143 §11.2.2.3");
  BOOST_TEST(refusal_of("0006 01 00 00000000").section == "RFC 7143 §11.2.2.2");
  BOOST_TEST(refusal_of("ffff 01 00 00000000").section == "RFC 7143 §11.2.2.2");
  BOOST_TEST(refusal_of("0005 02 00 00000000 0005 02 00 00000000").byte_offset == 58u);
  BOOST_TEST(refusal_of("0005 02 00 00000000 0005 00 00 00000000").byte_offset == 58u);
}

BOOST_AUTO_TEST_CASE(any_words_whatever_end_the_walk) {
  std::uint32_t state = 7;
  for (int round = 0; round < 20'000; ++round) {
    Bytes noise(static_cast<std::size_t>(round % 20) * 4);
    for (std::byte& byte : noise) {
      state = state * 1664525u + 1013904223u;
      byte = static_cast<std::byte>((state >> 24) &
                                    0x07);  // small numbers: plausible lengths and types
    }
    int steps = 0;
    for (AhsWalk walk(noise); !walk.is_done(); ++steps) static_cast<void>(walk.next());
    BOOST_REQUIRE(steps <= 20);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
