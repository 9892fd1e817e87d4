#include "initiator/session/covered_ranges.hpp"

#include <algorithm>

namespace lunsim::initiator {

CoveredRanges::Addition CoveredRanges::add(std::uint32_t begin, std::uint32_t count) {
  if (count == 0) return Addition::added;
  const Range fresh{begin, std::uint64_t{begin} + count};
  const auto after = std::find_if(ranges_.begin(), ranges_.end(),
                                  [&](const Range& range) { return range.end >= fresh.begin; });
  if (after == ranges_.end()) {
    if (ranges_.size() == kRangesMax) return Addition::too_scattered;
    ranges_.push_back(fresh);
    return Addition::added;
  }
  // `after` ends at or behind our beginning: it touches us in front, overlaps, or lies behind.
  const bool joins_front = after->end == fresh.begin;
  const auto behind = joins_front ? after + 1 : after;
  if (behind != ranges_.end() && behind->begin < fresh.end) return Addition::overlap;
  const bool joins_back = behind != ranges_.end() && behind->begin == fresh.end;
  if (joins_front && joins_back) {
    after->end = behind->end;
    ranges_.erase(behind);
  } else if (joins_front) {
    after->end = fresh.end;
  } else if (joins_back) {
    behind->begin = fresh.begin;
  } else {
    if (ranges_.size() == kRangesMax) return Addition::too_scattered;
    ranges_.insert(behind, fresh);
  }
  return Addition::added;
}

bool CoveredRanges::covers(std::uint32_t end) const {
  if (end == 0) return true;
  return !ranges_.empty() && ranges_.front().begin == 0 && ranges_.front().end >= end;
}

}  // namespace lunsim::initiator
