#include <boost/test/unit_test.hpp>

#include "conformance/report/baseline.hpp"
#include "conformance/report/saved_report.hpp"

namespace lunsim::conform {
namespace {

constexpr const char* kText = R"(baseline: 1
cases:
  - {id: rfc7143/1/a, verdict: fail, reason: old, expires: "2026-12-31"}
  - {id: rfc7143/1/b, verdict: time-out, reason: slow}
)";

Case case_of(std::string id) {
  Case one;
  one.id = std::move(id);
  return one;
}

CaseLine line_of(const Case& about, Verdict verdict) {
  CaseLine line;
  line.about = &about;
  line.result.id = about.id;
  line.result.verdict = verdict;
  return line;
}

BOOST_AUTO_TEST_SUITE(baseline)

BOOST_AUTO_TEST_CASE(known_new_and_mended_are_told_apart) {
  const Case a = case_of("rfc7143/1/a"), b = case_of("rfc7143/1/b"), c = case_of("rfc7143/1/c");
  ConformReport report;
  report.lines = {line_of(a, Verdict::fail), line_of(b, Verdict::pass), line_of(c, Verdict::fail)};
  const auto known = read_baseline(kText);
  BOOST_REQUIRE(known);
  apply(*known, "2026-12-31", report);
  BOOST_TEST(report.lines[0].baseline == "known");
  BOOST_TEST(!is_red(report.lines[0]));
  BOOST_TEST(report.lines[1].baseline == "unexpected pass");
  BOOST_TEST(is_red(report.lines[1]));
  BOOST_TEST(report.lines[2].baseline == "regression");
  apply(*known, "2027-01-01", report);
  BOOST_TEST(report.lines[0].baseline == "regression");
}

BOOST_AUTO_TEST_CASE(another_red_verdict_than_the_known_one_is_a_regression) {
  const Case a = case_of("rfc7143/1/a");
  ConformReport report;
  report.lines = {line_of(a, Verdict::target_gone)};
  apply(*read_baseline(kText), "2026-11-30", report);
  BOOST_TEST(report.lines[0].baseline == "regression");
}

BOOST_AUTO_TEST_CASE(an_unsteady_case_may_end_in_any_way_and_stays_in_the_list) {
  constexpr const char* kUnsteady =
      "baseline: 1\ncases:\n  - {id: rfc7143/1/a, verdict: fail, unsteady: true, reason: races}\n";
  const Case a = case_of("rfc7143/1/a");
  for (const Verdict seen : {Verdict::pass, Verdict::fail, Verdict::target_gone}) {
    ConformReport report;
    report.lines = {line_of(a, seen)};
    apply(*read_baseline(kUnsteady), "2026-11-30", report);
    BOOST_TEST(report.lines[0].baseline == "known");
    const auto again = read_baseline(to_baseline(report, *read_baseline(kUnsteady)));
    BOOST_REQUIRE(again);
    BOOST_TEST(again->cases.at("rfc7143/1/a").unsteady);
    BOOST_TEST((again->cases.at("rfc7143/1/a").verdict == Verdict::fail));
  }
}

BOOST_AUTO_TEST_CASE(what_is_written_makes_the_run_green_and_keeps_reasons) {
  const Case a = case_of("rfc7143/1/a"), c = case_of("rfc7143/1/c");
  ConformReport report;
  report.lines = {line_of(a, Verdict::fail), line_of(c, Verdict::inconclusive)};
  report.lines[1].result.message = "said \"\x01\" and <b>";
  const auto again = read_baseline(to_baseline(report, *read_baseline(kText)));
  BOOST_REQUIRE_MESSAGE(again, (again ? std::string() : again.error()));
  BOOST_TEST(again->cases.at("rfc7143/1/a").reason == "old");
  apply(*again, "2026-11-30", report);
  for (const CaseLine& line : report.lines) BOOST_TEST(line.baseline == "known");
}

BOOST_AUTO_TEST_CASE(mistakes_are_told_with_their_line) {
  const auto says = [](const char* text, const char* what) {
    const auto read = read_baseline(text);
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().find(what) != std::string::npos, read.error());
  };
  says("cases: []", "baseline: 1");
  says("baseline: 1\ncases:\n  - {id: a, verdict: pass, reason: x}\n", "line 3: verdict 'pass'");
  says("baseline: 1\ncases:\n  - {id: a, verdict: fail}\n", "has an id and a reason");
  says("baseline: 1\ncases:\n  - {id: a, verdikt: fail}\n", "'verdikt' is no key");
  says("baseline: 1\ncases: [\n", "line ");
}

BOOST_AUTO_TEST_CASE(a_saved_report_is_read_back_and_compared) {
  const Case a = case_of("rfc7143/1/a"), b = case_of("rfc7143/1/b");
  ConformReport before, after;
  before.lines = {line_of(a, Verdict::pass), line_of(b, Verdict::fail)};
  after.lines = {line_of(a, Verdict::fail), line_of(b, Verdict::pass)};
  const auto old_one = read_saved_report(to_json(before));
  const auto new_one = read_saved_report(to_json(after));
  BOOST_REQUIRE(old_one && new_one);
  const auto all = differences(*old_one, *new_one);
  BOOST_TEST(all.size() == 2U);
  BOOST_TEST(all.at(0).is_worse);
  BOOST_TEST(!all.at(1).is_worse);
  after.lines = {line_of(b, Verdict::unsupported)};
  before.lines[1].result.verdict = Verdict::pass;
  const auto less =
      differences(*read_saved_report(to_json(before)), *read_saved_report(to_json(after)));
  BOOST_TEST(less.size() == 2U);  // one is not there any more, one is not judged any more
  for (const Difference& one : less) BOOST_TEST(one.is_worse, one.id);
  BOOST_TEST(!read_saved_report("{}"));
  BOOST_TEST(!read_saved_report("<html>"));
}

BOOST_AUTO_TEST_CASE(what_came_from_the_wire_is_text_and_no_markup) {
  const Case a = case_of("rfc7143/1/a");
  ConformReport report;
  report.target = "iscsi://x/<i>";
  report.lines = {line_of(a, Verdict::fail)};
  report.lines[0].result.message = "answered <script>\xFF";
  BOOST_TEST(to_html(report).find("<script>") == std::string::npos);
  BOOST_TEST(to_html(report).find("&lt;script&gt;\\xFF") != std::string::npos);
  BOOST_TEST(to_junit(report).find("<script>") == std::string::npos);
  BOOST_TEST(to_markdown(report).find("<script>") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::conform
