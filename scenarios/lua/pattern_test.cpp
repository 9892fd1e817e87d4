#include "scenarios/lua/pattern.hpp"

#include <boost/test/unit_test.hpp>

namespace lunsim::lua {
namespace {

/// "begin-end[:capture...]" with begin and end from 1 as string.find tells them; "nil"; or the
/// error.
std::string found(std::string_view subject, std::string_view text) {
  const Pattern pattern(text);
  if (!pattern.error().empty()) return pattern.error();
  std::int64_t steps = 1'000'000;
  const PatternMatch match = pattern.search(subject, 0, steps);
  if (match.how == PatternMatch::End::too_deep) return "too deep";
  if (match.how != PatternMatch::End::matched) return "nil";
  std::string out = std::to_string(match.begin + 1) + "-" + std::to_string(match.end);
  for (std::size_t i = 0; i < match.capture_count; ++i) {
    const PatternMatch::Capture& capture = match.captures[i];
    out += ":";
    out += capture.is_position
               ? std::to_string(capture.begin + 1)
               : std::string(subject.substr(capture.begin, capture.end - capture.begin));
  }
  return out;
}

struct PatternRow {
  const char* subject;
  const char* pattern;
  const char* found;
};

void check_pattern_rows(std::initializer_list<PatternRow> rows) {
  for (const PatternRow& row : rows) {
    BOOST_TEST_INFO("find(\"" << row.subject << "\", \"" << row.pattern << "\")");
    BOOST_TEST(found(row.subject, row.pattern) == row.found);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lua_pattern)

BOOST_AUTO_TEST_CASE(plain_characters_and_the_dot_stand_for_themselves_and_for_any) {
  check_pattern_rows({{"hello", "ll", "3-4"},
                      {"hello", "l", "3-3"},
                      {"hello", "x", "nil"},
                      {"hello", "", "1-0"},
                      {"", "", "1-0"},
                      {"hello", "h.l", "1-3"},
                      {"a\nb", "a.b", "1-3"},
                      {"hello", "hello!", "nil"}});
}

BOOST_AUTO_TEST_CASE(classes_are_those_of_the_manual_and_capitals_their_complements) {
  check_pattern_rows({{"12ab", "%a", "3-3"},     {"ab12", "%d", "3-3"},     {"AbC", "%l", "2-2"},
                      {"abC", "%u", "3-3"},      {"a b", "%s", "2-2"},      {"ab.c", "%p", "3-3"},
                      {"..f", "%x", "3-3"},      {"..G", "%x", "nil"},      {"- _a", "%w", "4-4"},
                      {"a\tb", "%c", "2-2"},     {" \ta", "%g", "3-3"},     {"ab1", "%A", "3-3"},
                      {"12a", "%D", "3-3"},      {"ABc", "%U", "3-3"},      {"  x", "%S", "3-3"},
                      {"\xC3\xA9", "%a", "nil"}, {"\xC3\xA9", "%A", "1-1"}, {"a.b", "%.", "2-2"},
                      {"50%", "%%", "3-3"},      {"a-z", "%-", "2-2"}});
}

BOOST_AUTO_TEST_CASE(sets_have_ranges_classes_complements_and_brackets) {
  check_pattern_rows({{"xyz", "[yz]", "2-2"},
                      {"m5", "[0-9]", "2-2"},
                      {"abc", "[^a]", "2-2"},
                      {"a]b", "[]]", "2-2"},
                      {"]a", "[^]]", "2-2"},
                      {"a-b", "[a-]", "1-1"},
                      {"b-", "[a-]", "2-2"},
                      {"a^b", "[b^]", "2-2"},
                      {"a_1", "[%d_]", "2-2"},
                      {"x]", "[%]]", "2-2"},
                      {"-", "[%a-z]", "1-1"},
                      {"5", "[%a-z]", "nil"},
                      {"k", "[a-fk-m]", "1-1"},
                      {"%", "[%%]", "1-1"},
                      {"b", "[a-a]", "nil"},
                      {"abc", "[c-a]", "nil"}});
}

BOOST_AUTO_TEST_CASE(repetitions_are_greedy_except_the_minus) {
  check_pattern_rows({{"aaa", "a*", "1-3"},
                      {"baaa", "a*", "1-0"},
                      {"baaa", "a+", "2-4"},
                      {"<a><b>", "<.->", "1-3"},
                      {"<a><b>", "<.*>", "1-6"},
                      {"color", "colou?r", "1-5"},
                      {"colour", "colou?r", "1-6"},
                      {"aaab", "a-b", "1-4"},
                      {"aaa", "a-", "1-0"},
                      {"key = val", "^(%w+)%s*=%s*(%w+)$", "1-9:key:val"},
                      {"ab", "a?a?b", "1-2"},
                      {"(a))", "%(a%)*", "1-4"},
                      {"a*", "(a)*", "1-2:a"}});
}

BOOST_AUTO_TEST_CASE(anchors_hold_at_the_ends_only) {
  check_pattern_rows({{"abc", "^a", "1-1"},
                      {"abc", "^b", "nil"},
                      {"abc", "c$", "3-3"},
                      {"abc", "b$", "nil"},
                      {"a$b", "a$b", "1-3"},
                      {"a^b", "a^b", "1-3"},
                      {"", "^$", "1-0"},
                      {"abc", "$", "4-3"},
                      {"$", "%$", "1-1"}});
  std::int64_t steps = 1000;
  BOOST_TEST(Pattern("^a", false).search("b^a", 0, steps).begin == 1U);
}

BOOST_AUTO_TEST_CASE(captures_nest_and_positions_are_numbers) {
  check_pattern_rows({{"hello", "(h)(e)", "1-2:h:e"},
                      {"hello", "(h(e)l)", "1-3:hel:e"},
                      {"hello", "()ll()", "3-4:3:5"},
                      {"hello", "(.-)l", "1-3:he"},
                      {"2026-11-24", "(%d+)-(%d+)-(%d+)", "1-10:2026:11:24"},
                      {"aab", "(a*)(b?)", "1-3:aa:b"},
                      {"xay", "x(a?)(b?)y", "1-3:a:"}});
}

BOOST_AUTO_TEST_CASE(back_references_repeat_what_was_captured) {
  check_pattern_rows({{"say 'hi' now", "(['\"])(.-)%1", "5-8:':hi"},
                      {"abab", "(ab)%1", "1-4:ab"},
                      {"abac", "(ab)%1", "nil"},
                      {"aa", "()%1", "1-0:1"}});
}

BOOST_AUTO_TEST_CASE(balances_and_frontiers) {
  check_pattern_rows({{"f(a(b)c)d", "%b()", "2-8"},
                      {"f(a(b)c", "%b()", "4-6"},
                      {"((", "%b()", "nil"},
                      {"xaax", "%bxx", "1-4"},
                      {"THE (quick) fox", "%f[%a]%a+%f[%A]", "1-3"},
                      {"THE (quick) fox", "%f[%l]%l+", "6-10"},
                      {"a", "%f[^%a]", "2-1"},
                      {"[[]]x", "%b[]", "1-4"}});
}

BOOST_AUTO_TEST_CASE(malformed_patterns_are_told_in_the_manuals_words) {
  check_pattern_rows({{"a", "%", "malformed pattern (ends with '%')"},
                      {"a", "[a", "malformed pattern (missing ']')"},
                      {"a", "[]", "malformed pattern (missing ']')"},
                      {"a", "[^]", "malformed pattern (missing ']')"},
                      {"a", "[a%", "malformed pattern (missing ']')"},
                      {"a", "[%]", "malformed pattern (missing ']')"},
                      {"a", "(a", "unfinished capture"},
                      {"a", "a)", "invalid pattern capture"},
                      {"a", "%b", "malformed pattern (missing arguments to '%b')"},
                      {"a", "%b(", "malformed pattern (missing arguments to '%b')"},
                      {"a", "%fa", "missing '[' after '%f' in pattern"},
                      {"a", "%1", "invalid capture index %1"},
                      {"a", "(%1)", "invalid capture index %1"},
                      {"a", "%0", "invalid capture index %0"}});
  std::string many;
  for (int i = 0; i < 33; ++i) many += "()";
  BOOST_TEST(Pattern(many).error() == "too many captures");
  BOOST_TEST(Pattern(std::string(5000, 'a')).error() == "pattern too long");
}

BOOST_AUTO_TEST_CASE(exponential_backtracking_ends_when_the_steps_do) {
  const Pattern pattern("(a*)(a*)(a*)(a*)b");
  std::int64_t steps = 100'000;
  const PatternMatch match = pattern.search(std::string(3000, 'a'), 0, steps);
  BOOST_TEST((match.how == PatternMatch::End::out_of_steps));
  BOOST_TEST(steps < 0);
}

BOOST_AUTO_TEST_CASE(a_pattern_of_too_many_choices_is_refused_instead_of_running_out_of_stack) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a?";
  BOOST_TEST(found(std::string(400, 'a'), many) == "too deep");
}

BOOST_AUTO_TEST_CASE(replacements_name_captures) {
  const std::string subject = "hello world";
  std::int64_t steps = 1000;
  const PatternMatch match = Pattern("(%w+) (%w+)").search(subject, 0, steps);
  std::string out, error;
  BOOST_TEST(append_replacement(out, "%2 %1 100%% %0", subject, match, error));
  BOOST_TEST(out == "world hello 100% hello world");
  BOOST_TEST(!append_replacement(out, "%3", subject, match, error));
  BOOST_TEST(error == "invalid capture index %3 in replacement string");
  BOOST_TEST(!append_replacement(out, "%x", subject, match, error));
  BOOST_TEST(error == "invalid use of '%' in replacement string");
  BOOST_TEST(!append_replacement(out, "a%", subject, match, error));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::lua
