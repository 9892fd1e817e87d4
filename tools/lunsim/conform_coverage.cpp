// `lunsim rules --spec rfc7143`: which of its requirements `lunsim conform` judges.
#include <fmt/format.h>

#include <cstdio>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/report/coverage.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

int spec_rules(bool summary) {
  std::vector<conform::NamingCase> cases;
  for (const conform::Case& one : conform::target_cases())
    cases.push_back({one.id, one.requirements});
  for (const conform::InitiatorCase& one : conform::initiator_cases())
    cases.push_back({one.about.id, one.about.requirements});
  const auto all = conform::coverage(cases);
  std::string text = conform::to_text(all, true);
  if (summary) text.resize(text.find('\n', text.find(" % of the ")) + 1);
  fmt::print("{}", text);
  std::vector<std::string> wrong;
  for (const conform::NamingCase& one : cases)
    for (std::string& what : conform::wrong_requirements(one)) wrong.push_back(std::move(what));
  for (const std::string& what : wrong) fmt::print(stderr, "{}\n", what);
  return wrong.empty() ? kExitFine : kExitCheckFailed;
}

}  // namespace lunsim::tools
