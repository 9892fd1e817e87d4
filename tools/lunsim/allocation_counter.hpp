// Counts calls of operator new in this program, for `lunsim bench`.
#pragma once

#include <cstdint>

namespace lunsim::tools {

/// Calls of operator new by this thread so far.
std::uint64_t allocations_so_far();

}  // namespace lunsim::tools
