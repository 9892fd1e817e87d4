// `lunsim rules`.
#include "conformance/rules/rules.hpp"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

int rules() {
  std::string text;
  const bool found = conformance::print_rules(text);
  fmt::print("{}", text);
  if (!found)
    fmt::print(stderr,
               "lunsim rules: run it in the source folder; it reads conformance/rules there\n");
  return found ? kExitFine : kExitUsage;
}

}  // namespace lunsim::tools
