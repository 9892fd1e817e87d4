#include "target_sim/device/store/journal.hpp"

#include <algorithm>

namespace lunsim::target_sim {

namespace {

std::vector<std::byte> content_of(Store& store, std::uint64_t offset, std::uint64_t length) {
  std::vector<Slice> slices;
  store.read(offset, length, slices);
  std::vector<std::byte> out;
  out.reserve(static_cast<std::size_t>(length));
  for (const Slice& slice : slices) {
    out.insert(out.end(), slice.bytes.begin(), slice.bytes.end());
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  return out;
}

}  // namespace

void Journal::note(Store& store, std::uint64_t offset_bytes, std::uint64_t length_bytes) {
  if (length_bytes == 0 || length_bytes > bytes_max_) return;
  entries_.push_back({offset_bytes, content_of(store, offset_bytes, length_bytes)});
  bytes_ += entries_.back().before.size();
  while (bytes_ > bytes_max_) {
    bytes_ -= entries_.front().before.size();
    entries_.pop_front();
  }
}

void Journal::settle(std::uint64_t offset_bytes, std::uint64_t length_bytes) {
  const std::uint64_t end = offset_bytes + length_bytes;
  std::deque<Entry> kept;
  bytes_ = 0;
  const auto keep = [&](const Entry& entry, std::uint64_t from, std::uint64_t to) {
    if (from >= to) return;
    const auto begin = entry.before.begin();
    kept.push_back({from,
                    {begin + static_cast<std::ptrdiff_t>(from - entry.offset),
                     begin + static_cast<std::ptrdiff_t>(to - entry.offset)}});
    bytes_ += kept.back().before.size();
  };
  for (const Entry& entry : entries_) {
    keep(entry, entry.offset, std::min(entry.end(), std::max(entry.offset, offset_bytes)));
    keep(entry, std::max(entry.offset, std::min(entry.end(), end)), entry.end());
  }
  entries_.swap(kept);
}

void Journal::settle_all() {
  entries_.clear();
  bytes_ = 0;
}

void Journal::take_back(Store& store) {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    store.write(entry->offset, entry->before);
  settle_all();
}

bool Journal::make_stale(std::uint64_t offset_bytes, std::span<std::byte> data) const {
  bool changed = false;
  const std::uint64_t end = offset_bytes + data.size();
  for (const Entry& entry : entries_) {
    const std::uint64_t from = std::max(offset_bytes, entry.offset);
    const std::uint64_t to = std::min(end, entry.end());
    for (std::uint64_t at = from; at < to; ++at) {
      std::byte& here = data[static_cast<std::size_t>(at - offset_bytes)];
      const std::byte before = entry.before[static_cast<std::size_t>(at - entry.offset)];
      changed |= here != before;
      here = before;
    }
  }
  return changed;
}

}  // namespace lunsim::target_sim
