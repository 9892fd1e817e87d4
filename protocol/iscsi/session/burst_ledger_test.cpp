#include "protocol/iscsi/session/burst_ledger.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using session::BurstLedger;
using Judgement = BurstLedger::Judgement;

BOOST_AUTO_TEST_SUITE(burst_ledger, *boost::unit_test::label("rfc7143-11.7"))

BOOST_AUTO_TEST_CASE(a_sequence_in_order_completes_with_its_final_pdu) {
  BurstLedger ledger{1000, 300, false};
  BOOST_TEST((ledger.take(DataSn{0}, 1000, 100, false) == Judgement::accepted));
  BOOST_TEST((ledger.take(DataSn{1}, 1100, 100, false) == Judgement::accepted));
  BOOST_TEST((ledger.take(DataSn{2}, 1200, 100, true) == Judgement::complete));
}

BOOST_AUTO_TEST_CASE(a_hole_an_overlap_and_a_wrong_number_are_told_apart) {
  BurstLedger ledger{0, 300, false};
  BOOST_TEST((ledger.take(DataSn{1}, 0, 100, false) == Judgement::wrong_data_sn));
  BOOST_TEST((ledger.take(DataSn{0}, 8, 100, false) == Judgement::wrong_offset));
  BOOST_TEST((ledger.take(DataSn{0}, 0, 100, false) == Judgement::accepted));
  BOOST_TEST((ledger.take(DataSn{1}, 50, 100, false) == Judgement::wrong_offset));
}

BOOST_AUTO_TEST_CASE(more_than_was_asked_for_is_refused_whatever_its_size) {
  BurstLedger ledger{0, 300, false};
  BOOST_TEST((ledger.take(DataSn{0}, 0, 301, true) == Judgement::too_much));
  BOOST_TEST((ledger.take(DataSn{0}, 0, 0xFFFF'FFFFu, true) == Judgement::too_much));
}

BOOST_AUTO_TEST_CASE(the_final_bit_stands_at_the_end_and_nowhere_else) {
  BurstLedger early{0, 300, false};
  BOOST_TEST((early.take(DataSn{0}, 0, 100, true) == Judgement::final_early));
  BurstLedger missing{0, 100, false};
  BOOST_TEST((missing.take(DataSn{0}, 0, 100, false) == Judgement::final_missing));
  BurstLedger unsolicited{0, 300, true};
  BOOST_TEST((unsolicited.take(DataSn{0}, 0, 100, true) == Judgement::complete));
}

BOOST_AUTO_TEST_SUITE_END()
