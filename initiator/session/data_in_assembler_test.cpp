#include "initiator/session/data_in_assembler.hpp"

#include <boost/test/unit_test.hpp>

using lunsim::DataSn;
using lunsim::initiator::DataInAssembler;
using lunsim::pdu::DataIn;

namespace {

DataIn data_in(std::uint32_t data_sn, std::uint32_t offset, std::uint32_t bytes) {
  DataIn header;
  header.data_sn = DataSn{data_sn};
  header.buffer_offset = offset;
  header.data_segment_bytes = bytes;
  return header;
}

bool arrives(DataInAssembler& assembler, const DataIn& header) {
  const auto place = assembler.place(header);
  if (!place) return false;
  if (!place->repeated) assembler.arrived();
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(data_in_assembler)

BOOST_AUTO_TEST_CASE(data_in_order_fills_the_buffer) {
  DataInAssembler assembler(12, true);
  BOOST_TEST(arrives(assembler, data_in(0, 0, 8)));
  BOOST_TEST(arrives(assembler, data_in(1, 8, 4)));
  BOOST_TEST(assembler.size_bytes() == 12u);
  BOOST_TEST(!assembler.misses_data(2));
  BOOST_TEST(assembler.misses_data(3));
  BOOST_TEST(!assembler.misses_data(0));
}

BOOST_AUTO_TEST_CASE(a_skipped_data_sn_is_a_violation) {
  DataInAssembler assembler(12, true);
  BOOST_TEST(!arrives(assembler, data_in(1, 0, 4)));
}

BOOST_AUTO_TEST_CASE(a_repeated_data_sn_is_let_by) {
  DataInAssembler assembler(12, true);
  arrives(assembler, data_in(0, 0, 4));
  const auto again = assembler.place(data_in(0, 0, 4));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->repeated);
  BOOST_TEST(assembler.size_bytes() == 4u);
}

BOOST_AUTO_TEST_CASE(data_beyond_the_expected_length_is_a_violation) {
  DataInAssembler assembler(8, true);
  BOOST_TEST(!arrives(assembler, data_in(0, 0, 9)));
  BOOST_TEST(!arrives(assembler, data_in(0, 0xFFFF'FFFC, 8)));
  DataInAssembler nothing(0, true);
  BOOST_TEST(!arrives(nothing, data_in(0, 0, 1)));
}

BOOST_AUTO_TEST_CASE(gaps_and_overlays_are_violations_when_data_comes_in_order) {
  DataInAssembler assembler(32, true);
  arrives(assembler, data_in(0, 0, 8));
  BOOST_TEST(!arrives(assembler, data_in(1, 12, 4)));
  BOOST_TEST(!arrives(assembler, data_in(1, 4, 8)));
}

BOOST_AUTO_TEST_CASE(data_out_of_order_is_taken_where_that_was_negotiated) {
  DataInAssembler assembler(12, false);
  BOOST_TEST(arrives(assembler, data_in(0, 8, 4)));
  BOOST_TEST(!assembler.is_whole(0));
  BOOST_TEST(!assembler.place(data_in(1, 10, 1)).has_value());
  BOOST_TEST(arrives(assembler, data_in(1, 0, 8)));
  BOOST_TEST(assembler.is_whole(0));
}

BOOST_AUTO_TEST_CASE(data_is_whole_if_only_the_residual_is_missing) {
  DataInAssembler assembler(12, true);
  arrives(assembler, data_in(0, 0, 8));
  BOOST_TEST(!assembler.is_whole(0));
  BOOST_TEST(!assembler.is_whole(3));
  BOOST_TEST(assembler.is_whole(4));
  BOOST_TEST(assembler.is_whole(0xFFFF'FFFF));
}

BOOST_AUTO_TEST_CASE(an_empty_data_segment_is_received_well) {
  DataInAssembler assembler(8, true);
  BOOST_TEST(arrives(assembler, data_in(0, 0, 0)));
  BOOST_TEST(arrives(assembler, data_in(1, 0, 8)));
  BOOST_TEST(arrives(assembler, data_in(2, 8, 0)));
  BOOST_TEST(assembler.size_bytes() == 8u);
}

BOOST_AUTO_TEST_SUITE_END()
