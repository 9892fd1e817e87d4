// Runs a call that may fault: with NULL where the documents do not say that it may be, a library is
// free to. POSIX and Windows have a file each.
#pragma once

#include <functional>

namespace lunsim::probe {

/// False if the call was ended by a fault in memory. What it held then is lost.
bool run_guarded(const std::function<void()>& call);

}  // namespace lunsim::probe
