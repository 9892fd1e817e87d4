// The last-error value of a thread after a call of ours: a poison, since the code is what a call
// returns and nothing else. Whoever reads GetLastError() (errno on Linux) all the same, notices.
#pragma once

namespace lunsim::api {

/// Stands first in every entry point, and is set when it returns.
class PoisonedLastError {
 public:
  PoisonedLastError() = default;
  ~PoisonedLastError();
  PoisonedLastError(const PoisonedLastError&) = delete;
  PoisonedLastError& operator=(const PoisonedLastError&) = delete;
};

}  // namespace lunsim::api
