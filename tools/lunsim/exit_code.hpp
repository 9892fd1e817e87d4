// What `lunsim` tells the shell.
#pragma once

namespace lunsim::tools {

inline constexpr int kExitFine = 0;
inline constexpr int kExitCheckFailed = 1;
inline constexpr int kExitUsage = 2;  // usage, or a bad scenario
inline constexpr int kExitPeerUnreachable = 3;
inline constexpr int kExitHarnessError = 4;
inline constexpr int kExitNothingRan = 5;  // nothing selected, or all skipped

}  // namespace lunsim::tools
