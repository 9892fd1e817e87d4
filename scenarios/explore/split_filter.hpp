// The trouble that strikes bytes: a PDU, or a message of SMB2 with the four bytes of its length,
// torn in two at one of its byte boundaries, the second part a millisecond behind the first. Points
// are the boundaries within the first kHeadBytes and the last kTailBytes of each; between them lies
// data that a receiver only copies.
#pragma once

#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "scenarios/explore/strike.hpp"

namespace lunsim::explore {

inline constexpr std::size_t kHeadBytes = 96;
inline constexpr std::size_t kTailBytes = 8;

/// Makes filters for every connection of a world; those to `smb_servers` carry SMB2. `strike`
/// outlives them.
runtime::FilterFactory split_filters(Strike& strike, std::vector<runtime::Endpoint> smb_servers);

}  // namespace lunsim::explore
