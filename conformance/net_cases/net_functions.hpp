// The functions of the sessions and buffers as a table of pointers: cases call through it, so that
// the same case can be tried on functions that are wrong.
#pragma once

#include "initiator/api/include/lm.h"

// clang-format off
#define LUNSIM_NET_FUNCTIONS(X) \
  X(NetApiBufferAllocate) \
  X(NetApiBufferFree) \
  X(NetApiBufferReallocate) \
  X(NetApiBufferSize) \
  X(NetSessionDel) \
  X(NetSessionEnum) \
  X(NetSessionGetInfo)
// clang-format on

namespace lunsim::conformance {

struct NetFunctions {
#define LUNSIM_POINTER(name) decltype(&::name) name = &::name;
  LUNSIM_NET_FUNCTIONS(LUNSIM_POINTER)
#undef LUNSIM_POINTER
};

}  // namespace lunsim::conformance
