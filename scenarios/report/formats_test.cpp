#include "scenarios/report/formats.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <pugixml.hpp>

#include "scenarios/report/test_report.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

using testing::nasty_report;

std::size_t occurrences(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

/// Markdown without its fenced blocks, whose text is shown as it is.
std::string without_blocks(std::string text) {
  for (std::size_t open = text.find("```"); open != std::string::npos; open = text.find("```")) {
    const std::size_t close = text.find("```", open + 3);
    BOOST_TEST_REQUIRE(close != std::string::npos);
    text.erase(open, close + 3 - open);
  }
  return text;
}

/// What stands in the page's data element, as the browser's JSON.parse would see it.
boost::json::value data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(open) + open.size();
  return boost::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(formats)

BOOST_AUTO_TEST_CASE(what_is_no_utf8_is_replaced_and_what_is_stays) {
  BOOST_TEST(utf8("a\xff"
                  "b") ==
             "a\xEF\xBF\xBD"
             "b");
  BOOST_TEST(utf8("\xe2\x82\xac\xf0\x9f\x98\x80") == "\xe2\x82\xac\xf0\x9f\x98\x80");
  BOOST_TEST(utf8("\xe2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  BOOST_TEST(utf8("\xc0\xaf").find('/') == std::string::npos);
  BOOST_TEST(utf8("\xed\xa0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  BOOST_TEST(xml_text("a\x01\n\xEF\xBF\xBF") == "a?\n?");
}

BOOST_AUTO_TEST_CASE(junit_counts_cases_and_says_where_they_stand) {
  pugi::xml_document xml;
  const std::string text = to_junit(nasty_report());
  BOOST_TEST_REQUIRE(xml.load_string(text.c_str()));
  std::vector<std::string> sums;
  for (const pugi::xml_node suite : xml.child("testsuites").children("testsuite")) {
    const auto value = [&](const char* name) {
      return std::string(suite.attribute(name).value()) + " ";
    };
    sums.push_back(value("name") + value("tests") + value("failures") + value("errors") +
                   value("skipped"));
  }
  const std::vector<std::string> expected{"folder/green 1 0 0 0 ", "folder/red 3 1 0 0 ",
                                          "folder/skipped 1 0 0 1 ", "folder/broken 1 0 1 0 "};
  BOOST_TEST(sums == expected, boost::test_tools::per_element());
  const pugi::xml_node red =
      xml.child("testsuites").find_child_by_attribute("testsuite", "name", "folder/red");
  const pugi::xml_node failed = red.child("testcase");
  BOOST_TEST(std::string(failed.attribute("file").value()) == "stories/a b.yaml");
  BOOST_TEST(failed.attribute("line").as_int() == 12);
  const std::string said = failed.child("failure").text().get();
  BOOST_TEST(said.find("replay lunsim run 'stories/a b.yaml' --seed 0xffffffffffffffff") !=
             std::string::npos);
  BOOST_TEST(said.find("our reading") == std::string::npos);
  BOOST_TEST(said.find("a page") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_title_cannot_break_out_of_the_page) {
  const std::string page = to_html(nasty_report());
  BOOST_TEST(occurrences(page, "</script>") == 2u);
  BOOST_TEST(occurrences(page, "<script") == 2u);
  const boost::json::value data = data_of(page);
  const auto& red = data.at("scenarios").at(1);
  BOOST_TEST(red.at("title").as_string() == utf8(testing::kNasty));
  BOOST_TEST(red.at("cases").at(0).at("expected").as_string() ==
             utf8(std::string("return: 0 ") + testing::kNasty));
  BOOST_TEST(red.at("ladder").as_array().size() == 5u);
  const auto& fields = red.at("ladder").at(1).at("fields").as_array();
  const auto last_line = fields.back().to_number<std::size_t>();
  BOOST_TEST(data.at("lines").at(last_line).as_string() == "header digest wrong");
  BOOST_TEST(data.at("scenarios").at(3).at("cases").at(0).at("message").as_string() ==
             "it takes long");
}

BOOST_AUTO_TEST_CASE(the_page_needs_nothing_from_elsewhere) {
  const std::string page = to_html(nasty_report());
  for (const char* word :
       {"http://", "https://", " src=", "@import", "url(", "<link", "eval(", "innerHTML"})
    BOOST_TEST(occurrences(page, word) == 0u, word);
}

BOOST_AUTO_TEST_CASE(markdown_tells_what_is_red_as_text) {
  const std::string text = to_markdown(nasty_report());
  const std::string outside = without_blocks(text);
  BOOST_TEST(outside.find("<b>") == std::string::npos);
  BOOST_TEST(outside.find("</script>") == std::string::npos);
  BOOST_TEST(outside.find("&lt;b&gt;") != std::string::npos);
  BOOST_TEST(occurrences(text, "\n### ") == 3u);  // a failure, a warning, a harness error
  BOOST_TEST(text.find("```sh\nlunsim run 'stories/a b.yaml'") != std::string::npos);
  BOOST_TEST(text.find("fault busy strikes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(markdown_has_a_bound) {
  RunReport report = nasty_report();
  ScenarioReport& red = report.scenarios[1];
  red.cases[0].seen = std::string(100'000, 'x');
  for (int i = 0; i < 200; ++i) red.cases.push_back(red.cases[0]);
  const std::string text = to_markdown(report);
  BOOST_TEST(text.size() < (std::size_t{1} << 20));
  BOOST_TEST(occurrences(text, "\n### ") == kMarkdownCasesMax);
  BOOST_TEST(text.find("and 153 more") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sarif_points_at_the_line_and_at_the_rule) {
  const boost::json::value log = boost::json::parse(to_sarif(nasty_report()));
  const auto& run = log.at("runs").at(0);
  const auto& results = run.at("results").as_array();
  BOOST_TEST(results.size() == 3u);
  const auto& first = results.at(0);
  BOOST_TEST(first.at("ruleId").as_string() == "SRC-R1");
  const auto index = first.at("ruleIndex").to_number<std::size_t>();
  BOOST_TEST(run.at("tool").at("driver").at("rules").at(index).at("id").as_string() == "SRC-R1");
  const auto& place = first.at("locations").at(0).at("physicalLocation");
  BOOST_TEST(place.at("artifactLocation").at("uri").as_string() == "stories/a%20b.yaml");
  BOOST_TEST(place.at("region").at("startLine").as_int64() == 12);
  BOOST_TEST(first.at("level").as_string() == "error");
  BOOST_TEST(results.at(1).at("level").as_string() == "warning");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::scenarios
