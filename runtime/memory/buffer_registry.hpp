// Finds the guarded buffer that a fault belongs to. Internal to this room.
#pragma once

#include "runtime/memory/guarded_buffer.hpp"

namespace lunsim::runtime {

/// The living buffer whose pages or guard pages hold `address`; null if none does. Takes a lock:
/// not for signal handlers.
const GuardedBuffer* guarded_buffer_near(const void* address);

}  // namespace lunsim::runtime
