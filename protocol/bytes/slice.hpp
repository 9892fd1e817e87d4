// Memory that somebody else owns and that must stay as it is until it is released: how data goes from a store to a
// socket without a copy.
#pragma once

#include <cstddef>
#include <span>

namespace lunsim::bytes {

class Pinned {
 public:
  virtual void unpin() = 0;

 protected:
  ~Pinned() = default;
};

struct Slice {
  std::span<const std::byte> bytes;
  Pinned* pin = nullptr;   // may be null: memory that outlives the use; else whoever holds the slice calls unpin() once
};

}  // namespace lunsim::bytes
