// `lunsim bench scenarios`: how many small stories one core plays in a second.
#pragma once

namespace lunsim::tools {

struct BenchScenariosOptions {
  double seconds = 3;   // of processor time, for each slice
  int slices = 5;       // the median counts
  double at_least = 0;  // exit 1 if the median is below this
};
int bench_scenarios(const BenchScenariosOptions& options);

}  // namespace lunsim::tools
