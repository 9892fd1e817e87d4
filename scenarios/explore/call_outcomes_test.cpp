// The table of outcomes against the rules of the same functions: whoever adds one must tell the
// other.
#include "scenarios/explore/call_outcomes.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <boost/test/unit_test.hpp>

#include "conformance/rules/embedded_rules.hpp"
#include "initiator/host/status_code.hpp"
#include "scenarios/engine/api_call.hpp"
#include "scenarios/engine/api_table.hpp"
#include "scenarios/engine/net_table.hpp"
#include "scenarios/engine/names.hpp"

namespace lunsim::explore {
namespace {

std::optional<std::uint32_t> code_named(const std::string& name) {
  for (const scenarios::CodeName& code : scenarios::return_codes())
    if (code.name == name) return code.value;
  return std::nullopt;
}

std::vector<std::string> codes_in(const std::string& text) {
  static const std::regex kCode("(ERROR|ISDSC)_[A-Z_]+");
  std::vector<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), kCode), end; at != end; ++at)
    out.push_back(at->str());
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(call_outcomes)

BOOST_AUTO_TEST_CASE(every_code_that_a_rule_names_is_an_outcome_of_its_function) {
  std::set<std::string> functions;
  std::size_t compared = 0;
  for (const conformance::Rule& rule : conformance::embedded_rules().rules) {
    bool ansi = false;  // exploration strikes what a scenario can call
    const scenarios::Function* function = scenarios::function_named(rule.function, ansi);
    if (function == nullptr || scenarios::net_function_of(*function) != nullptr) continue;
    functions.insert(rule.function);
    for (const std::string& name : codes_in(rule.result)) {
      const auto code = code_named(name);
      // A page may name a symbol that no header has (APD-R3).
      BOOST_TEST((code.has_value() || rule.kind == "contradiction"), rule.id << " names " << name);
      if (!code) continue;
      BOOST_TEST(is_documented(rule.function, *code), rule.id << " allows " << name);
      ++compared;
    }
  }
  BOOST_TEST(compared > 100u);
  for (const std::string& function : functions)
    BOOST_TEST(!outcomes_of(function).empty(), function << " has no outcomes");
}

BOOST_AUTO_TEST_CASE(every_outcome_has_a_name_and_is_there_once) {
  for (const conformance::Rule& rule : conformance::embedded_rules().rules) {
    const auto outcomes = outcomes_of(rule.function);
    const std::set<initiator::StatusCode> once(outcomes.begin(), outcomes.end());
    BOOST_TEST(once.size() == outcomes.size(), rule.function);
    for (const initiator::StatusCode code : outcomes)
      BOOST_TEST(initiator::name_of(code).substr(0, 2) != "0x", rule.function << " " << code);
  }
}

BOOST_AUTO_TEST_CASE(what_nobody_documents_is_not_allowed) {
  BOOST_TEST(!is_documented("SendScsiReadCapacity", 0xEFFF7777));
  // A name is not enough: no page lets a SCSI command end as a login does.
  BOOST_TEST(!is_documented("SendScsiReadCapacity", *code_named("ISDSC_TARGET_NOT_FOUND")));
  BOOST_TEST(!is_documented("NoSuchFunction", 0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::explore
