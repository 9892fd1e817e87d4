#include "protocol/iscsi/pdu/bhs.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace lunsim::pdu {
namespace {

BOOST_AUTO_TEST_SUITE(bhs)

BOOST_AUTO_TEST_CASE(eighteen_opcodes_are_known_and_have_names_of_their_own) {
  std::set<std::string_view> names;
  std::size_t known = 0;
  for (unsigned code = 0; code < 64; ++code) {
    const auto opcode = static_cast<Opcode>(code);
    if (!is_known(opcode)) {
      BOOST_TEST(name_of(opcode) == "unknown opcode");
      continue;
    }
    ++known;
    names.insert(name_of(opcode));
  }
  BOOST_TEST(known == kOpcodeCount);
  BOOST_TEST(names.size() == kOpcodeCount);
}

BOOST_AUTO_TEST_CASE(padding_fills_to_the_next_word) {
  BOOST_TEST(padding_of(0) == 0u);
  BOOST_TEST(padding_of(1) == 3u);
  BOOST_TEST(padding_of(2) == 2u);
  BOOST_TEST(padding_of(3) == 1u);
  BOOST_TEST(padding_of(4) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
