// The operating system's random numbers (getrandom), behind the Entropy port.
#pragma once

#include "runtime/ports/entropy.hpp"

namespace lunsim::runtime {

class OsEntropy final : public Entropy {
 public:
  /// Errors   std::system_error if the system has none to give.
  void fill(std::span<std::byte> out) override;
};

}  // namespace lunsim::runtime
