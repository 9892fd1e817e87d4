// `lunsim knobs`.
#include <fmt/format.h>

#include "scenarios/engine/knob_table.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

int knobs(bool json) {
  fmt::print("{}", json ? scenarios::knobs_json() + "\n" : scenarios::knobs_text());
  return kExitFine;
}

}  // namespace lunsim::tools
