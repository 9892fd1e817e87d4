#include "scenarios/engine/matcher.hpp"

#include <boost/test/unit_test.hpp>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"

namespace scenarios = lunsim::scenarios;
using scenarios::Matcher;
using scenarios::Names;
using scenarios::Seen;
using scenarios::Shape;

namespace {

const Shape kNumber{};
const Shape kStatus{.kind = Shape::Kind::number,
                    .names = Names::scsi_status,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kText{.kind = Shape::Kind::text,
                  .names = Names::none,
                  .fields = {},
                  .element = nullptr,
                  .is_buffer = false};
const Shape kBuffer{.kind = Shape::Kind::record,
                    .names = Names::none,
                    .fields = {{"lba", &kNumber}, {"name", &kText}},
                    .element = nullptr,
                    .is_buffer = true};
const Shape kList{.kind = Shape::Kind::list,
                  .names = Names::none,
                  .fields = {},
                  .element = &kNumber,
                  .is_buffer = false};

Matcher matcher(const std::string& yaml, const Shape& shape) {
  scenarios::Problems problems;
  const scenarios::Node node = scenarios::read_yaml("v: " + yaml, "t", problems);
  Matcher out = scenarios::read_matcher(*node.find("v"), shape, problems);
  for (const auto& problem : problems.kept()) BOOST_ERROR(to_string(problem));
  return out;
}
bool matches(const std::string& yaml, const Shape& shape, const Seen& seen,
             const scenarios::Variables& variables = {}) {
  return !mismatch(matcher(yaml, shape), seen, variables).has_value();
}
Seen list_of(std::initializer_list<std::uint64_t> values) {
  Seen out;
  out.kind = Seen::Kind::list;
  for (const std::uint64_t value : values) out.items.push_back(Seen::of_number(value));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(matcher_sets)

BOOST_AUTO_TEST_CASE(numbers_match_literals_names_and_bounds) {
  BOOST_TEST(matches("8", kNumber, Seen::of_number(8)));
  BOOST_TEST(matches("2Ah", kNumber, Seen::of_number(42)));
  BOOST_TEST(!matches("0x2B", kNumber, Seen::of_number(42)));
  BOOST_TEST(matches("CHECK CONDITION", kStatus, Seen::of_number(2)));
  BOOST_TEST(matches("{at_least: 18}", kNumber, Seen::of_number(18)));
  BOOST_TEST(!matches("{above: 18}", kNumber, Seen::of_number(18)));
  BOOST_TEST(!matches("{below: 18}", kNumber, Seen::of_number(18)));
  BOOST_TEST(matches("{at_most: 18}", kNumber, Seen::of_number(18)));
  BOOST_TEST(matches("{between: [17, 19]}", kNumber, Seen::of_number(19)));
  BOOST_TEST(!matches("{between: [17, 19]}", kNumber, Seen::of_number(20)));
  BOOST_TEST(matches("{one_of: [1, {above: 100}]}", kNumber, Seen::of_number(101)));
  BOOST_TEST(!matches("{not: 5}", kNumber, Seen::of_number(5)));
  BOOST_TEST(matches("any", kNumber, Seen::absent_because("x")));
  BOOST_TEST(!matches("0", kNumber, Seen::absent_because("x")));
}

BOOST_AUTO_TEST_CASE(variables_stand_for_numbers) {
  const scenarios::Variables variables{{"need", {100, {}}}};
  BOOST_TEST(matches("$need", kNumber, Seen::of_number(100), variables));
  BOOST_TEST(matches("{below: $need+8}", kNumber, Seen::of_number(107), variables));
  BOOST_TEST(!matches("$need-1", kNumber, Seen::of_number(100), variables));
  BOOST_TEST(!matches("$other", kNumber, Seen::of_number(100), variables));
}

BOOST_AUTO_TEST_CASE(untouched_compares_with_what_was_there) {
  Seen number = Seen::of_number(5);
  number.has_before = true;
  number.number_before = 5;
  BOOST_TEST(matches("unchanged", kNumber, number));
  number.number = 6;
  BOOST_TEST(!matches("unchanged", kNumber, number));
  Seen buffer;
  buffer.is_buffer = true;
  buffer.bytes = buffer.before = std::vector<std::byte>(4, std::byte{0xA5});
  BOOST_TEST(matches("untouched", kBuffer, buffer));
  buffer.bytes[3] = std::byte{0};
  BOOST_TEST(!matches("untouched", kBuffer, buffer));
}

BOOST_AUTO_TEST_CASE(records_match_field_by_field) {
  Seen seen;
  seen.kind = Seen::Kind::record;
  seen.add("lba", Seen::of_number(7));
  seen.add("name", Seen::of_text("ACME Disk"));
  BOOST_TEST(matches("{lba: 7}", kBuffer, seen));
  BOOST_TEST(matches("{lba: {below: 8}, name: ACME*}", kBuffer, seen));
  BOOST_TEST(!matches("{lba: 7, name: other}", kBuffer, seen));
  BOOST_TEST(!matches("{lba: 7}", kBuffer, Seen::absent_because("the call failed")));
}

BOOST_AUTO_TEST_CASE(bytes_match_whole_or_by_their_beginning) {
  Seen seen = Seen::of_bytes({std::byte{0x70}, std::byte{0}, std::byte{5}});
  BOOST_TEST(matches("{hex: 70 00 05}", kBuffer, seen));
  BOOST_TEST(!matches("{hex: 70 00}", kBuffer, seen));
  BOOST_TEST(matches("{starts_with: 70 00}", kBuffer, seen));
  BOOST_TEST(!matches("zeros", kBuffer, seen));
}

BOOST_AUTO_TEST_CASE(lists_match_in_order_by_content_or_count) {
  BOOST_TEST(matches("[0, 1, 300]", kList, list_of({0, 1, 300})));
  BOOST_TEST(!matches("[0, 1]", kList, list_of({0, 1, 300})));
  BOOST_TEST(matches("{contains: [300, 0]}", kList, list_of({0, 1, 300})));
  BOOST_TEST(!matches("{contains: [2]}", kList, list_of({0, 1, 300})));
  BOOST_TEST(matches("{count: {at_least: 3}}", kList, list_of({0, 1, 300})));
  BOOST_TEST(matches("[]", kList, list_of({})));
}

BOOST_AUTO_TEST_CASE(bounds_reject_what_lies_one_beside_them) {
  BOOST_TEST(!matches("{at_least: 18}", kNumber, Seen::of_number(17)));
  BOOST_TEST(!matches("{at_most: 18}", kNumber, Seen::of_number(19)));
  BOOST_TEST(matches("{below: 18}", kNumber, Seen::of_number(17)));
  BOOST_TEST(!matches("{below: 18}", kNumber, Seen::of_number(19)));
  BOOST_TEST(matches("{above: 18}", kNumber, Seen::of_number(19)));
  BOOST_TEST(!matches("{above: 18}", kNumber, Seen::of_number(17)));
  BOOST_TEST(matches("{between: [17, 19]}", kNumber, Seen::of_number(17)));
  BOOST_TEST(!matches("{between: [17, 19]}", kNumber, Seen::of_number(16)));
  BOOST_TEST(!matches("{one_of: [1, {above: 100}]}", kNumber, Seen::of_number(100)));
  for (const char* set : {"{at_least: 0}", "{at_most: 9}", "{below: 9}", "{between: [0, 9]}"})
    BOOST_TEST(!matches(set, kNumber, Seen::absent_because("NULL was passed")), set);
}

BOOST_AUTO_TEST_CASE(negation_says_nothing_of_what_is_not_there) {
  BOOST_TEST(matches("{not: 5}", kNumber, Seen::of_number(6)));
  BOOST_TEST(!matches("{not: {one_of: [5, 6]}}", kNumber, Seen::of_number(6)));
  BOOST_TEST(!matches("{not: 5}", kNumber, Seen::absent_because("NULL was passed")));
  BOOST_TEST(!matches("{not: $typo}", kNumber, Seen::of_number(6)));
  BOOST_TEST(!matches("{not: {between: [9, $typo]}}", kNumber, Seen::of_number(6)));
  BOOST_TEST(!matches("{not: untouched}", kBuffer, Seen::absent_because("NULL was passed")));
  Seen failed = Seen::absent_because("the call failed");
  failed.is_buffer = true;
  failed.bytes = {std::byte{1}};
  failed.before = {std::byte{0xA5}};
  BOOST_TEST(matches("{not: untouched}", kBuffer, failed));
  failed.bytes = failed.before;
  BOOST_TEST(!matches("{not: untouched}", kBuffer, failed));
}

BOOST_AUTO_TEST_CASE(untouched_rejects_what_has_no_before) {
  BOOST_TEST(!matches("untouched", kBuffer, Seen::absent_because("NULL was passed")));
  BOOST_TEST(!matches("untouched", kNumber, Seen::of_number(5)));
  Seen empty = Seen::absent_because("the call failed");
  empty.is_buffer = true;
  BOOST_TEST(matches("untouched", kBuffer, empty));
}

BOOST_AUTO_TEST_CASE(zeros_are_zeros_and_at_least_one) {
  BOOST_TEST(matches("zeros", kBuffer, Seen::of_bytes({std::byte{0}, std::byte{0}})));
  BOOST_TEST(!matches("zeros", kBuffer, Seen::of_bytes({std::byte{0}, std::byte{1}})));
  BOOST_TEST(!matches("zeros", kBuffer, Seen::of_bytes({})));
}

BOOST_AUTO_TEST_CASE(text_matches_in_its_very_case_and_by_globs) {
  const auto text = [](const char* value) { return Seen::of_text(value); };
  BOOST_TEST(matches("ACME", kText, text("ACME")));
  BOOST_TEST(!matches("ACME", kText, text("acme")));
  BOOST_TEST(!matches("ACME", kText, text("ACMEX")));
  BOOST_TEST(!matches("ACME", kText, text("")));
  BOOST_TEST(matches("A*E?", kText, text("ACME1")));
  BOOST_TEST(!matches("A*E?", kText, text("ACME")));
  BOOST_TEST(!matches("a*", kText, text("ACME")));
  BOOST_TEST(matches("'*'", kText, text("")));
  BOOST_TEST(!matches("''", kText, text("ACME")));
  BOOST_TEST(matches("''", kText, text("")));
  BOOST_TEST(!matches("'*'", kText, Seen::absent_because("NULL")));
}

BOOST_AUTO_TEST_CASE(lists_and_records_reject_what_differs_in_one_place) {
  BOOST_TEST(!matches("[0, 300, 1]", kList, list_of({0, 1, 300})));
  BOOST_TEST(!matches("[0, 1, 300, 4]", kList, list_of({0, 1, 300})));
  BOOST_TEST(!matches("[]", kList, list_of({0})));
  BOOST_TEST(!matches("[]", kList, Seen::absent_because("the call failed")));
  BOOST_TEST(!matches("{contains: [0, 2]}", kList, list_of({0, 1, 300})));
  BOOST_TEST(!matches("{contains: [0]}", kList, list_of({})));
  BOOST_TEST(!matches("{count: 2}", kList, list_of({0, 1, 300})));
  BOOST_TEST(!matches("{count: 0}", kList, Seen::absent_because("the call failed")));
  Seen seen;
  seen.kind = Seen::Kind::record;
  seen.add("lba", Seen::of_number(7));
  BOOST_TEST(!matches("{lba: 8}", kBuffer, seen));
  BOOST_TEST(!matches("{lba: 7, name: '*'}", kBuffer, seen));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_too_few_or_differ_are_rejected) {
  const Seen seen = Seen::of_bytes({std::byte{0x70}, std::byte{0}});
  BOOST_TEST(!matches("{hex: 70 01}", kBuffer, seen));
  BOOST_TEST(!matches("{hex: 70 00 00}", kBuffer, seen));
  BOOST_TEST(!matches("{starts_with: 70 01}", kBuffer, seen));
  BOOST_TEST(!matches("{starts_with: 70 00 00}", kBuffer, seen));
}

BOOST_AUTO_TEST_CASE(return_codes_have_the_documented_values) {
  // Values from iscsierr.h and winerror.h as published.
  BOOST_TEST(scenarios::number_named("ISDSC_SCSI_REQUEST_FAILED", Names::return_code).value() ==
             0xEFFF001Du);
  BOOST_TEST(
      scenarios::number_named("ISDSC_OPERATION_NOT_ALL_SUCCESS", Names::return_code).value() ==
      0xAFFF002Eu);
  BOOST_TEST(scenarios::number_named("ERROR_INSUFFICIENT_BUFFER", Names::return_code).value() ==
             122u);
  BOOST_TEST(scenarios::return_codes().size() >= 104u + 29u);
}

BOOST_AUTO_TEST_SUITE_END()
