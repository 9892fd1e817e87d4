// What a trial of one case, or check, told: that it acquits what is healthy, or convicts a mutant.
#pragma once

#include <string>

namespace lunsim::conform {

struct Proof {
  std::string case_id, mutant;  // mutant: empty for what is healthy
  bool ok = false;
  std::string message;  // the verdict and its words
};

}  // namespace lunsim::conform
