// Which blocks of a thin unit are mapped, as a set of ranges that do not touch.
// SBC-3 §4.7.3
#pragma once

#include <cstdint>
#include <map>

namespace lunsim::target_sim {

class MappedBlocks {
 public:
  struct Run {
    std::uint64_t blocks = 0;
    bool is_mapped = false;
  };

  void map(std::uint64_t lba, std::uint64_t blocks);
  void unmap(std::uint64_t lba, std::uint64_t blocks);
  /// How many of these are not mapped.
  std::uint64_t unmapped_in(std::uint64_t lba, std::uint64_t blocks) const;
  /// The blocks from `lba` on that are alike, `blocks` at most.
  Run run_at(std::uint64_t lba, std::uint64_t blocks) const;
  std::uint64_t count() const { return count_; }

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;  // first block to the one behind the last
  std::uint64_t count_ = 0;
};

}  // namespace lunsim::target_sim
