// One of the parts that a run is divided into, so that several machines can play it. Knows no
// machine: what engines for tests and jobs say in the environment is read in shard_environment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lunsim::scenarios {

/// Part `index` of `count`, from 1.
struct Shard {
  std::uint32_t index = 1, count = 1;
  friend bool operator==(Shard, Shard) = default;
  /// By a hash of the id alone: what else is selected makes no difference.
  bool takes(std::string_view scenario_id) const;
};
/// "2/4". Empty unless 1 <= index <= count <= 10000.
std::optional<Shard> parse_shard(std::string_view text);
std::string to_string(Shard shard);

/// FNV-1a, 64 bits, and a last mixing: the same number everywhere and always.
std::uint64_t stable_hash(std::string_view text);

}  // namespace lunsim::scenarios
