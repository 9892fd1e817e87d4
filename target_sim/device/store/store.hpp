// Where a logical unit keeps its blocks. Reads hand out pinned views of the store's own memory, so that data can go
// from the store to the socket without a copy; a write to a pinned page leaves the pinned bytes as they were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/bytes/slice.hpp"

namespace lunsim::target_sim {

using bytes::Pinned;
using bytes::Slice;

class Store {
 public:
  virtual ~Store() = default;
  /// Appends slices that cover [offset_bytes, offset_bytes + length_bytes). Never-written bytes read as zero.
  virtual void read(std::uint64_t offset_bytes, std::uint64_t length_bytes, std::vector<Slice>& out) = 0;
  virtual void write(std::uint64_t offset_bytes, std::span<const std::byte> data) = 0;
  /// Bytes of memory that hold written blocks.
  virtual std::uint64_t allocated_bytes() const = 0;
};

}  // namespace lunsim::target_sim
