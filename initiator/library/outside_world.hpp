// The live world of a program's own host: real addresses, and peers beyond this machine.
#pragma once

#include "runtime/live/live_world.hpp"

namespace lunsim::initiator {

inline runtime::LiveOptions outside_world() {
  runtime::LiveOptions options;
  options.keep_addresses = true;
  options.reach_outside = true;
  return options;
}

}  // namespace lunsim::initiator
