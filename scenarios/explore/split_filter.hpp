// The trouble that strikes bytes: a PDU torn in two at one of its byte boundaries, the second part
// a millisecond behind the first. Points are the boundaries within the first kHeadBytes and the
// last kTailBytes of each PDU; between them lies data that a receiver only copies.
#pragma once

#include "runtime/filters/byte_filter.hpp"
#include "scenarios/explore/strike.hpp"

namespace lunsim::explore {

inline constexpr std::size_t kHeadBytes = 96;
inline constexpr std::size_t kTailBytes = 8;

/// Makes filters for every connection of a world; `strike` outlives them.
runtime::FilterFactory split_filters(Strike& strike);

}  // namespace lunsim::explore
