// What the Net functions have in common with all C: a want of memory is a code.
#pragma once

#include <new>

#include "initiator/api/include/lmcons.h"
#include "initiator/api/include/lmerr.h"

namespace lunsim::api {

/// Returns  what `body` returns; ERROR_NOT_ENOUGH_MEMORY if there was no memory for it
template <class Body>
NET_API_STATUS net_function(const Body& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return ERROR_NOT_ENOUGH_MEMORY;
  }
}

}  // namespace lunsim::api
