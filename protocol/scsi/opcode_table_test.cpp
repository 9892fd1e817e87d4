#include "protocol/scsi/opcode_table.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"

using namespace lunsim;
using namespace lunsim::scsi;

namespace {

CommandCode named(std::string_view name) {
  const auto found = command_named(name);
  BOOST_REQUIRE_MESSAGE(found.has_value(), name);
  return *found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(opcode_table)

BOOST_AUTO_TEST_CASE(every_operation_code_of_t10_is_found_by_its_name) {
  std::ifstream file(LUNSIM_SOURCE_DIR "/protocol/scsi/vectors/operation_codes.tsv");
  std::string line;
  int seen = 0;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string table, code, name;
    std::getline(fields, table, '\t');
    std::getline(fields, code, '\t');
    std::getline(fields, name);
    if (table != "normal_opcodes") continue;
    const auto wanted = static_cast<std::uint8_t>(std::stoi(code, nullptr, 16));
    BOOST_TEST(named(name).operation_code == wanted);
    BOOST_TEST(!named(name).service_action.has_value());
    ++seen;
  }
  BOOST_TEST(seen == 186);
}

BOOST_AUTO_TEST_CASE(common_commands_have_the_spelling_of_the_standards) {
  BOOST_TEST(name_of(CommandCode{0x00, {}}) == "TEST UNIT READY");
  BOOST_TEST(name_of(CommandCode{0x12, {}}) == "INQUIRY");
  BOOST_TEST(name_of(CommandCode{0x25, {}}) == "READ CAPACITY(10)");
  BOOST_TEST(name_of(CommandCode{0x28, {}}) == "READ(10)");
  BOOST_TEST(name_of(CommandCode{0x2E, {}}) == "WRITE AND VERIFY(10)");
  BOOST_TEST(name_of(CommandCode{0x37, {}}) == "READ DEFECT DATA(10)");
  BOOST_TEST(name_of(CommandCode{0x9E, 0x10}) == "READ CAPACITY(16)");
  BOOST_TEST(name_of(CommandCode{0xA0, {}}) == "REPORT LUNS");
  BOOST_TEST(name_of(CommandCode{0xA3, 0x0C}) == "REPORT SUPPORTED OPERATION CODES");
  BOOST_TEST(name_of(CommandCode{0x5E, 0x00}) == "PERSISTENT RESERVE IN, READ KEYS");
}

BOOST_AUTO_TEST_CASE(names_find_the_service_action_too) {
  BOOST_TEST((named("READ CAPACITY(16)") == CommandCode{0x9E, 0x10}));
  BOOST_TEST((named("read capacity (16)") == CommandCode{0x9E, 0x10}));
  BOOST_TEST((named("WRITE(32)") == CommandCode{0x7F, 0x0B}));
  BOOST_TEST(!command_named("READ CAPACITY").has_value());
  BOOST_TEST(!command_named("").has_value());
}

BOOST_AUTO_TEST_CASE(an_unknown_service_action_has_the_name_of_its_operation_code) {
  BOOST_TEST(name_of(CommandCode{0x9E, 0x00}) == "SERVICE ACTION IN(16)");
  BOOST_TEST(name_of(CommandCode{0xC1, {}}).empty());
}

BOOST_AUTO_TEST_CASE(a_cdb_says_its_code_and_service_action) {
  BOOST_TEST((command_code(bytes::from_hex("9e 70").value()) == CommandCode{0x9E, 0x10}));
  BOOST_TEST((command_code(bytes::from_hex("9e").value()) == CommandCode{0x9E, {}}));
  BOOST_TEST((command_code(bytes::from_hex("28 1f").value()) == CommandCode{0x28, {}}));
  BOOST_TEST((command_code(bytes::from_hex("7f 00 00 00 00 00 00 18 00 09").value()) ==
              CommandCode{0x7F, 0x09}));
  BOOST_TEST((command_code({}) == CommandCode{0, {}}));
}

BOOST_AUTO_TEST_CASE(every_listed_name_leads_back_to_a_code_with_that_name) {
  for (const CommandName& known : command_names()) {
    BOOST_TEST(command_named(known.name).has_value());
    BOOST_TEST(!name_of(known.code).empty());
    BOOST_TEST((!known.code.service_action || has_service_action(known.code.operation_code)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
