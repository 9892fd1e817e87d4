#include "scenarios/trace/pdu_trace.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "protocol/bytes/crc32c.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"
#include "scenarios/trace/ladder.hpp"

namespace lunsim::scenarios {
namespace {

using Bytes = std::vector<std::byte>;
using Kind = TraceEntry::Kind;

Bytes bytes_of(std::string_view text) {
  Bytes out(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) out[i] = static_cast<std::byte>(text[i]);
  return out;
}

struct Digests {
  bool header = false, data = false;
};

void append_digest(Bytes& out, std::span<const std::byte> covered, bool right = true) {
  std::array<std::byte, pdu::kDigestBytes> digest{};
  bytes::store_digest(digest.data(), bytes::crc32c_by_table(covered) ^ (right ? 0u : 1u));
  out.insert(out.end(), digest.begin(), digest.end());
}

template <class Pdu>
Bytes wire(Pdu pdu, const Bytes& data = {}, Digests digests = {}, bool right = true,
           const Bytes& ahs = {}) {
  pdu.data_segment_bytes = static_cast<std::uint32_t>(data.size());
  pdu.total_ahs_words = static_cast<std::uint8_t>(ahs.size() / 4);
  pdu::BhsBytes bhs;
  encode(pdu, bhs);
  Bytes out(bhs.begin(), bhs.end());
  out.insert(out.end(), ahs.begin(), ahs.end());
  if (digests.header) append_digest(out, Bytes(out), right);
  Bytes padded = data;
  padded.resize(data.size() + pdu::padding_of(data.size()), std::byte{0x5A});
  out.insert(out.end(), padded.begin(), padded.end());
  if (digests.data && !data.empty()) append_digest(out, padded, right);
  return out;
}

Bytes login_request(std::string_view text, bool continues = false) {
  return wire(pdu::LoginRequest{.transit = !continues,
                                .continues = continues,
                                .current_stage = pdu::Stage::login_operational_negotiation,
                                .next_stage = pdu::Stage::full_feature_phase},
              bytes_of(text));
}
Bytes login_response(std::string_view text, std::uint8_t status_class = 0) {
  return wire(pdu::LoginResponse{.transit = true,
                                 .current_stage = pdu::Stage::login_operational_negotiation,
                                 .next_stage = pdu::Stage::full_feature_phase,
                                 .status_class = status_class},
              bytes_of(text));
}
Bytes ping(std::uint32_t tag, std::string_view data = {}, Digests digests = {}, bool right = true,
           const Bytes& ahs = {}) {
  return wire(pdu::NopOut{.initiator_task_tag = InitiatorTaskTag{tag}}, bytes_of(data), digests,
              right, ahs);
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

using namespace std::string_view_literals;
constexpr std::string_view kOffer = "HeaderDigest=CRC32C,None\0DataDigest=CRC32C\0"sv;
constexpr std::string_view kAnswer = "HeaderDigest=CRC32C\0DataDigest=CRC32C\0"sv;

/// A trace of connection 1, fed in pieces of at most `piece` bytes, a nanosecond each.
struct Watched {
  explicit Watched(std::size_t piece_bytes = SIZE_MAX, std::size_t kept = 4096)
      : piece(piece_bytes),
        trace([this](TraceEntry entry) { entries.push_back(std::move(entry)); }, {kept}) {
    trace.opened(1, {"10.0.0.1", 49152}, {"10.0.0.10", 3260}, now);
  }
  void carry(bool from_opener, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto n = std::min(piece, bytes.size());
      now = now + runtime::Duration(1);
      trace.carried(1, from_opener, bytes.first(n), now);
      bytes = bytes.subspan(n);
    }
  }
  void log_in(std::string_view offer, std::string_view answer) {
    carry(true, login_request(offer));
    carry(false, login_response(answer));
    entries.clear();
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const TraceEntry& entry : entries)
      out.push_back((entry.from_opener ? "> " : "< ") + entry.name());
    return out;
  }
  std::size_t piece;
  runtime::TimePoint now{};
  std::vector<TraceEntry> entries;
  PduTrace trace;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pdu_trace)

BOOST_AUTO_TEST_CASE(a_story_is_told_the_same_however_it_is_split) {
  for (const std::size_t piece :
       {SIZE_MAX, std::size_t{1}, std::size_t{7}, std::size_t{48}, std::size_t{49}}) {
    Watched watched(piece);
    const Digests both{true, true};
    watched.carry(true, login_request(kOffer));
    watched.carry(false, login_response(kAnswer));
    watched.carry(true, ping(1, "abcde", both) + ping(2, {}, both, true, Bytes(8)));
    watched.trace.closed(1, true, false, watched.now);
    const std::vector<std::string> expected{"> opened",  "> Login Request", "< Login Response",
                                            "> NOP-Out", "> NOP-Out",       "> closed"};
    BOOST_TEST(watched.lines() == expected, boost::test_tools::per_element());
    const StreamPart& first = watched.entries[3].part;
    BOOST_TEST((first.header_digest == DigestState::right));
    BOOST_TEST((first.data_digest == DigestState::right));
    BOOST_TEST((first.data == bytes_of("abcde")));
    const StreamPart& second = watched.entries[4].part;
    BOOST_TEST(second.ahs.size() == 8u);
    BOOST_TEST(second.bytes == 48u + 8 + 4);
    BOOST_TEST(second.offset == first.offset + first.bytes);
    BOOST_TEST(watched.trace.pdus() == 4u);
  }
}

BOOST_AUTO_TEST_CASE(times_are_those_of_the_first_and_the_last_byte) {
  Watched watched(10);
  watched.carry(true, ping(1) + ping(2));
  BOOST_TEST_REQUIRE(watched.entries.size() == 3u);
  BOOST_TEST(watched.entries[1].began_at.since_start_ns == 1);
  BOOST_TEST(watched.entries[1].at.since_start_ns == 5);
  BOOST_TEST(watched.entries[2].began_at.since_start_ns == 5);
  BOOST_TEST(watched.entries[2].at.since_start_ns == 10);
}

BOOST_AUTO_TEST_CASE(digests_are_those_that_were_answered) {
  Watched none;
  none.log_in(kOffer, "HeaderDigest=None\0DataDigest=None\0"sv);
  none.carry(true, ping(1, "abcd"));
  BOOST_TEST_REQUIRE(none.entries.size() == 1u);
  BOOST_TEST((none.entries[0].part.header_digest == DigestState::absent));

  Watched data_only;
  data_only.log_in("DataDigest=CRC32C\0"sv, "DataDigest=CRC32C\0"sv);
  data_only.carry(true, ping(1, "abcd", {false, true}) + ping(2));
  BOOST_TEST_REQUIRE(data_only.entries.size() == 2u);
  BOOST_TEST((data_only.entries[0].part.data_digest == DigestState::right));
  BOOST_TEST((data_only.entries[0].part.header_digest == DigestState::absent));

  Watched unanswered;
  unanswered.log_in(kOffer, {});
  unanswered.carry(true, ping(1));
  BOOST_TEST(unanswered.entries.size() == 1u);
}

BOOST_AUTO_TEST_CASE(keys_may_be_spread_over_continued_requests) {
  Watched watched;
  watched.carry(true, login_request(kOffer.substr(0, 9), true) + login_request(kOffer.substr(9)));
  watched.carry(false, login_response(kAnswer));
  watched.carry(true, ping(1, "ab", {true, true}));
  BOOST_TEST((watched.entries.back().part.data_digest == DigestState::right));
}

BOOST_AUTO_TEST_CASE(a_login_that_failed_switches_nothing) {
  Watched watched;
  watched.carry(true, login_request(kOffer));
  watched.carry(false, login_response(kAnswer, 2));
  watched.carry(true, login_request(kOffer));
  BOOST_TEST((watched.entries.back().part.header_digest == DigestState::absent));
  BOOST_TEST(watched.entries.back().name() == "Login Request");
}

BOOST_AUTO_TEST_CASE(a_wrong_digest_is_noted_and_the_stream_goes_on) {
  Watched watched;
  watched.log_in(kOffer, kAnswer);
  watched.carry(true, ping(1, "ab", {true, true}, false) + ping(2, "cd", {true, true}));
  BOOST_TEST_REQUIRE(watched.entries.size() == 2u);
  BOOST_TEST((watched.entries[0].part.header_digest == DigestState::wrong));
  BOOST_TEST((watched.entries[0].part.data_digest == DigestState::wrong));
  BOOST_TEST(watched.entries[0].summary().ends_with("header digest wrong, data digest wrong"));
  BOOST_TEST((watched.entries[1].part.header_digest == DigestState::right));
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_no_iscsi_is_kept_as_bytes) {
  for (const std::size_t piece : {SIZE_MAX, std::size_t{1}}) {
    Watched watched(piece, 64);
    const Bytes text = bytes_of("GET / HTTP/1.1\r\n" + std::string(100, 'x'));
    watched.carry(true, text);
    watched.trace.closed(1, true, true, watched.now);
    const std::vector<std::string> expected{"> opened", "> bytes that are no PDU", "> reset"};
    BOOST_TEST(watched.lines() == expected, boost::test_tools::per_element());
    const StreamPart& part = watched.entries[1].part;
    BOOST_TEST(part.data_bytes == 116u);
    BOOST_TEST(part.bytes == 116u);
    BOOST_TEST((part.data == Bytes(text.begin(), text.begin() + 64)));
  }
}

BOOST_AUTO_TEST_CASE(a_pdu_that_was_cut_is_kept_as_bytes) {
  const Bytes whole = ping(1, "abcdefgh", {true, true}, true, Bytes(4, std::byte{9}));
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    Watched watched;
    watched.log_in(kOffer, kAnswer);
    watched.carry(true, std::span(whole).first(cut));
    BOOST_TEST(watched.entries.empty());
    watched.trace.finish();
    BOOST_TEST_REQUIRE(watched.entries.size() == 1u);
    const StreamPart& part = watched.entries[0].part;
    BOOST_TEST(!part.is_pdu);
    BOOST_TEST((part.data == Bytes(whole.begin(), whole.begin() + static_cast<int>(cut))));
  }
}

BOOST_AUTO_TEST_CASE(one_unknown_kind_is_framed_and_two_in_a_row_lose_the_stream) {
  Bytes unknown = ping(7, "abcd");
  unknown[0] = std::byte{0x1E};
  Watched once;
  once.carry(true, ping(1) + unknown + ping(2));
  const std::vector<std::string> expected{"> opened", "> NOP-Out", "> unknown opcode 1Eh",
                                          "> NOP-Out"};
  BOOST_TEST(once.lines() == expected, boost::test_tools::per_element());

  Watched twice;
  twice.carry(true, ping(1) + unknown + unknown + ping(2));
  twice.trace.finish();
  BOOST_TEST(twice.entries.back().part.data_bytes == 52u + 48);
  BOOST_TEST(twice.entries.back().part.offset == 48u + 52);
}

BOOST_AUTO_TEST_CASE(data_is_kept_up_to_a_bound) {
  Watched watched(SIZE_MAX, 16);
  watched.log_in({}, {});
  watched.carry(true, ping(1, std::string(100'000, 'x')));
  const StreamPart& part = watched.entries.back().part;
  BOOST_TEST(part.data.size() == 16u);
  BOOST_TEST(part.data_bytes == 100'000u);
  BOOST_TEST(part.is_cut_short());
}

BOOST_AUTO_TEST_CASE(the_summary_says_what_and_between_whom) {
  Watched watched;
  watched.carry(true, ping(5));
  BOOST_TEST(watched.entries[0].summary() == "opened 10.0.0.1:49152 to 10.0.0.10:3260");
  BOOST_TEST(watched.entries[1].summary().starts_with("NOP-Out"));
  watched.trace.closed(1, false, true, watched.now);
  BOOST_TEST(watched.entries[2].summary() == "reset by the target");
}

BOOST_AUTO_TEST_CASE(a_ladder_keeps_both_ends_and_counts_the_rest) {
  Ladder ladder(2, 3);
  for (std::uint64_t i = 1; i <= 9; ++i) {
    TraceEntry entry;
    entry.number = i;
    ladder.add(std::move(entry));
  }
  BOOST_TEST(ladder.left_out() == 4u);
  std::vector<std::uint64_t> kept;
  for (const TraceEntry& entry : ladder.take()) kept.push_back(entry.number);
  const std::vector<std::uint64_t> expected{1, 2, 7, 8, 9};
  BOOST_TEST(kept == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::scenarios
