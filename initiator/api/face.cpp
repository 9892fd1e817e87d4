#include "initiator/api/face.hpp"

#include <cstring>

#include "initiator/api/caller_memory.hpp"

namespace lunsim::api {

ISDSC_STATUS deliver_list(const ListOutput& output, std::span<const std::byte> image, ULONG count,
                          bool empty_probe_is_insufficient, std::size_t element_bytes) {
  const ULONG capacity = output.buffer != nullptr ? load(output.buffer_size) : 0;
  const bool is_empty_probe = image.empty() && capacity == 0 && empty_probe_is_insufficient;
  const auto needed = static_cast<ULONG>(is_empty_probe ? element_bytes : image.size());
  store(output.buffer_size, needed);
  store(output.count, count);
  if (needed > capacity) return ERROR_INSUFFICIENT_BUFFER;
  if (!image.empty()) std::memcpy(output.buffer, image.data(), image.size());
  return ERROR_SUCCESS;
}

ISDSC_STATUS deliver_bytes(std::span<const std::byte> image, ULONG* buffer_size, void* buffer) {
  const ULONG capacity = buffer != nullptr ? load(buffer_size) : 0;
  store(buffer_size, static_cast<ULONG>(image.size()));
  if (image.size() > capacity) return ERROR_INSUFFICIENT_BUFFER;
  if (!image.empty()) std::memcpy(buffer, image.data(), image.size());
  return ERROR_SUCCESS;
}

}  // namespace lunsim::api
