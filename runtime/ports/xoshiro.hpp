// The two published generators behind SeededEntropy, as bare steps so that their reference outputs
// can be checked: SplitMix64 (Steele, Lea, Flood 2014) and xoshiro256** 1.0 (Blackman, Vigna 2018).
// Not for secrets.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace lunsim::runtime {

/// Advances `state` and returns the next output of SplitMix64.
constexpr std::uint64_t split_mix64_next(std::uint64_t& state) {
  state += 0x9E37'79B9'7F4A'7C15u;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9u;
  z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBu;
  return z ^ (z >> 31);
}

/// Advances `s` (not all zero) and returns the next output of xoshiro256**.
constexpr std::uint64_t xoshiro256_star_star_next(std::uint64_t (&s)[4]) {
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = std::rotl(s[3], 45);
  return result;
}

}  // namespace lunsim::runtime
