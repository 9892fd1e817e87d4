// `lunsim rules`: those that were built in, so that no source need be at hand.
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "conformance/rules/embedded_rules.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

int rules(bool summary) {
  std::string text;
  if (summary)
    conformance::print_summary(conformance::embedded_rules(), text);
  else
    conformance::print_rules(conformance::embedded_rules(), text);
  fmt::print("{}", text);
  return kExitFine;
}

}  // namespace lunsim::tools
