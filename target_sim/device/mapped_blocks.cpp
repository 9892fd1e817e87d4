#include "target_sim/device/mapped_blocks.hpp"

#include <algorithm>

namespace lunsim::target_sim {

void MappedBlocks::map(std::uint64_t lba, std::uint64_t blocks) {
  if (blocks == 0) return;
  std::uint64_t first = lba;
  std::uint64_t end = lba + blocks;
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin() && std::prev(run)->second >= first) --run;
  if (run != runs_.end() && run->first <= first && run->second >= end) return;  // nothing new
  while (run != runs_.end() && run->first <= end) {
    first = std::min(first, run->first);
    end = std::max(end, run->second);
    count_ -= run->second - run->first;
    run = runs_.erase(run);
  }
  runs_.emplace(first, end);
  count_ += end - first;
}

void MappedBlocks::unmap(std::uint64_t lba, std::uint64_t blocks) {
  const std::uint64_t end = lba + blocks;
  auto run = runs_.upper_bound(lba);
  if (run != runs_.begin() && std::prev(run)->second > lba) --run;
  while (run != runs_.end() && run->first < end) {
    const auto [run_first, run_end] = *run;
    run = runs_.erase(run);
    count_ -= std::min(run_end, end) - std::max(run_first, lba);
    if (run_first < lba) runs_.emplace(run_first, lba);
    if (run_end > end) runs_.emplace(end, run_end);
  }
}

MappedBlocks::Run MappedBlocks::run_at(std::uint64_t lba, std::uint64_t blocks) const {
  const auto next = runs_.upper_bound(lba);
  if (next != runs_.begin() && std::prev(next)->second > lba)
    return {std::min(blocks, std::prev(next)->second - lba), true};
  const std::uint64_t to_next = next == runs_.end() ? blocks : next->first - lba;
  return {std::min(blocks, to_next), false};
}

std::uint64_t MappedBlocks::unmapped_in(std::uint64_t lba, std::uint64_t blocks) const {
  std::uint64_t missing = 0;
  while (blocks > 0) {
    const Run run = run_at(lba, blocks);
    if (!run.is_mapped) missing += run.blocks;
    lba += run.blocks;
    blocks -= run.blocks;
  }
  return missing;
}

}  // namespace lunsim::target_sim
