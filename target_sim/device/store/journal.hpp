// What bytes of a store were before they were written over, newest last: enough to take writes back
// (a cache that lost its power) or to read as if they had not happened (stale data). Bounded: what
// is beyond the bound can no longer be taken back.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "target_sim/device/store/store.hpp"

namespace lunsim::target_sim {

class Journal {
 public:
  explicit Journal(std::size_t bytes_max = 64u << 20) : bytes_max_(bytes_max) {}

  /// The content of these bytes of `store` now, which somebody is about to change.
  void note(Store& store, std::uint64_t offset_bytes, std::uint64_t length_bytes);
  /// These bytes are settled: they will not be taken back.
  void settle(std::uint64_t offset_bytes, std::uint64_t length_bytes);
  void settle_all();
  /// Takes everything back, the newest first, and is empty then.
  void take_back(Store& store);
  /// `data`, which was read at `offset_bytes`, as it was before its last change. True if that makes
  /// a difference.
  bool make_stale(std::uint64_t offset_bytes, std::span<std::byte> data) const;

  bool is_empty() const { return entries_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::vector<std::byte> before;
    std::uint64_t end() const { return offset + before.size(); }
  };
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<Entry> entries_;  // oldest first
};

}  // namespace lunsim::target_sim
