#include "target_sim/device/nexus_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::target_sim {

std::string NexusTable::key_of(std::string_view name, std::uint16_t target_port) {
  return fmt::format("{}\n{}", target_port, name);
}

std::size_t NexusTable::free_slot() {
  if (free_.empty()) {
    entries_.emplace_back();
    return entries_.size() - 1;
  }
  const std::size_t slot = free_.back();
  free_.pop_back();
  return slot;
}

std::optional<std::size_t> NexusTable::find(std::string_view name,
                                            std::uint16_t target_port) const {
  const auto known = by_name_.find(key_of(name, target_port));
  if (known == by_name_.end()) return std::nullopt;
  return known->second;
}

NexusTable::Opened NexusTable::open(std::string_view name, std::uint16_t target_port) {
  const std::optional<std::size_t> known = find(name, target_port);
  if (known) {
    Entry& entry = entries_[*known];
    if (entry.times_open++ == 0) closed_.erase(std::find(closed_.begin(), closed_.end(), *known));
    const bool is_new = entry.is_stale;
    entry.is_stale = false;
    return {*known, is_new};
  }
  const std::size_t slot = free_slot();
  entries_[slot] = {std::string(name), target_port, 1, true, false};
  by_name_.emplace(key_of(name, target_port), slot);
  return {slot, true};
}

void NexusTable::forget(std::size_t slot) {
  by_name_.erase(key_of(entries_[slot].name, entries_[slot].target_port));
  entries_[slot] = {};
  free_.push_back(slot);
}

std::optional<std::size_t> NexusTable::close(std::size_t slot) {
  if (!is_known(slot) || entries_[slot].times_open == 0) return std::nullopt;
  if (--entries_[slot].times_open > 0) return std::nullopt;
  closed_.push_back(slot);
  if (closed_.size() <= kClosedRememberedMax) return std::nullopt;
  const std::size_t oldest = closed_.front();
  closed_.pop_front();
  forget(oldest);
  return oldest;
}

void NexusTable::forget_all() {
  for (const std::size_t slot : closed_) forget(slot);
  closed_.clear();
  for (Entry& entry : entries_) entry.is_stale = entry.is_used;
}

}  // namespace lunsim::target_sim
