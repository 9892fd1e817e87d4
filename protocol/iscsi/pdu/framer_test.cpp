#include "protocol/iscsi/pdu/framer.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <string>

#include "protocol/bytes/crc32c.hpp"
#include "protocol/bytes/test_bytes.hpp"
#include "protocol/iscsi/pdu/ahs.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"

namespace lunsim::pdu {
namespace {
using bytes::hex;

using Kind = Framer::Kind;
using Bytes = std::vector<std::byte>;
using Input = std::span<const std::byte>;

struct Digests {
  bool header = false;
  bool data = false;
};

void append_digest(Bytes& out, Input covered) {
  std::array<std::byte, kDigestBytes> digest{};
  bytes::store_digest(digest.data(), bytes::crc32c_by_table(covered));
  out.insert(out.end(), digest.begin(), digest.end());
}

// One NOP-Out as §11.2 puts it on the wire: BHS, AHSs, header digest, data, padding (not zero
// here), data digest.
Bytes wire_pdu(std::uint32_t number, const Bytes& ahs, const Bytes& data, Digests digests) {
  BhsBytes bhs;
  encode(NopOut{.initiator_task_tag = InitiatorTaskTag{number},
                .total_ahs_words = static_cast<std::uint8_t>(ahs.size() / 4),
                .data_segment_bytes = static_cast<std::uint32_t>(data.size())},
         bhs);
  Bytes out(bhs.begin(), bhs.end());
  out.insert(out.end(), ahs.begin(), ahs.end());
  if (digests.header) append_digest(out, Bytes(out));
  Bytes padded = data;
  padded.resize(data.size() + padding_of(data.size()), std::byte{0x5A});
  out.insert(out.end(), padded.begin(), padded.end());
  if (digests.data && !data.empty()) append_digest(out, padded);
  return out;
}

/// Bytes that no shift by a few places makes equal.
Bytes uneven(std::size_t n) {
  Bytes data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = static_cast<std::byte>(i * 7 + 1);
  return data;
}

Bytes two_ahs() {
  Bytes ahs;
  append_extended_cdb(ahs, uneven(21));
  append_bidirectional_read_length(ahs, 0x0102'0304);
  return ahs;
}

// Five PDUs, odd lengths, with and without AHSs and data.
Bytes stream_of_five(Digests digests) {
  Bytes stream;
  const auto add = [&](const Bytes& pdu) { stream.insert(stream.end(), pdu.begin(), pdu.end()); };
  add(wire_pdu(1, {}, {}, digests));
  add(wire_pdu(2, {}, uneven(5), digests));
  add(wire_pdu(3, two_ahs(), uneven(64), digests));
  add(wire_pdu(4, two_ahs(), {}, digests));
  add(wire_pdu(5, {}, uneven(3), digests));
  return stream;
}

enum class Treatment { keep, discard, elsewhere };

std::string written(const Framer::Step& step) {
  return std::to_string(static_cast<std::uint32_t>(initiator_task_tag_of(step.pdu.bhs))) + "/" +
         std::to_string(step.pdu.ahs.size()) + "/" + bytes::to_hex(step.pdu.data);
}

// Feeds the pieces one after another, each in memory of its own, and writes down every step.
std::string log_of(Framer& framer, const std::vector<Bytes>& pieces, Treatment treatment) {
  std::string log;
  Bytes elsewhere;
  for (const Bytes& piece : pieces) {
    Input input(piece);
    for (int steps = 0;; ++steps) {
      BOOST_REQUIRE(steps < 1000);
      const Framer::Step step = framer.next(input);
      if (step.kind == Kind::need_more) break;
      switch (step.kind) {
        case Kind::header:
          log += "h" + written(step);
          if (treatment == Treatment::discard) framer.discard_data();
          if (treatment == Treatment::elsewhere) {
            elsewhere.assign(data_segment_bytes_of(step.pdu.bhs), std::byte{0});
            framer.receive_into(elsewhere);
          }
          break;
        case Kind::pdu:
          log += " p" + written(step) + "\n";
          if (treatment == Treatment::elsewhere)
            BOOST_TEST(step.pdu.data.data() == elsewhere.data());
          break;
        case Kind::discarded:
          log += " d" + written(step) + "\n";
          break;
        case Kind::data_digest_error:
          log += " dd" + written(step) + "\n";
          break;
        case Kind::header_digest_error:
          return log + "HD";
        case Kind::violation:
          return log + "V " + std::string(step.error.field);
        case Kind::need_more:
          break;
      }
    }
    BOOST_REQUIRE(input.empty());
  }
  return log;
}

std::vector<Bytes> cut(const Bytes& stream, std::size_t piece_bytes) {
  std::vector<Bytes> pieces;
  for (std::size_t at = 0; at < stream.size(); at += piece_bytes) {
    const auto begin = stream.begin() + static_cast<std::ptrdiff_t>(at);
    pieces.emplace_back(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(piece_bytes, stream.size() - at)));
  }
  return pieces;
}

Framer framer_with(Digests digests, FramerLimits limits = {}) {
  Framer framer(limits);
  framer.set_digests(digests.header, digests.data);
  return framer;
}

constexpr Digests kAllDigests[] = {{false, false}, {true, false}, {false, true}, {true, true}};
constexpr Treatment kTreatments[] = {Treatment::keep, Treatment::discard, Treatment::elsewhere};

BOOST_AUTO_TEST_SUITE(framer)

BOOST_AUTO_TEST_CASE(a_whole_stream_gives_header_and_pdu_of_each) {
  Framer framer = framer_with({});
  BOOST_TEST(log_of(framer, {stream_of_five({})}, Treatment::keep) ==
             "h1/0/ p1/0/\n"
             "h2/0/ p2/0/01080f161d\n"
             "h3/20/ p3/20/" +
                 bytes::to_hex(uneven(64)) +
                 "\n"
                 "h4/20/ p4/20/\n"
                 "h5/0/ p5/0/01080f\n");
  BOOST_TEST(framer.held_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(discarded_data_goes_by_and_the_stream_goes_on) {
  Framer framer = framer_with({true, true});
  BOOST_TEST(log_of(framer, {stream_of_five({true, true})}, Treatment::discard) ==
             "h1/0/ d1/0/\nh2/0/ d2/0/\nh3/20/ d3/20/\nh4/20/ d4/20/\nh5/0/ d5/0/\n");
}

BOOST_AUTO_TEST_CASE(every_piece_size_gives_the_same_steps) {
  for (const Digests digests : kAllDigests) {
    const Bytes stream = stream_of_five(digests);
    for (const Treatment treatment : kTreatments) {
      Framer whole = framer_with(digests);
      const std::string expected = log_of(whole, {stream}, treatment);
      for (std::size_t piece = 1; piece < stream.size(); ++piece) {
        Framer framer = framer_with(digests);
        BOOST_REQUIRE_EQUAL(log_of(framer, cut(stream, piece), treatment), expected);
        BOOST_REQUIRE_EQUAL(framer.held_bytes(), 0u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_cut_anywhere_gives_the_same_steps) {
  for (const Digests digests : kAllDigests) {
    const Bytes stream = stream_of_five(digests);
    for (const Treatment treatment : kTreatments) {
      Framer whole = framer_with(digests);
      const std::string expected = log_of(whole, {stream}, treatment);
      for (std::size_t at = 0; at <= stream.size(); ++at) {
        const auto middle = stream.begin() + static_cast<std::ptrdiff_t>(at);
        Framer framer = framer_with(digests);
        const std::vector<Bytes> halves = {Bytes(stream.begin(), middle),
                                           Bytes(middle, stream.end())};
        BOOST_REQUIRE_EQUAL(log_of(framer, halves, treatment), expected);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_pdu_whole_in_the_input_is_not_copied) {
  const Bytes stream = wire_pdu(1, {}, uneven(4096), {true, true});
  Framer framer = framer_with({true, true});
  Input input(stream);
  BOOST_TEST((framer.next(input).kind == Kind::header));
  const Framer::Step step = framer.next(input);
  BOOST_TEST((step.kind == Kind::pdu));
  BOOST_TEST(step.pdu.data.data() == stream.data() + kBhsBytes + kDigestBytes);
  BOOST_TEST(input.empty());
}

BOOST_AUTO_TEST_CASE(a_header_is_told_before_its_data_has_arrived) {
  const Bytes stream = wire_pdu(1, {}, uneven(100), {});
  Framer framer = framer_with({});
  Input header = Input(stream).first(kBhsBytes);
  BOOST_TEST((framer.next(header).kind == Kind::header));
  BOOST_TEST((framer.next(header).kind == Kind::need_more));
  BOOST_TEST(framer.held_bytes() == kBhsBytes);
}

// libiscsi 1.19.0 (QEMU 7.2) and tgtd 1.0.85 with HeaderDigest=CRC32C, captured on loopback.
BOOST_AUTO_TEST_CASE(digests_of_other_peoples_software_are_right) {
  const Bytes command =
      hex("01c10000 00000000 00010000 00000000 1d5c821d 00000042 7fded1a0 00000004"
          "12000000 42000000 00000000 00000000 7acca969");
  const Bytes data_in =
      hex("25810000 00000042 00000000 00000000 1d5c821d ffffffff 00000004 7fded1a1"
          "7fded221 00000000 00000000 00000000 7d198507 00000512 3d000002 49455420"
          "20202020 56495254 55414c2d 4449534b 20202020 30303031 00000000 00000000"
          "00000000 00000000 00000000 000004c0 09600300 00000000");
  Framer framer = framer_with({true, false});
  Input input(command);
  BOOST_TEST((framer.next(input).kind == Kind::header));
  BOOST_TEST((framer.next(input).kind == Kind::pdu));
  input = data_in;
  BOOST_TEST((framer.next(input).kind == Kind::header));
  const Framer::Step step = framer.next(input);
  BOOST_TEST((step.kind == Kind::pdu));
  BOOST_TEST(step.pdu.data.size() == 66u);
  BOOST_TEST(input.empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_bit_under_the_header_digest_loses_the_stream) {
  const Bytes stream = wire_pdu(1, two_ahs(), uneven(5), {true, true});
  const std::size_t header_bytes = kBhsBytes + two_ahs().size() + kDigestBytes;
  for (std::size_t at = 0; at < header_bytes; ++at) {
    if (at == 4) continue;  // TotalAHSLength moves the digest itself
    Bytes wrong = stream;
    wrong[at] ^= std::byte{0x10};
    Framer framer = framer_with({true, true});
    BOOST_REQUIRE_EQUAL(log_of(framer, {wrong}, Treatment::keep), "HD");
    Input more(stream);
    BOOST_REQUIRE((framer.next(more).kind == Kind::header_digest_error));
    BOOST_REQUIRE_EQUAL(framer.held_bytes(), 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_bit_under_the_data_digest_is_told_and_the_stream_goes_on) {
  const Bytes first = wire_pdu(1, {}, uneven(5), {true, true});
  const Bytes second = wire_pdu(2, {}, uneven(3), {true, true});
  for (std::size_t at = kBhsBytes + kDigestBytes; at < first.size();
       ++at) {  // data, padding, digest
    Bytes wrong = first;
    wrong[at] ^= std::byte{0x01};
    wrong.insert(wrong.end(), second.begin(), second.end());
    for (const Treatment treatment : {Treatment::keep, Treatment::elsewhere}) {
      for (const std::size_t piece : {std::size_t{1}, wrong.size()}) {
        Framer framer = framer_with({true, true});
        const std::string log = log_of(framer, cut(wrong, piece), treatment);
        BOOST_REQUIRE_MESSAGE(log.starts_with("h1/0/ dd1/0/"), log);
        BOOST_REQUIRE_MESSAGE(log.ends_with("h2/0/ p2/0/01080f\n"), log);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_data_has_no_data_digest) {
  const Bytes stream = wire_pdu(1, {}, {}, {false, true});
  BOOST_TEST(stream.size() == kBhsBytes);
  Framer framer = framer_with({false, true});
  BOOST_TEST(log_of(framer, {stream}, Treatment::keep) == "h1/0/ p1/0/\n");
}

BOOST_AUTO_TEST_CASE(digests_change_with_the_next_pdu) {
  Framer framer = framer_with({});
  const Bytes plain = wire_pdu(1, {}, uneven(5), {});
  Input input(plain);
  BOOST_TEST((framer.next(input).kind == Kind::header));
  framer.set_digests(true, true);  // the data of this PDU still comes without
  BOOST_TEST((framer.next(input).kind == Kind::pdu));
  BOOST_TEST(log_of(framer, {wire_pdu(2, {}, uneven(5), {true, true})}, Treatment::keep) ==
             "h2/0/ p2/0/01080f161d\n");
}

BOOST_AUTO_TEST_CASE(data_at_the_limit_passes_and_one_byte_more_is_a_violation) {
  const FramerLimits limits{.data_segment_bytes_max = 16};
  Framer fits = framer_with({}, limits);
  BOOST_TEST(
      log_of(fits, {wire_pdu(1, {}, uneven(16), {})}, Treatment::keep).starts_with("h1/0/ p1"));
  Framer framer = framer_with({}, limits);
  const Bytes stream = wire_pdu(1, {}, uneven(17), {});
  Input input(stream);
  const Framer::Step step = framer.next(input);
  BOOST_TEST((step.kind == Kind::violation));
  BOOST_TEST(step.error.field == "DataSegmentLength");
  BOOST_TEST(step.error.section == "RFC 7143 §13.12");
  BOOST_TEST(step.error.byte_offset == 5u);
  const Framer::Step again = framer.next(input);
  BOOST_TEST((again.kind == Kind::violation));
  BOOST_TEST(again.error.field == "DataSegmentLength");
}

BOOST_AUTO_TEST_CASE(too_long_ahs_are_a_violation) {
  const Bytes stream = wire_pdu(1, two_ahs(), {}, {});
  Framer framer = framer_with({}, {.data_segment_bytes_max = 16, .ahs_bytes_max = 16});
  BOOST_TEST(log_of(framer, {stream}, Treatment::keep) == "V TotalAHSLength");
}

BOOST_AUTO_TEST_CASE(limits_change_before_the_next_header) {
  Framer framer = framer_with({}, {.data_segment_bytes_max = 4});
  framer.set_limits({.data_segment_bytes_max = 5});
  BOOST_TEST(
      log_of(framer, {wire_pdu(1, {}, uneven(5), {})}, Treatment::keep).starts_with("h1/0/ p1"));
}

BOOST_AUTO_TEST_CASE(held_bytes_count_what_has_arrived_of_a_partial_pdu) {
  const Bytes stream = wire_pdu(1, {}, uneven(8), {});
  Framer framer = framer_with({});
  BOOST_TEST(framer.held_bytes() == 0u);
  for (std::size_t n = 1; n <= stream.size(); ++n) {
    Input one = Input(stream).subspan(n - 1, 1);
    Framer::Step step = framer.next(one);
    if (step.kind == Kind::header) step = framer.next(one);
    BOOST_TEST(framer.held_bytes() == (n == stream.size() ? 0 : n));
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_whatever_end_in_a_step) {
  std::uint32_t state = 12345;
  for (int round = 0; round < 2000; ++round) {
    Bytes noise(200);
    for (std::byte& byte : noise) {
      state = state * 1664525u + 1013904223u;
      byte = static_cast<std::byte>(state >> 24);
    }
    Framer framer = framer_with(kAllDigests[round % 4], {.data_segment_bytes_max = 0x40'0000});
    static_cast<void>(
        log_of(framer, cut(noise, 1 + static_cast<std::size_t>(round) % 77), Treatment::keep));
    BOOST_REQUIRE(framer.held_bytes() <= noise.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
