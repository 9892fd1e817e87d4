// `lunsim bench api`: what the Windows functions cost. Lists, for hosts of 1, 100 and 10,000
// sessions side by side: each session must cost the same. READ CAPACITY, by three forms of the host
// side by side: simulated, live in this process, and by `lunsim host`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lunsim::tools {

struct BenchApiOptions {
  std::vector<std::size_t> sessions{1, 100, 10000};
  double seconds = 0.3;       // of each measurement
  int rounds = 5;             // interleaved; medians count
  double growth_at_most = 0;  // exit 1 if a session costs so many times more at the largest
                              // host than at the one before; 0: print only
};
int bench_api(const BenchApiOptions& options);

/// The two halves; the first returns the worst growth.
double bench_lists(const BenchApiOptions& options);
void bench_commands(const BenchApiOptions& options);

double median_of(std::vector<double> values);

}  // namespace lunsim::tools
