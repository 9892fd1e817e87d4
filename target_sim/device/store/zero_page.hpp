// The zeros that never-written blocks read as: one page for all stores, never freed, needs no pin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/bytes/slice.hpp"

namespace lunsim::target_sim {

inline constexpr std::size_t kZeroPageBytes = 64 * 1024;

/// Appends slices of zeros, `length_bytes` in all, at most kZeroPageBytes each.
void append_zeros(std::uint64_t length_bytes, std::vector<bytes::Slice>& out);

}  // namespace lunsim::target_sim
