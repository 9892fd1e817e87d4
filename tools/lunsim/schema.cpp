// `lunsim schema`.
#include "scenarios/engine/schema.hpp"

#include <fmt/format.h>

#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

int schema() {
  fmt::print("{}", scenarios::json_schema());
  return kExitFine;
}

}  // namespace lunsim::tools
