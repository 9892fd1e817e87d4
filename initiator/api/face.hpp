// What all faces share: the host of this thread, and how a list leaves for a caller's buffer by the
// size rules.
#pragma once

#include <new>
#include <span>
#include <vector>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/include/iscsidsc.h"
#include "initiator/api/output_image.hpp"
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

/// Bytes of one kind or another, and no count: written if they fit, and only then; the size always.
ISDSC_STATUS deliver_bytes(std::span<const std::byte> image, ULONG* buffer_size, void* buffer);

/// A list whose size counts elements: written if there is room for all of them, and only then; the
/// count always, and it is the number of elements that there are (GDS-R1 to R5, LTP-R1, R2,
/// LTPS-R3). Without a buffer its capacity is 0, whatever the count says.
template <class Structure, class Entry, class Fill>
ISDSC_STATUS deliver_elements(const std::vector<Entry>& entries, ULONG* count, Structure* buffer,
                              const Fill& fill) {
  const ULONG capacity = buffer != nullptr ? load(count) : 0;
  if (entries.size() > capacity) {
    store(count, static_cast<ULONG>(entries.size()));
    return ERROR_INSUFFICIENT_BUFFER;
  }
  // All that can fail comes before the first byte for the caller.
  OutputImage image(buffer);
  const std::size_t first = image.reserve<Structure>(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i)
    image.put<Structure>(first + i * sizeof(Structure),
                         [&](Structure& out) { fill(out, entries[i]); });
  store(count, static_cast<ULONG>(entries.size()));
  if (!entries.empty()) std::memcpy(static_cast<void*>(buffer), image.bytes().data(), image.size());
  return ERROR_SUCCESS;
}

/// The list of a reply; empty when it has none.
template <class Entry>
std::vector<Entry> list_of(const initiator::Reply& reply) {
  const auto* list = std::get_if<std::vector<Entry>>(&reply.data);
  return list != nullptr ? *list : std::vector<Entry>{};
}

}  // namespace lunsim::api
