#include "target_sim/device/nexus_table.hpp"

#include <algorithm>

namespace lunsim::target_sim {

std::size_t NexusTable::free_slot() {
  if (free_.empty()) {
    entries_.emplace_back();
    return entries_.size() - 1;
  }
  const std::size_t slot = free_.back();
  free_.pop_back();
  return slot;
}

NexusTable::Opened NexusTable::open(std::string_view name) {
  const auto known = by_name_.find(std::string(name));
  if (known != by_name_.end()) {
    Entry& entry = entries_[known->second];
    if (entry.times_open++ == 0) {
      closed_.erase(std::find(closed_.begin(), closed_.end(), known->second));
    }
    return {known->second, false};
  }
  const std::size_t slot = free_slot();
  entries_[slot] = {std::string(name), 1, true};
  by_name_.emplace(name, slot);
  return {slot, true};
}

std::optional<std::size_t> NexusTable::close(std::size_t slot) {
  if (!is_known(slot) || entries_[slot].times_open == 0) return std::nullopt;
  if (--entries_[slot].times_open > 0) return std::nullopt;
  closed_.push_back(slot);
  if (closed_.size() <= kClosedRememberedMax) return std::nullopt;
  const std::size_t oldest = closed_.front();
  closed_.pop_front();
  by_name_.erase(entries_[oldest].name);
  entries_[oldest] = {};
  free_.push_back(oldest);
  return oldest;
}

}  // namespace lunsim::target_sim
