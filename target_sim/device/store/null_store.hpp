// A store without memory: reads are zeros, writes are dropped. For measuring everything but the
// store.
#pragma once

#include "target_sim/device/store/store.hpp"
#include "target_sim/device/store/zero_page.hpp"

namespace lunsim::target_sim {

class NullStore final : public Store {
 public:
  void read(std::uint64_t, std::uint64_t length_bytes, std::vector<Slice>& out) override {
    append_zeros(length_bytes, out);
  }
  void write(std::uint64_t, std::span<const std::byte>) override {}
  void discard(std::uint64_t, std::uint64_t) override {}
  std::uint64_t allocated_bytes() const override { return 0; }
};

}  // namespace lunsim::target_sim
