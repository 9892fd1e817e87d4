#include "scenarios/explore/striking_tap.hpp"

#include <boost/test/unit_test.hpp>

namespace lunsim::explore {
namespace {

using pdu::Direction;
using pdu::Opcode;

pdu::TappedPdu response(std::uint8_t mark) {
  pdu::TappedPdu out;
  out.bhs[0] = static_cast<std::byte>(Opcode::scsi_response);
  out.bhs[47] = static_cast<std::byte>(mark);
  return out;
}
std::uint8_t mark_of(const pdu::TappedPdu& pdu) { return static_cast<std::uint8_t>(pdu.bhs[47]); }

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

BOOST_AUTO_TEST_SUITE(striking_tap)

BOOST_AUTO_TEST_CASE(a_reordered_pdu_goes_right_behind_the_next_of_its_direction) {
  Strike strike({Trouble::reorder, 2});
  StrikingTap tap(strike, nullptr);
  pdu::TappedPdu one = response(1), two = response(2), three = response(3);
  BOOST_TEST(tap.judge(Direction::send, 7, one, 0).copies == 1u);
  BOOST_TEST(tap.judge(Direction::send, 7, two, 0).copies == 0u);
  BOOST_TEST(!tap.poll_release(0).has_value());
  // Another connection and the other direction are not what it waits for.
  pdu::TappedPdu other = response(9);
  tap.judge(Direction::send, 8, other, 1);
  tap.judge(Direction::receive, 7, other, 1);
  BOOST_TEST(!tap.poll_release(1).has_value());
  BOOST_TEST(tap.judge(Direction::send, 7, three, 2).copies == 1u);
  const auto release = tap.poll_release(2);
  BOOST_TEST_REQUIRE(release.has_value());
  BOOST_TEST(mark_of(release->pdu) == 2u);
  BOOST_TEST(release->connection == 7u);
  BOOST_TEST((release->direction == Direction::send));
  BOOST_TEST(!tap.poll_release(2).has_value());
}

BOOST_AUTO_TEST_CASE(with_none_behind_it_it_is_late) {
  Strike strike({Trouble::reorder, 1});
  StrikingTap tap(strike, nullptr);
  pdu::TappedPdu last = response(1);
  BOOST_TEST(tap.judge(Direction::send, 7, last, 0).copies == 0u);
  BOOST_TEST(tap.poll_timeout().value() == 5 * kSecond);
  BOOST_TEST(!tap.poll_release(5 * kSecond - 1).has_value());
  BOOST_TEST(tap.poll_release(5 * kSecond).has_value());
  BOOST_TEST(!tap.poll_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(with_its_connection_it_is_gone) {
  Strike strike({Trouble::reorder, 1});
  StrikingTap tap(strike, nullptr);
  pdu::TappedPdu last = response(1);
  tap.judge(Direction::send, 7, last, 0);
  tap.handle_closed(7);
  BOOST_TEST(!tap.poll_release(60 * kSecond).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::explore
