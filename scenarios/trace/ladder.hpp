// The entries of a trace that a report shows: the first ones, because a story begins there, and the
// last ones, because it went wrong there; how many were left out between is counted.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "scenarios/trace/pdu_trace.hpp"

namespace lunsim::scenarios {

class Ladder {
 public:
  explicit Ladder(std::size_t first_max = 200, std::size_t last_max = 200)
      : first_max_(first_max), last_max_(last_max) {}

  void add(TraceEntry entry);
  /// In the order of the wire; entries count from 1, so that a gap shows.
  std::vector<TraceEntry> take();
  std::uint64_t left_out() const { return left_out_; }

 private:
  std::size_t first_max_, last_max_;
  std::vector<TraceEntry> first_;
  std::deque<TraceEntry> last_;
  std::uint64_t left_out_ = 0;
};

}  // namespace lunsim::scenarios
