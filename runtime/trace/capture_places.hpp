// In which packet of a capture a byte of a connection stands: what leads from a report into the
// capture.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/ports/engine.hpp"

namespace lunsim::runtime {

class CapturePlaces {
 public:
  /// Packets that are remembered; those behind them have no number.
  static constexpr std::size_t kPacketsMax = std::size_t{1} << 20;

  /// The next `byte_count` bytes of that direction stand in `packet`.
  void add(const Endpoint& opener, bool from_opener, std::size_t byte_count, std::uint64_t packet);
  /// The packet, from 1 as Wireshark counts, that carries the byte at `offset` (from 0) of what one
  /// side of the connection sent; `opener` is where it was opened from. 0 if none is known. Costs
  /// a binary search.
  std::uint64_t packet_with(const Endpoint& opener, bool from_opener, std::uint64_t offset) const;

 private:
  struct Key {
    std::string address;
    std::uint16_t port = 0;
    bool from_opener = false;
    auto operator<=>(const Key&) const = default;
  };
  struct Part {
    std::uint64_t end = 0;  // the offset of the first byte behind it
    std::uint64_t packet = 0;
  };
  std::map<Key, std::vector<Part>> parts_;
  std::size_t count_ = 0;
};

}  // namespace lunsim::runtime
