#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>
#include <vector>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/any_pdu.hpp"
#include "protocol/iscsi/pdu/describe.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::pdu {
namespace {

struct Expectation {
  std::string field;
  std::uint64_t value = 0;
};
struct Captured {
  std::string name;
  BhsBytes bhs{};
  std::vector<std::byte> data;
  std::vector<Expectation> expectations;
};

void read_line(std::vector<Captured>& all, std::string& header, const std::string& word,
               const std::string& rest) {
  if (word == "name") {
    all.emplace_back().name = rest;
    header.clear();
  } else if (word == "header") {
    header += rest;
    const auto bytes = bytes::from_hex(header);
    BOOST_REQUIRE(bytes.has_value() && bytes->size() <= kBhsBytes);
    std::copy(bytes->begin(), bytes->end(), all.back().bhs.begin());
  } else if (word == "data") {
    const auto bytes = bytes::from_hex(rest);
    BOOST_REQUIRE(bytes.has_value());
    all.back().data.insert(all.back().data.end(), bytes->begin(), bytes->end());
  } else if (word == "expect") {
    const std::size_t equals = rest.find(" = ");
    BOOST_REQUIRE(equals != std::string::npos);
    all.back().expectations.push_back(
        {rest.substr(0, equals), std::stoull(rest.substr(equals + 3), nullptr, 0)});
  } else {
    BOOST_REQUIRE_MESSAGE(word == "origin" || word == "cut", word);
  }
}

std::vector<Captured> captured() {
  std::ifstream file(LUNSIM_SOURCE_DIR "/protocol/iscsi/pdu/vectors/captured.txt");
  BOOST_REQUIRE(file.is_open());
  std::vector<Captured> all;
  std::string header;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    read_line(all, header, line.substr(0, line.find(' ')), line.substr(8));
  }
  return all;
}

BOOST_AUTO_TEST_SUITE(captured_pdus)

BOOST_AUTO_TEST_CASE(what_other_people_sent_is_accepted_and_encoded_to_the_same_bytes) {
  const auto all = captured();
  BOOST_TEST(all.size() == 22u);
  for (const Captured& one : all) {
    const auto decoded = decode({one.bhs, {}, one.data});
    if (!decoded) BOOST_FAIL(one.name << ": " << describe(decoded.error()));
    BhsBytes again;
    encode(*decoded, again);
    BOOST_TEST(bytes::to_hex(again, " ") == bytes::to_hex(one.bhs, " "), one.name);
  }
}

BOOST_AUTO_TEST_CASE(field_tables_read_what_tshark_reads) {
  std::size_t compared = 0;
  for (const Captured& one : captured()) {
    for (const Expectation& expectation : one.expectations) {
      const auto value = read_field(one.bhs, expectation.field);
      BOOST_REQUIRE_MESSAGE(value.has_value(), one.name << ": no field " << expectation.field);
      BOOST_CHECK_MESSAGE(*value == expectation.value,
                          one.name << ": " << expectation.field << " is " << *value);
      ++compared;
    }
  }
  BOOST_TEST(compared > 180u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
