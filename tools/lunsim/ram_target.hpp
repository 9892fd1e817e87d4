// A plain disk in memory, for benches.
#pragma once

#include <cstdint>
#include <memory>

#include "target_sim/device/device.hpp"

namespace lunsim::tools {

/// LUN 0 with 512-byte blocks.
std::unique_ptr<target_sim::Device> make_ram_disk(std::uint64_t bytes);

}  // namespace lunsim::tools
