// What faults may ask about the world beside the traffic: whether a file exists, what a variable
// is. Handed in by whoever composes, so that a run stays a function of its seed where it must.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lunsim::target_sim {

class FaultConditions {
 public:
  virtual ~FaultConditions() = default;
  virtual bool file_exists(std::string_view path) const = 0;
  /// Nothing if nobody has set it.
  virtual std::optional<std::uint64_t> variable(std::string_view name) const = 0;
};

}  // namespace lunsim::target_sim
