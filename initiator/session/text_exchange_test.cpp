#include "initiator/session/text_exchange.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using initiator::TextExchange;
using Progress = TextExchange::Progress;

namespace {

constexpr InitiatorTaskTag kTag{9};

pdu::TextResponse more(std::uint32_t ttt) {
  pdu::TextResponse response;
  response.final = false;
  response.continues = true;
  response.initiator_task_tag = kTag;
  response.target_transfer_tag = TargetTransferTag{ttt};
  response.lun = LunField{0x0102};
  return response;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_exchange)

BOOST_AUTO_TEST_CASE(a_long_answer_is_asked_for_piece_by_piece) {
  TextExchange exchange(100);
  BOOST_TEST(exchange.ask("SendTargets=All"));
  BOOST_TEST(exchange.begins());
  TextExchange::Request request = exchange.next(kTag, {});
  BOOST_TEST(request.text == "SendTargets=All");
  BOOST_TEST((request.request.target_transfer_tag == kReservedTargetTransferTag));
  BOOST_TEST(!exchange.wants_to_send());
  BOOST_TEST((exchange.handle_response(more(7), "TargetNa") == Progress::continues));
  BOOST_TEST(exchange.wants_to_send());
  BOOST_TEST(!exchange.begins());
  request = exchange.next(InitiatorTaskTag{10}, {});
  BOOST_TEST(request.text.empty());
  BOOST_TEST(request.request.final);
  BOOST_TEST((request.request.initiator_task_tag == kTag));
  BOOST_TEST((request.request.target_transfer_tag == TargetTransferTag{7}));
  BOOST_TEST((request.request.lun == LunField{0x0102}));
  pdu::TextResponse last;
  last.initiator_task_tag = kTag;
  BOOST_TEST((exchange.handle_response(last, "me=x") == Progress::finished));
  BOOST_TEST(exchange.take_answer() == "TargetName=x");
  BOOST_TEST(exchange.begins());
}

BOOST_AUTO_TEST_CASE(an_answer_without_end_stops_at_the_bound) {
  TextExchange exchange(20);
  exchange.ask("q");
  exchange.next(kTag, {});
  BOOST_TEST((exchange.handle_response(more(1), "0123456789") == Progress::continues));
  exchange.next(kTag, {});
  BOOST_TEST((exchange.handle_response(more(1), "0123456789x") == Progress::failed));
  BOOST_TEST(exchange.take_answer() == "0123456789");
}

BOOST_AUTO_TEST_CASE(empty_answers_without_end_stop_too) {
  TextExchange exchange(20);
  exchange.ask("q");
  exchange.next(kTag, {});
  std::uint32_t rounds = 1;
  while (exchange.handle_response(more(1), "") == Progress::continues) {
    BOOST_REQUIRE(++rounds <= TextExchange::kRoundsMax);
    exchange.next(kTag, {});
  }
  BOOST_TEST(rounds == TextExchange::kRoundsMax);
}

BOOST_AUTO_TEST_CASE(more_without_a_tag_to_ask_with_is_a_failure) {
  TextExchange exchange(20);
  exchange.ask("q");
  exchange.next(kTag, {});
  BOOST_TEST((exchange.handle_response(more(0xFFFF'FFFF), "x") == Progress::failed));
}

BOOST_AUTO_TEST_CASE(questions_wait_for_one_another_and_are_bounded) {
  TextExchange exchange(20);
  for (std::size_t i = 0; i < TextExchange::kQuestionsMax; ++i) BOOST_TEST(exchange.ask("q"));
  BOOST_TEST(!exchange.ask("q"));
  exchange.next(kTag, {});
  BOOST_TEST(!exchange.wants_to_send());
  exchange.take_answer();
  BOOST_TEST(exchange.wants_to_send());
}

BOOST_AUTO_TEST_SUITE_END()
