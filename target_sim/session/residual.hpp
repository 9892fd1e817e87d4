// Residual counts of a response: what the initiator expected against what the command moves.   RFC
// 7143 §11.4.5
#pragma once

#include <cstdint>
#include <limits>

namespace lunsim::target_sim {

struct Residual {
  bool overflow = false;
  bool underflow = false;
  std::uint32_t count = 0;  // bytes
};

/// `expected_bytes` is the Expected Data Transfer Length, `wanted_bytes` what the device would
/// move.
constexpr Residual residual_of(std::uint32_t expected_bytes, std::uint64_t wanted_bytes) {
  if (wanted_bytes > expected_bytes) {
    const std::uint64_t over = wanted_bytes - expected_bytes;
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return {.overflow = true,
            .underflow = false,
            .count = static_cast<std::uint32_t>(over < most ? over : most)};
  }
  if (wanted_bytes < expected_bytes) {
    return {.overflow = false,
            .underflow = true,
            .count = expected_bytes - static_cast<std::uint32_t>(wanted_bytes)};
  }
  return {};
}

}  // namespace lunsim::target_sim
