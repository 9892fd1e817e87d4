// One call of one function of the library through its C entry point, with buffers that end at a
// guard and are filled with a pattern beforehand; and what was seen afterwards. Judges nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "scenarios/engine/address_map.hpp"
#include "scenarios/engine/api_table.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/probe.hpp"

namespace lunsim::scenarios {

struct CallResult {
  std::uint32_t returned = 0;
  std::map<std::string, Seen> out;  // by parameter name; "return" is `returned`
  std::string
      trouble;  // the call could not be made, or wrote where it must not; empty if all is well
  bool wrote_outside = false;  // the trouble is the callee's
  bool broken_off = false;     // it ran into a guard: the host behind it cannot be trusted any more
};

/// Calls the function with `arguments` (what is not there has the table's initial value) on this
/// thread's current host. `probe` (may be null) hears of the call itself, not of what it takes to
/// make one.
CallResult call_function(const Function& function, bool ansi, const Arguments& arguments,
                         const Variables& variables, const AddressMap& addresses,
                         Probe* probe = nullptr);

}  // namespace lunsim::scenarios
