#include "runtime/ports/entropy.hpp"

#include <algorithm>
#include <cassert>

#include "runtime/ports/xoshiro.hpp"

namespace lunsim::runtime {

SeededEntropy::SeededEntropy(std::uint64_t seed) : seed_(seed), state_{} {
  std::uint64_t mixer = seed;
  for (std::uint64_t& word : state_) word = split_mix64_next(mixer);
}

std::uint64_t SeededEntropy::next() { return xoshiro256_star_star_next(state_); }

// Most significant byte first, so that next_u64() and next() are the same number.
void SeededEntropy::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const std::uint64_t word = next();
    const std::size_t taken = std::min<std::size_t>(out.size(), 8);
    for (std::size_t i = 0; i < taken; ++i) {
      out[i] = static_cast<std::byte>(word >> (56 - 8 * i));
    }
    out = out.subspan(taken);
  }
}

// Draws below the threshold are thrown away, so that each residue has the same number of draws
// behind it.
std::uint64_t SeededEntropy::below(std::uint64_t bound) {
  assert(bound > 0);
  const std::uint64_t threshold = (0 - bound) % bound;
  std::uint64_t draw = next();
  while (draw < threshold) draw = next();
  return draw % bound;
}

// Mixed, not added: fork(1) of seed 1 must not be fork(0) of seed 2.
SeededEntropy SeededEntropy::fork(std::uint64_t salt) const {
  std::uint64_t seed_mixer = seed_;
  std::uint64_t salt_mixer = salt ^ split_mix64_next(seed_mixer);
  return SeededEntropy(split_mix64_next(salt_mixer));
}

}  // namespace lunsim::runtime
