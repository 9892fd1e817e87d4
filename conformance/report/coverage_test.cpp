#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "conformance/report/coverage.hpp"

namespace lunsim::conform {

BOOST_AUTO_TEST_SUITE(coverage_of_a_standard)

namespace {

constexpr const char* kTable = R"(
gaps:
  - {of: "4", reason: "an overview"}
  - {of: "a", counted_in: [c]}
  - {of: "b", counted_in: [c, d]}
requirements:
  - {id: "a", section: "4.1", text: "one"}
  - {id: "b", section: "4.2", text: "two"}
  - {id: "c", section: "11.1", text: "three"}
  - {id: "d", section: "11.2", text: "four"}
)";

using Standing = Requirement::Standing;

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_said_twice_stands_as_its_detail_does) {
  const std::vector<NamingCase> cases{{"case", {"c"}}};
  const auto all = coverage(cases, kTable);
  BOOST_CHECK(all.at(0).standing == Standing::elsewhere);
  BOOST_CHECK(all.at(1).standing == Standing::to_do);
  BOOST_CHECK(all.at(2).standing == Standing::judged);
  BOOST_CHECK(all.at(3).standing == Standing::to_do);
  BOOST_TEST(to_text(all, false).find("33 % of the 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_detail_that_is_not_there_is_an_error) {
  const std::string table =
      "gaps: [{of: a, counted_in: [z]}]\n"
      "requirements: [{id: a, section: '4', text: one}]\n";
  BOOST_CHECK_THROW(coverage({}, table), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_table_of_rfc_7143_names_only_what_is_there) {
  BOOST_CHECK_NO_THROW(coverage({}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::conform
