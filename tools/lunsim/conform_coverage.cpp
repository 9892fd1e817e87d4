// `lunsim rules --spec rfc7143`: which of its requirements `lunsim conform` judges.
#include <fmt/format.h>

#include "conformance/report/coverage.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

int spec_rules(bool summary) {
  const auto all = conform::coverage(conform::target_cases());
  std::string text = conform::to_text(all, true);
  if (summary) text.resize(text.find('\n', text.find("all ")) + 1);
  fmt::print("{}", text);
  return kExitFine;
}

}  // namespace lunsim::tools
