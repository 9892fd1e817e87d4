// What all faces share: the host of this thread, and how a list leaves for a caller's buffer by the
// size rules.
#pragma once

#include <new>
#include <span>

#include "initiator/api/include/iscsidsc.h"
#include "initiator/host/host.hpp"

namespace lunsim::api {

/// Calls `body` with the thread's host. Without one the service is not running; without memory the
/// call fails.
template <class Body>
ISDSC_STATUS with_host(const Body& body) {
  initiator::Host* host = initiator::current_host();
  if (host == nullptr) return ISDSC_SERVICE_NOT_RUNNING;
  try {
    return body(*host);
  } catch (const std::bad_alloc&) {
    return ERROR_NOT_ENOUGH_MEMORY;
  }
}

/// A caller's place for a list. Both counters are only written, except for the size on entry.
struct ListOutput {
  ULONG* buffer_size;  // bytes
  ULONG* count;
  void* buffer;  // null: a probe, whatever the size says
};

/// Writes the list if it fits, and only then; sizes and counts always (GISL-R1 to R18, RATM-R1 to
/// R17). `element_bytes`: what an empty list is said to need under `empty_probe_is_insufficient`
/// (GISL-R10 profile B).
ISDSC_STATUS deliver_list(const ListOutput& output, std::span<const std::byte> image, ULONG count,
                          bool empty_probe_is_insufficient, std::size_t element_bytes);

}  // namespace lunsim::api
