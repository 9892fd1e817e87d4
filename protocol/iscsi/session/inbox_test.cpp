#include "protocol/iscsi/session/inbox.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/pdu/nop_out.hpp"

using namespace lunsim;
using session::Inbox;
using Kind = pdu::Framer::Kind;

namespace {

std::vector<std::byte> nop_out_stream(int count, std::uint32_t data_bytes) {
  std::vector<std::byte> stream;
  for (int i = 0; i < count; ++i) {
    pdu::NopOut nop_out;
    nop_out.initiator_task_tag = InitiatorTaskTag{static_cast<std::uint32_t>(i)};
    nop_out.data_segment_bytes = data_bytes;
    pdu::BhsBytes bhs;
    encode(nop_out, bhs);
    stream.insert(stream.end(), bhs.begin(), bhs.end());
    for (std::uint32_t k = 0; k < data_bytes + pdu::padding_of(data_bytes); ++k)
      stream.push_back(static_cast<std::byte>(k));
  }
  return stream;
}

struct ScriptedTap final : pdu::Tap {
  std::vector<pdu::TapVerdict> verdicts;  // in order; then pass
  std::size_t judged = 0;
  bool is_interested(pdu::Direction, pdu::Opcode) const override { return true; }
  pdu::TapVerdict judge(pdu::Direction, std::uint32_t, pdu::TappedPdu&, std::int64_t) override {
    return judged < verdicts.size() ? verdicts[judged++] : pdu::TapVerdict{};
  }
};

/// Feeds the stream in pieces and collects the task tags of whole PDUs.
std::vector<std::uint32_t> tags_of(Inbox& inbox, std::span<const std::byte> stream,
                                   std::size_t piece, std::int64_t now_ns) {
  std::vector<std::uint32_t> tags;
  do {
    std::span<const std::byte> input = stream.first(std::min(piece, stream.size()));
    stream = stream.subspan(input.size());
    while (true) {
      const pdu::Framer::Step step = inbox.next(input, now_ns);
      if (step.kind == Kind::need_more) break;
      BOOST_REQUIRE((step.kind == Kind::header || step.kind == Kind::pdu));
      if (step.kind == Kind::pdu)
        tags.push_back(static_cast<std::uint32_t>(pdu::initiator_task_tag_of(step.pdu.bhs)));
    }
  } while (!stream.empty());
  return tags;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inbox)

BOOST_AUTO_TEST_CASE(every_split_gives_the_same_pdus_with_and_without_a_tap) {
  const auto stream = nop_out_stream(4, 5);
  const std::vector<std::uint32_t> expected{0, 1, 2, 3};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    Inbox plain{1, {}};
    BOOST_TEST(tags_of(plain, stream, piece, 0) == expected, boost::test_tools::per_element());
    ScriptedTap tap;
    Inbox tapped{1, {}, &tap};
    BOOST_TEST(tags_of(tapped, stream, piece, 0) == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_tap_drops_and_repeats) {
  const auto stream = nop_out_stream(3, 8);
  ScriptedTap tap;
  tap.verdicts = {{.copies = 0}, {.copies = 2}};
  Inbox inbox{1, {}, &tap};
  const std::vector<std::uint32_t> expected{1, 1, 2};
  BOOST_TEST(tags_of(inbox, stream, 1000, 0) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_was_held_when_silence_fell_is_waited_for_no_more) {
  const auto stream = nop_out_stream(1, 0);
  ScriptedTap tap;
  tap.verdicts = {{.hold_ns = 500}};
  Inbox inbox{1, {}, &tap};
  BOOST_TEST(tags_of(inbox, stream, 1000, 100).empty());
  BOOST_TEST(inbox.next_timeout_ns().value() == 600);
  inbox.silence();
  BOOST_TEST(!inbox.next_timeout_ns().has_value());
  BOOST_TEST(!inbox.is_holding(100));
}

BOOST_AUTO_TEST_CASE(a_held_pdu_keeps_later_bytes_waiting_in_order) {
  const auto stream = nop_out_stream(4, 3);
  ScriptedTap tap;
  tap.verdicts = {{}, {.copies = 1, .hold_ns = 500}};
  Inbox inbox{1, {}, &tap};
  const std::vector<std::uint32_t> before{0}, after{1, 2, 3};
  BOOST_TEST(tags_of(inbox, stream, 17, 0) == before, boost::test_tools::per_element());
  BOOST_TEST(inbox.is_holding(0));
  BOOST_TEST((inbox.next_timeout_ns() == 500));
  BOOST_TEST(tags_of(inbox, {}, 1, 500) == after, boost::test_tools::per_element());
  BOOST_TEST(!inbox.is_holding(500));
}

BOOST_AUTO_TEST_CASE(after_a_cut_nothing_is_read) {
  const auto stream = nop_out_stream(3, 0);
  ScriptedTap tap;
  tap.verdicts = {{}, {.cut = pdu::TapVerdict::Cut::reset}};
  Inbox inbox{1, {}, &tap};
  BOOST_TEST(tags_of(inbox, stream, 1000, 0).size() == 1u);
  BOOST_TEST((inbox.poll_cut() == pdu::TapVerdict::Cut::reset));
  BOOST_TEST(inbox.is_silent());
}

BOOST_AUTO_TEST_SUITE_END()
