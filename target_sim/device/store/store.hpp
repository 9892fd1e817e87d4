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
  /// The same, on the medium before it returns (FUA), whatever a cache holds back.
  virtual void write_through(std::uint64_t offset_bytes, std::span<const std::byte> data) { write(offset_bytes, data); }
  /// From now on the bytes read as zeros, and memory that held them may be given back.
  virtual void discard(std::uint64_t offset_bytes, std::uint64_t length_bytes) = 0;
  /// Everything written so far is on the medium.
  virtual void synchronize() {}
  /// What was not on the medium is as it was before it was written.
  virtual void lose_power() {}
  /// Bytes of memory that hold written blocks.
  virtual std::uint64_t allocated_bytes() const = 0;
};

}  // namespace lunsim::target_sim
