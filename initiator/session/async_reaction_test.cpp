#include "initiator/session/async_reaction.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using initiator::AsyncReaction;
using initiator::react_to;

namespace {

AsyncReaction reaction(pdu::AsyncEvent event, std::uint16_t parameter1 = 0) {
  pdu::AsyncMessage message;
  message.async_event = event;
  message.parameter1 = parameter1;
  message.parameter2 = 7;
  message.parameter3 = 9;
  return react_to(message, 3);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(async_reaction)

BOOST_AUTO_TEST_CASE(a_request_for_logout_or_negotiation_is_answered_by_logout) {
  for (const auto event : {pdu::AsyncEvent::logout_request, pdu::AsyncEvent::negotiation_request}) {
    BOOST_TEST((reaction(event).kind == AsyncReaction::Kind::log_out));
    BOOST_TEST((reaction(event).log_out_within == std::chrono::seconds{9}));
  }
}

BOOST_AUTO_TEST_CASE(a_drop_counts_when_it_names_our_connection_or_all) {
  BOOST_TEST((reaction(pdu::AsyncEvent::connection_drop, 3).kind == AsyncReaction::Kind::drop));
  BOOST_TEST((reaction(pdu::AsyncEvent::connection_drop, 4).kind == AsyncReaction::Kind::none));
  BOOST_TEST((reaction(pdu::AsyncEvent::session_drop, 4).kind == AsyncReaction::Kind::drop));
  BOOST_TEST(reaction(pdu::AsyncEvent::session_drop).time2wait_s == 7u);
}

BOOST_AUTO_TEST_CASE(events_of_scsi_and_vendors_are_told_only) {
  BOOST_TEST((reaction(pdu::AsyncEvent::scsi_event).kind == AsyncReaction::Kind::none));
  BOOST_TEST((reaction(pdu::AsyncEvent::vendor_specific).kind == AsyncReaction::Kind::none));
  BOOST_TEST((reaction(pdu::AsyncEvent::task_termination).kind == AsyncReaction::Kind::end_tasks));
}

BOOST_AUTO_TEST_SUITE_END()
