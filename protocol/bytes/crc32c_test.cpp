#include "protocol/bytes/crc32c.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <numeric>
#include <vector>

#include "protocol/bytes/hex.hpp"

namespace lunsim::bytes {
namespace {

std::string wire_digest(std::span<const std::byte> data) {
  std::array<std::byte, 4> out{};
  store_digest(out.data(), crc32c(data));
  BOOST_TEST(load_digest(out.data()) == crc32c(data));
  BOOST_TEST(crc32c_by_table(data) == crc32c(data));
  return to_hex(out, " ");
}

std::vector<std::byte> counting(std::size_t n) {
  std::vector<std::byte> data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = static_cast<std::byte>(i * 167 + (i >> 8));
  return data;
}

// RFC 7143 §A.4, "CRC Examples": bytes of the digest in the order of the wire.
BOOST_AUTO_TEST_SUITE(crc32c_digest)

BOOST_AUTO_TEST_CASE(example_of_32_zero_bytes) {
  const std::vector<std::byte> data(32, std::byte{0});
  BOOST_TEST(wire_digest(data) == "aa 36 91 8a");
  BOOST_TEST(crc32c(data) == 0x8A91'36AAu);
}

BOOST_AUTO_TEST_CASE(example_of_32_bytes_of_ones) {
  BOOST_TEST(wire_digest(std::vector<std::byte>(32, std::byte{0xFF})) == "43 ab a8 62");
}

BOOST_AUTO_TEST_CASE(example_of_32_rising_and_falling_bytes) {
  std::vector<std::byte> data(32);
  for (std::size_t i = 0; i < 32; ++i) data[i] = static_cast<std::byte>(i);
  BOOST_TEST(wire_digest(data) == "4e 79 dd 46");
  for (std::size_t i = 0; i < 32; ++i) data[i] = static_cast<std::byte>(31 - i);
  BOOST_TEST(wire_digest(data) == "5c db 3f 11");
}

BOOST_AUTO_TEST_CASE(example_of_a_read_10_command_header) {
  const auto data = from_hex(
      "01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018"
      "28000000 00000000 02000000 00000000");
  BOOST_REQUIRE(data.has_value());
  BOOST_TEST(wire_digest(*data) == "56 3a 96 d9");
}

// Catalogue of parametrised CRC algorithms: the check value of CRC-32/ISCSI over "123456789".
BOOST_AUTO_TEST_CASE(check_value_of_the_catalogue) {
  constexpr std::string_view kText = "123456789";
  BOOST_TEST(crc32c(std::as_bytes(std::span(kText))) == 0xE306'9283u);
}

BOOST_AUTO_TEST_CASE(table_and_cpu_agree_at_every_length_and_alignment) {
  const auto data = counting(300);
  for (std::size_t from = 0; from < 16; ++from) {
    for (std::size_t n = 0; from + n <= data.size(); ++n) {
      const auto piece = std::span(data).subspan(from, n);
      BOOST_REQUIRE_EQUAL(crc32c(piece), crc32c_by_table(piece));
    }
  }
  const auto big = counting(70'001);
  BOOST_TEST(crc32c(big) == crc32c_by_table(big));
}

BOOST_AUTO_TEST_CASE(cut_anywhere_the_digest_is_the_same) {
  const auto data = counting(99);
  const std::uint32_t whole = crc32c(data);
  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    const auto first = std::span(data).first(cut);
    const auto second = std::span(data).subspan(cut);
    BOOST_REQUIRE_EQUAL(crc32c(second, crc32c(first)), whole);
    BOOST_REQUIRE_EQUAL(crc32c_by_table(second, crc32c_by_table(first)), whole);
  }
}

BOOST_AUTO_TEST_CASE(no_bytes_change_nothing) {
  BOOST_TEST(crc32c({}) == 0u);
  BOOST_TEST(crc32c({}, 0x1234'5678u) == 0x1234'5678u);
  BOOST_TEST(crc32c_by_table({}, 0x1234'5678u) == 0x1234'5678u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::bytes
