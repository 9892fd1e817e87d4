#include "initiator/session/data_out_sender.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using initiator::DataOutSender;
using initiator::WriteRules;

namespace {

pdu::R2t r2t(std::uint32_t sn, std::uint32_t offset, std::uint32_t bytes) {
  pdu::R2t made;
  made.r2t_sn = R2tSn{sn};
  made.target_transfer_tag = TargetTransferTag{0x100 + sn};
  made.buffer_offset = offset;
  made.desired_data_transfer_length = bytes;
  return made;
}

WriteRules rules(bool initial_r2t, bool immediate_data) {
  return {.initial_r2t = initial_r2t,
          .immediate_data = immediate_data,
          .first_burst_bytes = 4096,
          .max_burst_bytes = 8192,
          .segment_bytes_max = 1024,
          .max_outstanding_r2t = 2};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(data_out_sender)

BOOST_AUTO_TEST_CASE(without_immediate_data_and_with_initial_r2t_nothing_goes_unasked) {
  DataOutSender sender(10000, rules(true, false));
  BOOST_TEST(sender.immediate_bytes() == 0u);
  BOOST_TEST(sender.is_command_final());
}

BOOST_AUTO_TEST_CASE(immediate_data_alone_is_one_segment_and_the_command_is_final) {
  DataOutSender sender(10000, rules(true, true));
  BOOST_TEST(sender.immediate_bytes() == 1024u);
  BOOST_TEST(sender.is_command_final());
}

BOOST_AUTO_TEST_CASE(unsolicited_data_amounts_to_first_burst_length) {
  for (const bool immediate : {false, true}) {
    DataOutSender sender(10000, rules(false, immediate));
    BOOST_TEST(!sender.is_command_final());
    std::uint32_t sent = sender.immediate_bytes();
    std::uint32_t count = 0;
    while (sender.has_burst()) {
      const DataOutSender::Piece piece = sender.next();
      BOOST_TEST(piece.offset == sent);
      BOOST_TEST(piece.data_sn.value == count++);
      BOOST_TEST((piece.target_transfer_tag == kReservedTargetTransferTag));
      BOOST_TEST(piece.bytes <= 1024u);
      sent += piece.bytes;
      BOOST_TEST(piece.final == (sent == 4096));
    }
    BOOST_TEST(sent == 4096u);
  }
}

BOOST_AUTO_TEST_CASE(a_write_that_fits_into_immediate_data_is_final) {
  DataOutSender sender(512, rules(false, true));
  BOOST_TEST(sender.immediate_bytes() == 512u);
  BOOST_TEST(sender.is_command_final());
}

BOOST_AUTO_TEST_CASE(a_short_write_is_sent_whole_when_unsolicited_data_may_go) {
  DataOutSender sender(1500, rules(false, true));
  BOOST_TEST(sender.immediate_bytes() == 1024u);
  const DataOutSender::Piece piece = sender.next();
  BOOST_TEST(piece.bytes == 476u);
  BOOST_TEST(piece.final);
}

BOOST_AUTO_TEST_CASE(each_r2t_is_answered_with_its_own_numbering_and_tag) {
  DataOutSender sender(6000, rules(true, false));
  BOOST_REQUIRE(sender.handle_r2t(r2t(0, 0, 3000)).has_value());
  BOOST_REQUIRE(sender.handle_r2t(r2t(1, 3000, 3000)).has_value());
  for (std::uint32_t burst = 0; burst < 2; ++burst) {
    for (std::uint32_t i = 0; i < 3; ++i) {
      const DataOutSender::Piece piece = sender.next();
      BOOST_TEST(piece.data_sn.value == i);
      BOOST_TEST(piece.offset == burst * 3000 + i * 1024);
      BOOST_TEST((piece.target_transfer_tag == TargetTransferTag{0x100 + burst}));
      BOOST_TEST(piece.final == (i == 2));
      BOOST_TEST(piece.bytes == (i == 2 ? 952u : 1024u));
    }
  }
  BOOST_TEST(!sender.has_burst());
}

BOOST_AUTO_TEST_CASE(an_r2t_outside_the_command_is_a_violation) {
  DataOutSender sender(6000, rules(true, false));
  BOOST_TEST(!sender.handle_r2t(r2t(0, 5000, 1001)).has_value());
  BOOST_TEST(!sender.handle_r2t(r2t(0, 0xFFFF'F000, 0x2000)).has_value());
  BOOST_TEST(!sender.handle_r2t(r2t(0, 6000, 1)).has_value());
}

BOOST_AUTO_TEST_CASE(an_r2t_for_nothing_or_for_more_than_a_burst_is_a_violation) {
  DataOutSender sender(10000, rules(true, false));
  BOOST_TEST(!sender.handle_r2t(r2t(0, 0, 0)).has_value());
  BOOST_TEST(!sender.handle_r2t(r2t(0, 0, 8193)).has_value());
}

BOOST_AUTO_TEST_CASE(r2t_sn_is_held_in_order_and_repeats_are_let_by) {
  DataOutSender sender(10000, rules(true, false));
  BOOST_TEST(!sender.handle_r2t(r2t(1, 0, 100)).has_value());
  BOOST_TEST(sender.handle_r2t(r2t(0, 0, 100)).has_value());
  const auto again = sender.handle_r2t(r2t(0, 0, 100));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((*again == DataOutSender::R2tJudgement::repeated));
  sender.next();
  BOOST_TEST(!sender.has_burst());
}

BOOST_AUTO_TEST_CASE(more_r2ts_at_once_than_agreed_are_a_violation) {
  DataOutSender sender(10000, rules(true, false));
  BOOST_TEST(sender.handle_r2t(r2t(0, 0, 100)).has_value());
  BOOST_TEST(sender.handle_r2t(r2t(1, 100, 100)).has_value());
  BOOST_TEST(!sender.handle_r2t(r2t(2, 200, 100)).has_value());
  sender.next();
  BOOST_TEST(sender.handle_r2t(r2t(2, 200, 100)).has_value());
}

// RFC 7143 §13.19
BOOST_AUTO_TEST_CASE(in_order_an_r2t_asks_for_the_next_bytes_and_no_others) {
  for (const bool initial_r2t : {false, true}) {
    for (const bool immediate : {false, true}) {
      const DataOutSender fresh(10000, rules(initial_r2t, immediate));
      const std::uint32_t next = !initial_r2t ? 4096 : immediate ? 1024 : 0;
      for (const std::uint32_t wrong : {next + 1, next + 1000, next - 1, 0u}) {
        if (wrong == next || wrong > 9000) continue;
        DataOutSender sender = fresh;
        BOOST_TEST(!sender.handle_r2t(r2t(0, wrong, 100)).has_value());
      }
      DataOutSender sender = fresh;
      BOOST_TEST(sender.handle_r2t(r2t(0, next, 100)).has_value());
      BOOST_TEST(sender.handle_r2t(r2t(1, next + 100, 200)).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_r2t_for_what_was_sent_is_a_violation) {
  for (const bool in_order : {false, true}) {
    WriteRules order = rules(true, true);
    order.data_sequence_in_order = in_order;
    DataOutSender sender(10000, order);
    BOOST_REQUIRE(sender.handle_r2t(r2t(0, 1024, 1000)).has_value());
    sender.next();
    for (const std::uint32_t sent : {0u, 1000u, 1024u, 2023u}) {
      DataOutSender again = sender;
      BOOST_TEST(!again.handle_r2t(r2t(1, sent, 100)).has_value());
    }
    BOOST_TEST(sender.handle_r2t(r2t(1, 2024, 100)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(without_order_every_range_may_be_asked_for_once) {
  WriteRules any_order = rules(true, false);
  any_order.data_sequence_in_order = false;
  DataOutSender sender(10000, any_order);
  std::uint32_t sn = 0;
  for (const std::uint32_t offset : {8000u, 0u, 4000u}) {
    BOOST_TEST(sender.handle_r2t(r2t(sn++, offset, 1000)).has_value());
    BOOST_TEST(sender.next().offset == offset);
  }
  BOOST_TEST(!sender.handle_r2t(r2t(sn, 7500, 1000)).has_value());
  BOOST_TEST(sender.handle_r2t(r2t(sn, 7000, 1000)).has_value());
}

BOOST_AUTO_TEST_CASE(the_negotiated_order_is_the_senders) {
  negotiation::SessionParameters session;
  for (const bool in_order : {false, true}) {
    session.data_sequence_in_order = in_order;
    BOOST_TEST(initiator::write_rules_of(session, {}).data_sequence_in_order == in_order);
  }
}

BOOST_AUTO_TEST_CASE(an_r2t_for_a_read_is_a_violation) {
  DataOutSender sender;
  BOOST_TEST(!sender.handle_r2t(r2t(0, 0, 1)).has_value());
}

BOOST_AUTO_TEST_CASE(segments_are_whole_words_even_for_an_odd_limit) {
  WriteRules odd = rules(true, true);
  odd.segment_bytes_max = 1023;
  DataOutSender sender(4000, odd);
  BOOST_TEST(sender.immediate_bytes() == 1020u);
}

BOOST_AUTO_TEST_SUITE_END()
