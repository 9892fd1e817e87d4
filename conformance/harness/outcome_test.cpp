#include <boost/test/unit_test.hpp>

#include "conformance/harness/outcome.hpp"
#include "conformance/harness/selection.hpp"
#include "conformance/harness/target_url.hpp"

namespace lunsim::conform {
namespace {

Seen login_response(std::uint8_t status_class, std::uint8_t detail, const Pairs& pairs = {}) {
  Seen seen;
  seen.kind = Seen::Kind::pdu;
  seen.pdu = RawPdu(pdu::Opcode::login_response);
  seen.pdu.set("Status-Class", status_class).set("Status-Detail", detail);
  if (!pairs.empty()) seen.pdu.with_text(pairs);
  return seen;
}

bool is_one(const Outcome& outcome, const Seen& seen) {
  return outcome.objection(seen).what.empty();
}

BOOST_AUTO_TEST_SUITE(outcomes)

BOOST_AUTO_TEST_CASE(a_refusal_is_told_from_another_and_by_its_field) {
  BOOST_TEST(is_one(login_refused(2, {1}), login_response(2, 1)));
  BOOST_TEST(login_refused(2, {1}).objection(login_response(2, 2)).field == "Status-Detail");
  BOOST_TEST(login_refused(2).objection(login_response(3, 0)).field == "Status-Class");
  BOOST_TEST(!is_one(login_refused(), login_response(0, 0)));
}

BOOST_AUTO_TEST_CASE(an_end_and_silence_are_two_things) {
  const Seen closed{.kind = Seen::Kind::closed, .pdu = {}, .detail = {}};
  BOOST_TEST(is_one(ends(), closed));
  BOOST_TEST(!is_one(silent(), closed));
  BOOST_TEST(is_one(silent(), Seen{}));
  BOOST_TEST(!is_one(ends(), Seen{}));
}

BOOST_AUTO_TEST_CASE(numbers_are_read_in_decimal_and_hexadecimal_and_whole) {
  const auto said = [](const std::string& value) { return login_response(0, 0, {{"A", value}}); };
  BOOST_TEST(is_one(answers_number("A", 1, 255), said("255")));
  BOOST_TEST(is_one(answers_number("A", 1, 255), said("0xFF")));
  BOOST_TEST(!is_one(answers_number("A", 1, 255), said("256")));
  BOOST_TEST(!is_one(answers_number("A", 1, 255), said("12 ")));
  BOOST_TEST(!is_one(answers_number("A", 1, 255), said("")));
  BOOST_TEST(!is_one(answers_number("A", 0, 255), said("-1")));
}

BOOST_AUTO_TEST_CASE(a_mark_points_at_the_key_that_decides) {
  const Seen seen = login_response(0, 0, {{"First", "1"}, {"Second", "22"}});
  const Mark mark = mark_of(seen, "Second");
  BOOST_TEST(mark.byte_offset == pdu::kBhsBytes + std::string("First=1").size() + 1);
  BOOST_TEST(mark.byte_count == std::string("Second=22").size());
  BOOST_TEST(mark_of(seen, "Status-Class").byte_offset == 36U);
  Exchange exchange;
  Frame frame;
  frame.kind = Frame::Kind::pdu;
  frame.pdu = seen.pdu;
  exchange.add(frame);
  BOOST_TEST(deciding_bytes(exchange, mark).ends_with("53 65 63 6f 6e 64 3d 32 32"));
}

BOOST_AUTO_TEST_CASE(a_mark_points_into_the_data) {
  Seen seen{.kind = Seen::Kind::pdu};
  seen.pdu = RawPdu(pdu::Opcode::data_in).with_data(1000, 0xA5);
  BOOST_TEST(mark_of(seen, "data").byte_offset == pdu::kBhsBytes);
  BOOST_TEST(mark_of(seen, "data").byte_count == 64U);
  const Mark two = mark_of(seen, "data+2:2");
  BOOST_TEST(two.byte_offset == pdu::kBhsBytes + 2);
  BOOST_TEST(two.byte_count == 2U);
  BOOST_TEST(mark_of(seen, "data+999:8").byte_count == 1U);
  BOOST_TEST(mark_of(seen, "DataSegmentLength").byte_offset == 5U);
  Exchange exchange;
  Frame frame;
  frame.kind = Frame::Kind::pdu;
  frame.pdu = seen.pdu;
  exchange.add(frame);
  BOOST_TEST(deciding_bytes(exchange, two) == "frame 1, byte 50, data: a5 a5");
  // Behind what is kept of the data the header stands for the PDU; it is never silent.
  BOOST_TEST(deciding_bytes(exchange, mark_of(seen, "data+999:1")).find("25 00") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_exchange_is_bounded) {
  Exchange exchange;
  for (std::size_t i = 0; i < Exchange::kFramesMax + 3; ++i) exchange.add({});
  BOOST_TEST(exchange.frames.size() == Exchange::kFramesMax);
  BOOST_TEST(exchange.left_out == 3U);
}

BOOST_AUTO_TEST_CASE(cases_are_selected_by_part_glob_and_negation) {
  BOOST_TEST(fits("login", "rfc7143/6.3/login_x"));
  BOOST_TEST(fits("rfc7143/6.*", "rfc7143/6.3/a"));
  BOOST_TEST(!fits("rfc7143/6.*", "rfc7143/16.3/a"));
  BOOST_TEST(fits("*a?c", "abc"));
  CaseList all(3);
  all[0].id = "s/1/a";
  all[1].id = "s/1/b";
  all[2].id = "s/2/a";
  BOOST_TEST(select(all, {.only = {"s/1", "!b"}, .levels = {}}).size() == 1U);
  BOOST_TEST(select(all, {.only = {"!b"}, .levels = {}}).size() == 2U);
  BOOST_TEST(select(all, {.only = {}, .levels = {Level::should}}).empty());
}

BOOST_AUTO_TEST_CASE(a_url_is_read_and_written_without_secrets) {
  const auto target = parse_target_url("iscsi://judge@10.0.0.1:13260/iqn.2026-01.test:tgt/3");
  BOOST_REQUIRE(target);
  BOOST_TEST(target->portal.port == 13260);
  BOOST_TEST(target->name == "iqn.2026-01.test:tgt");
  BOOST_TEST(target->lun == 3U);
  BOOST_TEST(url_of(*target) == "iscsi://judge@10.0.0.1:13260/iqn.2026-01.test:tgt/3");
  BOOST_TEST(parse_target_url("iscsi://[::1]/IQN.2026-01.Test:tgt")->name ==
             "iqn.2026-01.test:tgt");
  for (const char* wrong : {"", "http://x/iqn.a", "iscsi://", "iscsi://h", "iscsi://h:99999/iqn.a",
                            "iscsi://h:0/iqn.a", "iscsi://::1:3260/iqn.a"})
    BOOST_TEST(!parse_target_url(wrong), wrong);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::conform
