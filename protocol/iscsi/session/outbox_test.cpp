#include "protocol/iscsi/session/outbox.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/crc32c.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/framer.hpp"

using namespace lunsim;
using session::Outbox;

namespace {

struct CountingPin final : bytes::Pinned {
  int unpinned = 0;
  void unpin() override { ++unpinned; }
};

pdu::BhsBytes data_in_header(std::uint32_t bytes) {
  pdu::DataIn data_in;
  data_in.final = true;
  data_in.data_segment_bytes = bytes;
  pdu::BhsBytes bhs;
  encode(data_in, bhs);
  return bhs;
}

std::vector<std::byte> pattern(std::size_t bytes) {
  std::vector<std::byte> out(bytes);
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<std::byte>(i * 7 + 1);
  return out;
}

/// Takes everything out in steps of `step` bytes.
std::vector<std::byte> drain(Outbox& outbox, std::size_t step) {
  std::vector<std::byte> out;
  while (true) {
    const auto slices = outbox.gather();
    if (slices.empty()) return out;
    BOOST_REQUIRE(slices.size() <= 64);
    for (const auto& slice : slices) out.insert(out.end(), slice.begin(), slice.end());
    for (std::size_t left = outbox.gathered_bytes(); left > 0;) {
      const std::size_t now = std::min(step, left);
      outbox.sent(now);
      left -= now;
    }
  }
}

struct OutboxTap final : pdu::Tap {
  pdu::TapVerdict verdict;
  bool spoil_data_digest = false;
  bool is_interested(pdu::Direction, pdu::Opcode) const override { return true; }
  pdu::TapVerdict judge(pdu::Direction, std::uint32_t, pdu::TappedPdu& pdu, std::int64_t) override {
    pdu.data_digest_wrong = spoil_data_digest;
    return verdict;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox)

BOOST_AUTO_TEST_CASE(what_leaves_is_header_data_and_padding_for_every_partial_write) {
  for (std::size_t bytes = 0; bytes < 9; ++bytes) {
    for (std::size_t step = 1; step < 64; step += 3) {
      Outbox outbox{1};
      const auto data = pattern(bytes);
      const pdu::BhsBytes bhs = data_in_header(static_cast<std::uint32_t>(bytes));
      outbox.push(bhs, std::span<const std::byte>{data}, 0);
      const auto out = drain(outbox, step);
      BOOST_TEST(out.size() == 48 + bytes + pdu::padding_of(bytes));
      BOOST_TEST(std::equal(bhs.begin(), bhs.end(), out.begin()));
      BOOST_TEST(std::equal(data.begin(), data.end(), out.begin() + 48));
      BOOST_TEST(outbox.is_idle());
    }
  }
}

BOOST_AUTO_TEST_CASE(pins_are_released_when_the_bytes_have_left_and_not_before) {
  Outbox outbox{1};
  const auto data = pattern(100);
  CountingPin pin;
  const bytes::Slice slice{data, &pin};
  outbox.push(data_in_header(100), std::span{&slice, 1}, 0);
  outbox.gather();
  outbox.sent(outbox.gathered_bytes() - 1);
  BOOST_TEST(pin.unpinned == 0);
  outbox.sent(1);
  BOOST_TEST(pin.unpinned == 1);
}

BOOST_AUTO_TEST_CASE(clearing_and_dropping_release_pins) {
  const auto data = pattern(100);
  CountingPin pin;
  const bytes::Slice slice{data, &pin};
  {
    Outbox outbox{1};
    outbox.push(data_in_header(100), std::span{&slice, 1}, 0);
    outbox.clear();
    BOOST_TEST(pin.unpinned == 1);
    outbox.silence();
    outbox.push(data_in_header(100), std::span{&slice, 1}, 0);
    BOOST_TEST(pin.unpinned == 2);
  }
  OutboxTap tap;
  tap.verdict.copies = 0;
  Outbox outbox{1, &tap};
  outbox.push(data_in_header(100), std::span{&slice, 1}, 0);
  BOOST_TEST(pin.unpinned == 3);
  BOOST_TEST(outbox.is_idle());
}

BOOST_AUTO_TEST_CASE(digests_are_what_a_framer_with_digests_accepts) {
  Outbox outbox{1};
  outbox.set_digests(true, true);
  const auto data = pattern(101);
  outbox.push(data_in_header(101), std::span<const std::byte>{data}, 0);
  const auto out = drain(outbox, 1000);
  BOOST_TEST(out.size() == 48u + 4 + 101 + 3 + 4);
  pdu::Framer framer{{}};
  framer.set_digests(true, true);
  std::span<const std::byte> input{out};
  BOOST_TEST((framer.next(input).kind == pdu::Framer::Kind::header));
  BOOST_TEST((framer.next(input).kind == pdu::Framer::Kind::pdu));
}

BOOST_AUTO_TEST_CASE(a_tap_duplicates_drops_and_spoils) {
  OutboxTap tap;
  tap.verdict.copies = 2;
  tap.spoil_data_digest = true;
  Outbox outbox{1, &tap};
  outbox.set_digests(false, true);
  const auto data = pattern(8);
  outbox.push(data_in_header(8), std::span<const std::byte>{data}, 0);
  const auto out = drain(outbox, 1000);
  BOOST_TEST(out.size() == 2u * (48 + 8 + 4));
  pdu::Framer framer{{}};
  framer.set_digests(false, true);
  std::span<const std::byte> input{out};
  framer.next(input);
  BOOST_TEST((framer.next(input).kind == pdu::Framer::Kind::data_digest_error));
}

BOOST_AUTO_TEST_CASE(a_cut_leaves_just_the_bytes_before_it_and_is_reported_once) {
  for (std::uint32_t after : {0u, 1u, 20u, 48u, 50u}) {
    OutboxTap tap;
    tap.verdict.cut = pdu::TapVerdict::Cut::reset;
    tap.verdict.cut_after_bytes = after;
    Outbox outbox{1, &tap};
    const auto data = pattern(8);
    outbox.push(data_in_header(8), std::span<const std::byte>{data}, 0);
    outbox.push(data_in_header(8), std::span<const std::byte>{data},
                0);  // behind the cut: swallowed
    const auto out = drain(outbox, 7);
    BOOST_TEST(out.size() == after);
    BOOST_TEST((outbox.poll_cut() == pdu::TapVerdict::Cut::reset));
    BOOST_TEST(!outbox.poll_cut().has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_held_pdu_waits_and_what_is_behind_it_too) {
  OutboxTap tap;
  tap.verdict.hold_ns = 1000;
  Outbox outbox{1, &tap};
  const auto data = pattern(8);
  outbox.push(data_in_header(8), std::span<const std::byte>{data}, 5);
  tap.verdict.hold_ns = 0;
  outbox.push(data_in_header(8), std::span<const std::byte>{data}, 6);
  BOOST_TEST(outbox.gather().empty());
  BOOST_TEST((outbox.next_timeout_ns() == 1005));
  outbox.handle_timeout(1005);
  BOOST_TEST(drain(outbox, 1000).size() == 2u * 56);
}

BOOST_AUTO_TEST_SUITE_END()
