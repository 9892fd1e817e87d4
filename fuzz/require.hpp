// How a target says that a promise was broken: the sentence on stderr, then abort(), which
// libFuzzer, the sanitizers and the replay program all take for a crash. Unlike assert it holds in
// a release build.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace lunsim::fuzz {

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace lunsim::fuzz
