// The 79 exports of the library as a table of pointers: cases call through it, so that the same
// case can be tried on a library that was loaded by name, and on one whose functions are wrong.
#pragma once

#include "initiator/api/function_names.hpp"

namespace lunsim::conformance {

struct Functions {
#define LUNSIM_POINTER(name) decltype(&::name) name = nullptr;
  LUNSIM_API_FUNCTIONS(LUNSIM_POINTER)
#undef LUNSIM_POINTER
};

/// Those that the program is linked with.
inline Functions linked_functions() {
  Functions functions;
#define LUNSIM_POINTER(name) functions.name = &::name;
  LUNSIM_API_FUNCTIONS(LUNSIM_POINTER)
#undef LUNSIM_POINTER
  return functions;
}

}  // namespace lunsim::conformance
