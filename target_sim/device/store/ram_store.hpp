// A sparse store in memory: pages of 64 KiB, held by leaves of 1,024, found by a map of leaves. An
// empty unit of 5 TiB costs nothing; one block written costs a page and a leaf. Not for several
// threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "target_sim/device/store/store.hpp"

namespace lunsim::target_sim {

/// A page that is pinned is never changed: a write makes a copy and orphans it, and the last unpin
/// frees the orphan. Pages may so outlive their store.
class RamStore final : public Store {
 public:
  static constexpr std::size_t kPageBytes = 64 * 1024;
  static constexpr std::size_t kLeafPages = 1024;

  RamStore() = default;
  ~RamStore() override;
  RamStore(const RamStore&) = delete;
  RamStore& operator=(const RamStore&) = delete;

  /// Cost     a look-up per page; allocates nothing but room in `out`
  void read(std::uint64_t offset_bytes, std::uint64_t length_bytes,
            std::vector<Slice>& out) override;
  void write(std::uint64_t offset_bytes, std::span<const std::byte> data) override;
  void discard(std::uint64_t offset_bytes, std::uint64_t length_bytes) override;
  std::uint64_t allocated_bytes() const override { return pages_ * kPageBytes; }

 private:
  class Page;
  using Leaf = std::array<Page*, kLeafPages>;

  Page* find(std::uint64_t page_number) const;
  Page*& slot(std::uint64_t page_number);
  /// The page to write into: new, or a copy if the one there is pinned. `whole`: all of it will be
  /// overwritten.
  Page& writable(std::uint64_t page_number, bool whole);

  std::unordered_map<std::uint64_t, std::unique_ptr<Leaf>> leaves_;
  std::uint64_t pages_ = 0;
};

}  // namespace lunsim::target_sim
