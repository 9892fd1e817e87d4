#include "initiator/session/pinned_bytes.hpp"

#include <cassert>

namespace lunsim::initiator {

PinnedBytes::PinnedBytes(std::vector<std::byte> bytes) {
  if (bytes.empty()) return;
  block_ = new Block;
  block_->bytes = std::move(bytes);
}

PinnedBytes::~PinnedBytes() {
  if (block_ != nullptr) block_->unpin();
}

bytes::Slice PinnedBytes::slice(std::size_t offset, std::size_t count) const {
  if (count == 0) return {};
  assert(offset + count <= size());
  ++block_->uses;
  return {std::span<const std::byte>(block_->bytes).subspan(offset, count), block_};
}

}  // namespace lunsim::initiator
