#include "scenarios/trace/ladder.hpp"

#include <iterator>

namespace lunsim::scenarios {

void Ladder::add(TraceEntry entry) {
  if (first_.size() < first_max_) {
    first_.push_back(std::move(entry));
    return;
  }
  last_.push_back(std::move(entry));
  if (last_.size() <= last_max_) return;
  last_.pop_front();
  ++left_out_;
}

std::vector<TraceEntry> Ladder::take() {
  std::vector<TraceEntry> out = std::move(first_);
  out.insert(out.end(), std::make_move_iterator(last_.begin()),
             std::make_move_iterator(last_.end()));
  first_.clear();
  last_.clear();
  return out;
}

}  // namespace lunsim::scenarios
