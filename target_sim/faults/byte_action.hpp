// What a fault does to the bytes of a connection, below any PDU, and to connections that are about
// to be. Data only; fault_filter.hpp and fault_gate.hpp do it.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/filters/byte_filter.hpp"

namespace lunsim::target_sim {

/// Places are counted from the first byte of the piece that was struck.
struct ByteAction {
  std::uint32_t slice_bytes = 0;  // pieces of at most so many bytes
  std::int64_t delay_ns = 0;
  std::int64_t jitter_ns = 0;     // up to so much more
  std::int64_t p99_ns = 0;        // instead, for one piece in a hundred
  std::uint64_t bytes_per_s = 0;  // bandwidth
  struct Corrupt {
    std::uint32_t at = 0;
    std::uint8_t mask = 0xFF;
  };
  std::optional<Corrupt> corrupt;
  struct Range {
    std::uint32_t at = 0;
    std::uint32_t bytes = 0;
  };
  std::optional<Range> repeat;  // these bytes come twice
  std::optional<Range> swap;    // these bytes and as many behind them change places
  struct Cut {
    std::uint32_t at = 0;
    runtime::StreamEnd how = runtime::StreamEnd::reset;
  };
  std::optional<Cut> cut;

  bool is_nothing() const {
    return slice_bytes == 0 && delay_ns == 0 && jitter_ns == 0 && p99_ns == 0 && bytes_per_s == 0 &&
           !corrupt && !repeat && !swap && !cut;
  }
};

}  // namespace lunsim::target_sim
