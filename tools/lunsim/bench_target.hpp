// `lunsim bench target`: our target beside tgtd in one interleaved run, with libiscsi's iscsi-perf
// as the client; then what a command, a session and a login cost. Ratios, because the machine's
// mood is the same for both.
#pragma once

#include <string>

namespace lunsim::tools {

struct BenchTargetOptions {
  int pairs = 5;
  double seconds = 3;         // of each measurement
  int depth = 32;             // commands outstanding
  int blocks = 8;             // of 512 bytes per read
  int sessions = 1000;        // idle ones, for the memory figure
  double ratio_at_least = 0;  // 0: print only
};

int bench_target(const BenchTargetOptions& options);

/// Operator new calls on the way of one READ(10) of 4 KiB through a target engine with a RAM store,
/// on the steady path.
double allocations_per_command(int commands);

}  // namespace lunsim::tools
