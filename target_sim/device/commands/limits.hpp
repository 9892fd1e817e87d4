// Limits that VPD page B0h tells and commands keep. SBC-3 §6.6.4
#pragma once

#include <algorithm>
#include <cstdint>

#include "target_sim/device/logical_unit.hpp"

namespace lunsim::target_sim {

inline constexpr std::uint32_t kUnmapBlocksMax = 1u << 24;
inline constexpr std::uint32_t kUnmapDescriptorsMax = 256;
inline constexpr std::uint64_t kWriteSameBlocksMax = 1u << 16;

/// Both halves of the data are one transfer.
inline std::uint8_t compare_and_write_blocks_max(const LogicalUnit& unit) {
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(255, unit.transfer_blocks_max() / 2));
}

}  // namespace lunsim::target_sim
