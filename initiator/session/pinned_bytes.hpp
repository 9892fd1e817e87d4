// Bytes of ours that PDUs on their way out may still point into after their owner has let go of
// them: the data of a write whose command has ended early. Not shared between threads.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "protocol/bytes/slice.hpp"

namespace lunsim::initiator {

class PinnedBytes {
 public:
  PinnedBytes() = default;
  explicit PinnedBytes(std::vector<std::byte> bytes);
  ~PinnedBytes();
  PinnedBytes(PinnedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  PinnedBytes& operator=(PinnedBytes&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }

  std::size_t size() const { return block_ == nullptr ? 0 : block_->bytes.size(); }
  /// A part, pinned: whoever gets the slice calls unpin() once. The part lies within size()
  /// (asserted).
  bytes::Slice slice(std::size_t offset, std::size_t count) const;

 private:
  struct Block final : bytes::Pinned {
    std::vector<std::byte> bytes;
    std::uint32_t uses = 1;  // the owner's, and one for each slice
    void unpin() override {
      if (--uses == 0) delete this;
    }
  };
  Block* block_ = nullptr;
};

}  // namespace lunsim::initiator
