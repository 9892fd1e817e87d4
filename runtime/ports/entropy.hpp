// Chance as an argument. The simulated world hands out a seeded generator, the live one the
// operating system's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace lunsim::runtime {

class Entropy {
 public:
  virtual ~Entropy() = default;
  /// Fills the whole span.
  virtual void fill(std::span<std::byte> out) = 0;
  std::uint64_t next_u64() {
    std::byte raw[8];
    fill(raw);
    std::uint64_t value = 0;
    for (std::byte b : raw) value = (value << 8) | static_cast<std::uint64_t>(b);
    return value;
  }
};

/// Our own generator (xoshiro256**, seeded by SplitMix64): the same numbers from every compiler and
/// library.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed);
  void fill(std::span<std::byte> out) override;
  std::uint64_t next();
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// A generator of its own for a part of the world, so that one part's draws do not shift
  /// another's.
  SeededEntropy fork(std::uint64_t salt) const;

 private:
  std::uint64_t seed_;
  std::uint64_t state_[4];
};

}  // namespace lunsim::runtime
