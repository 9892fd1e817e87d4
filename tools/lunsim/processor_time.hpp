// The time that benches count: what other processes do meanwhile is not in it.
#pragma once

#include <ctime>

namespace lunsim::tools {

/// Seconds of the processor that the calling thread has had.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace lunsim::tools
