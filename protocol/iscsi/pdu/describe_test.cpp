#include "protocol/iscsi/pdu/describe.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/any_pdu.hpp"

namespace lunsim::pdu {
namespace {

// A PDU from hex: header, then data; AHSs are cut off by TotalAHSLength.
struct Parsed {
  explicit Parsed(std::string_view hex) {
    const auto bytes = bytes::from_hex(hex);
    BOOST_REQUIRE(bytes.has_value() && bytes->size() >= kBhsBytes);
    all = *bytes;
    std::copy_n(all.begin(), kBhsBytes, bhs.begin());
  }
  PduView view() const {
    const std::span<const std::byte> rest = std::span(all).subspan(kBhsBytes);
    return {bhs, rest.first(ahs_bytes_of(bhs)), rest.subspan(ahs_bytes_of(bhs))};
  }
  std::vector<std::byte> all;
  BhsBytes bhs{};
};

const Parsed kRead10(
    "01c10000 00000000 00010000 00000000 00000005 00001000 00000007 00000003"
    "28000000 00000000 08000000 00000000");
const Parsed kCheckCondition(
    "21800002 00000014 00000000 00000000 3b135301 00000000 00000001 35f77c87"
    "35f77d07 00000000 00000000 00000000"
    "00127000 06000000 000a0000 00002900 00000000");

bool contains(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE(text);
  return found;
}

BOOST_AUTO_TEST_SUITE(pdu_in_words)

BOOST_AUTO_TEST_CASE(a_command_in_one_line) {
  BOOST_TEST(summary(kRead10.view()) ==
             "SCSI Command READ(10) LUN 1 ITT 00000005 CmdSN 7 ExpStatSN 3 EDTL 4096 [FR]");
}

BOOST_AUTO_TEST_CASE(a_response_in_one_line) {
  const std::string line = summary(kCheckCondition.view());
  BOOST_TEST(contains(line, "SCSI Response"));
  BOOST_TEST(contains(line, "CHECK CONDITION"));
  BOOST_TEST(contains(line, "20 bytes"));
  BOOST_TEST(line.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(data_in_without_s_tells_no_status) {
  BhsBytes bhs;
  encode(DataIn{.has_status = false, .status = 2}, bhs);
  BOOST_TEST(summary({bhs, {}, {}}).find("CHECK") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_command_field_by_field) {
  const std::string text = describe(kRead10.view());
  BOOST_TEST(text.starts_with("SCSI Command (01h), RFC 7143 §11.3\n"));
  BOOST_TEST(contains(text, "Expected Data Transfer Length (EDTL)"));
  BOOST_TEST(contains(text, "4096"));
  BOOST_TEST(contains(text, "simple"));
  BOOST_TEST(contains(text, "READ(10)"));
  BOOST_TEST(!contains(text, "reserved1"));
  BOOST_TEST(!contains(text, "violation"));
}

BOOST_AUTO_TEST_CASE(sense_data_is_explained) {
  const std::string text = describe(kCheckCondition.view());
  BOOST_TEST(contains(text, "SenseLength"));
  BOOST_TEST(contains(text, "POWER ON, RESET, OR BUS DEVICE RESET OCCURRED"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_its_section) {
  Parsed wrong = kRead10;
  wrong.bhs[1] = std::byte{0xC7};
  BOOST_TEST(
      contains(describe(wrong.view()),
               "violation: the task attribute is reserved (RFC 7143 §11.3.1, byte 1, ATTR)"));
}

BOOST_AUTO_TEST_CASE(reserved_bits_show_only_when_they_are_set) {
  Parsed dirty = kRead10;
  dirty.bhs[2] = std::byte{0x80};
  BOOST_TEST(contains(describe(dirty.view()), "8000h  (not zero; ignored)"));
}

BOOST_AUTO_TEST_CASE(text_keys_are_lines_and_cannot_write_to_the_terminal) {
  BhsBytes bhs;
  encode(TextRequest{.initiator_task_tag = InitiatorTaskTag{1}, .data_segment_bytes = 25}, bhs);
  constexpr std::string_view kText("SendTargets=All\0X-a=\x1b[2J\n", 26);
  const std::string text = describe({bhs, {}, std::as_bytes(std::span(kText))});
  BOOST_TEST(contains(text, "  SendTargets=All\n"));
  BOOST_TEST(contains(text, "  X-a=\\x1b[2J\\x0a\n"));
  BOOST_TEST(contains(text, "announces 25 bytes of data, 26 are here"));
}

BOOST_AUTO_TEST_CASE(a_rejected_header_is_explained) {
  BhsBytes bhs;
  encode(Reject{.data_segment_bytes = 48}, bhs);
  const std::string text = describe({bhs, {}, kRead10.bhs});
  BOOST_TEST(contains(text, "protocol error"));
  BOOST_TEST(contains(text, "the rejected header: SCSI Command"));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_described) {
  std::uint32_t state = 99;
  for (int round = 0; round < 3000; ++round) {
    BhsBytes bhs;
    std::vector<std::byte> rest(static_cast<std::size_t>(round % 90));
    const auto draw = [&] {
      state = state * 1664525u + 1013904223u;
      return static_cast<std::byte>(state >> 24);
    };
    for (std::byte& byte : bhs) byte = draw();
    for (std::byte& byte : rest) byte = draw();
    BOOST_REQUIRE(!describe({bhs, rest, rest}).empty());
    const std::string line = summary({bhs, rest, rest});
    BOOST_REQUIRE(!line.empty() && line.size() < 600);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
