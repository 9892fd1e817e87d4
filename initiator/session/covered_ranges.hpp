// Which bytes of a buffer have arrived, as a few disjoint ranges. For data that may come in any
// order (DataPDUInOrder or DataSequenceInOrder negotiated to No). Bounded: a peer cannot make it
// grow without end. RFC 7143 §13.18, §13.19
#pragma once

#include <cstdint>
#include <vector>

namespace lunsim::initiator {

class CoveredRanges {
 public:
  static constexpr std::size_t kRangesMax = 4096;

  enum class Addition : std::uint8_t { added, overlap, too_scattered };
  /// Adds [begin, begin + count); nothing is added unless it answers `added`. Cost O(ranges).
  Addition add(std::uint32_t begin, std::uint32_t count);
  /// True if [0, end) has arrived without a hole.
  bool covers(std::uint32_t end) const;

 private:
  struct Range {
    std::uint64_t begin = 0, end = 0;
  };
  std::vector<Range> ranges_;  // in order, never touching one another
};

}  // namespace lunsim::initiator
