#include "protocol/bytes/little_endian.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"

using namespace lunsim::bytes;

BOOST_AUTO_TEST_SUITE(little_endian)

BOOST_AUTO_TEST_CASE(numbers_are_written_and_read_with_the_low_byte_first) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  writer.u8(0x01);
  writer.align(4);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.u64(0x08090a0b0c0d0e0f);
  BOOST_TEST(to_hex(raw) == "010000000302070605040f0e0d0c0b0a0908");
  LittleReader reader(raw);
  BOOST_TEST(reader.u8() == 1);
  reader.align(4);
  BOOST_TEST(reader.u16() == 0x0203);
  BOOST_TEST(reader.u32() == 0x04050607u);
  BOOST_TEST(reader.u64() == 0x08090a0b0c0d0e0fu);
  BOOST_TEST(!reader.failed());
  BOOST_TEST(reader.remaining() == 0u);
}

BOOST_AUTO_TEST_CASE(a_reader_that_ran_out_stays_failed_and_returns_nothing) {
  const std::vector<std::byte> raw(3, std::byte{0xff});
  LittleReader reader(raw);
  BOOST_TEST(reader.u32() == 0u);
  BOOST_TEST(reader.failed());
  BOOST_TEST(reader.u8() == 0);
  BOOST_TEST(reader.rest().empty());
}

BOOST_AUTO_TEST_CASE(a_count_of_code_units_that_would_overflow_is_a_failure) {
  const std::vector<std::byte> raw(4);
  LittleReader reader(raw);
  BOOST_TEST(reader.utf16(static_cast<std::size_t>(-1)).empty());
  BOOST_TEST(reader.failed());
}

BOOST_AUTO_TEST_CASE(a_writer_patches_relative_to_where_it_began) {
  std::vector<std::byte> raw(2, std::byte{0xee});
  LittleWriter writer(raw);
  writer.zeros(4);
  writer.patch_u16(2, 0x1234);
  BOOST_TEST(to_hex(raw) == "eeee00003412");
}

BOOST_AUTO_TEST_SUITE_END()
