#include "protocol/scsi/asc_table.hpp"

#include <fstream>
#include <string>

#include <boost/test/unit_test.hpp>

using namespace lunsim::scsi;

namespace {

struct Row {
  std::string asc, ascq, name;
};
std::vector<Row> rows_of_t10() {
  std::ifstream file(LUNSIM_SOURCE_DIR "/protocol/scsi/vectors/asc_ascq.tsv");
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    rows.push_back({line.substr(0, 2), line.substr(3, 2), line.substr(6)});
  }
  return rows;
}
std::uint8_t number(const std::string& text) {
  return static_cast<std::uint8_t>(std::stoi(text, nullptr, 16));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(asc_table)

BOOST_AUTO_TEST_CASE(every_code_that_t10_assigned_has_its_name) {
  const auto rows = rows_of_t10();
  BOOST_REQUIRE(rows.size() == 773u);
  for (const Row& row : rows) {
    const std::uint8_t ascq = row.ascq == "NN" ? std::uint8_t{0x91} : number(row.ascq);
    BOOST_TEST(name_of(AdditionalSense{number(row.asc), ascq}) == row.name);
  }
}

BOOST_AUTO_TEST_CASE(every_name_finds_its_code) {
  for (const Row& row : rows_of_t10()) {
    const auto found = additional_sense_named(row.name);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(name_of(*found) == row.name);
  }
}

BOOST_AUTO_TEST_CASE(a_name_is_found_in_any_case) {
  BOOST_TEST(
      (additional_sense_named("Capacity data has changed").value() == AdditionalSense{0x2A, 0x09}));
}

BOOST_AUTO_TEST_CASE(what_is_not_assigned_has_no_name) {
  BOOST_TEST(name_of(AdditionalSense{0x29, 0x7F}).empty());
  BOOST_TEST(name_of(AdditionalSense{0x80, 0x00}).empty());
  BOOST_TEST(name_of(AdditionalSense{0x40, 0x01}).empty());
  BOOST_TEST(!additional_sense_named("CAPACITY DATA HAS CHANGE").has_value());
  BOOST_TEST(!additional_sense_named("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
