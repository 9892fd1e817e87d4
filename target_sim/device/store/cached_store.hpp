// A store behind a volatile write cache: writes are seen at once, and are lost with the power
// unless they were synchronized or forced through. SBC-3 §4.15
#pragma once

#include <memory>

#include "target_sim/device/store/journal.hpp"

namespace lunsim::target_sim {

/// Cost     a copy of what each write replaces; at most 64 MiB are held back, older writes count
///          as destaged
class CachedStore final : public Store {
 public:
  explicit CachedStore(std::unique_ptr<Store> medium) : medium_(std::move(medium)) {}

  /// Without the cache (WCE is 0) writes go to the medium. Turning it off synchronizes.
  void set_enabled(bool enabled) {
    is_enabled_ = enabled;
    if (!enabled) held_.settle_all();
  }

  void read(std::uint64_t offset_bytes, std::uint64_t length_bytes,
            std::vector<Slice>& out) override {
    medium_->read(offset_bytes, length_bytes, out);
  }
  void write(std::uint64_t offset_bytes, std::span<const std::byte> data) override {
    if (is_enabled_) held_.note(*medium_, offset_bytes, data.size());
    medium_->write(offset_bytes, data);
  }
  void write_through(std::uint64_t offset_bytes, std::span<const std::byte> data) override {
    held_.settle(offset_bytes, data.size());
    medium_->write(offset_bytes, data);
  }
  void discard(std::uint64_t offset_bytes, std::uint64_t length_bytes) override {
    held_.settle(offset_bytes, length_bytes);
    medium_->discard(offset_bytes, length_bytes);
  }
  void synchronize() override { held_.settle_all(); }
  void lose_power() override { held_.take_back(*medium_); }
  std::uint64_t allocated_bytes() const override { return medium_->allocated_bytes(); }

  std::size_t held_bytes() const { return held_.bytes(); }

 private:
  std::unique_ptr<Store> medium_;
  Journal held_;
  bool is_enabled_ = true;
};

}  // namespace lunsim::target_sim
