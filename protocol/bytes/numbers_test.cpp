#include <boost/test/unit_test.hpp>

#include <array>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/bytes/serial_number.hpp"

namespace lunsim::bytes {
namespace {

BOOST_AUTO_TEST_SUITE(big_endian)

BOOST_AUTO_TEST_CASE(the_first_byte_is_the_most_significant) {
  std::array<std::byte, 8> at{};
  for (std::size_t i = 0; i < 8; ++i) at[i] = static_cast<std::byte>(0xF1 + i);
  BOOST_TEST(load_u8(at.data()) == 0xF1);
  BOOST_TEST(load_be16(at.data()) == 0xF1F2);
  BOOST_TEST(load_be24(at.data()) == 0xF1F2F3u);
  BOOST_TEST(load_be32(at.data()) == 0xF1F2'F3F4u);
  BOOST_TEST(load_be48(at.data()) == 0xF1F2'F3F4'F5F6u);
  BOOST_TEST(load_be64(at.data()) == 0xF1F2'F3F4'F5F6'F7F8u);
}

BOOST_AUTO_TEST_CASE(what_is_stored_is_loaded_and_nothing_behind_it_changes) {
  std::array<std::byte, 9> at{};
  at.fill(std::byte{0xAA});
  store_be24(at.data(), 0xF1F2F3);
  BOOST_TEST(load_be32(at.data()) == 0xF1F2'F3AAu);
  store_be48(at.data(), 0x0102'0304'0506);
  BOOST_TEST(load_be64(at.data()) == 0x0102'0304'0506'AAAAu);
  store_be64(at.data(), 0xF1F2'F3F4'F5F6'F7F8);
  BOOST_TEST(load_be64(at.data()) == 0xF1F2'F3F4'F5F6'F7F8u);
  store_be16(at.data(), 0x0102);
  store_u8(at.data() + 2, 3);
  BOOST_TEST(load_be32(at.data()) == 0x0102'03F4u);
  BOOST_TEST(load_u8(&at[8]) == 0xAA);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(serial_number)

constexpr CmdSn kLast{0xFFFF'FFFF};

BOOST_AUTO_TEST_CASE(order_goes_round_the_end) {
  BOOST_TEST(precedes(CmdSn{1}, CmdSn{2}));
  BOOST_TEST(!precedes(CmdSn{2}, CmdSn{1}));
  BOOST_TEST(!precedes(CmdSn{2}, CmdSn{2}));
  BOOST_TEST(precedes(kLast, CmdSn{0}));
  BOOST_TEST(precedes(CmdSn{0xFFFF'FFF0}, CmdSn{0x7FFF'FFEF}));
}

// RFC 1982 §3.2: undefined at a distance of 2^31; here neither comes first.
BOOST_AUTO_TEST_CASE(half_way_round_neither_precedes) {
  BOOST_TEST(!precedes(CmdSn{0}, CmdSn{0x8000'0000}));
  BOOST_TEST(!precedes(CmdSn{0x8000'0000}, CmdSn{0}));
  BOOST_TEST(precedes(CmdSn{0}, CmdSn{0x7FFF'FFFF}));
}

BOOST_AUTO_TEST_CASE(steps_and_distances_wrap) {
  CmdSn sn = kLast;
  BOOST_TEST((++sn == CmdSn{0}));
  BOOST_TEST((kLast + 2 == CmdSn{1}));
  BOOST_TEST((CmdSn{1} - 2 == kLast));
  BOOST_TEST(distance(CmdSn{1}, kLast) == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::bytes
