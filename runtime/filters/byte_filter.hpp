// Misbehaviour of one direction of a stream, below any protocol: chunks of bytes go in, chunks of
// bytes with a time of leaving come out. A filter never looks at what they mean, and those of this
// file keep their order; a world applies a chain of them to what one side of one connection sends.
// Not for faults that know PDUs: those are taps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "runtime/ports/engine.hpp"
#include "runtime/ports/time_point.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::runtime {

/// What becomes of the direction after a chunk.
enum class StreamEnd : std::uint8_t {
  none,     // it goes on
  finish,   // the receiver sees FIN; what is sent later vanishes, and the sender sees FIN too
  reset,    // both sides see RST
  silence,  // nothing more arrives and nobody is told (a black hole)
};

struct Chunk {
  std::vector<std::byte> bytes;
  TimePoint leaves;
  StreamEnd end = StreamEnd::none;
};

class ByteFilter {
 public:
  virtual ~ByteFilter() = default;
  /// Takes one chunk and appends what becomes of it. `leaves` never goes backwards from call to
  /// call.
  virtual void pass(Chunk chunk, std::vector<Chunk>& out) = 0;
};

/// Filters in a row; worlds ask for one by a FilterFactory (runtime/ports/world.hpp); the first
/// added sees the bytes first.
class FilterChain {
 public:
  void add(std::unique_ptr<ByteFilter> filter) { filters_.push_back(std::move(filter)); }
  /// All of `next`, behind those that are there.
  void append(FilterChain next) {
    for (std::unique_ptr<ByteFilter>& filter : next.filters_) add(std::move(filter));
  }
  bool empty() const { return filters_.empty(); }
  /// Runs the chunk through all filters. After a chunk with an `end` nothing comes out any more.
  std::vector<Chunk> pass(Chunk chunk);
  bool has_ended() const { return has_ended_; }

 private:
  std::vector<std::unique_ptr<ByteFilter>> filters_;
  bool has_ended_ = false;
};

/// Cuts chunks into pieces of at most `bytes_max` (> 0).
std::unique_ptr<ByteFilter> split_filter(std::size_t bytes_max);
/// Lets everything leave later by `delay`.
std::unique_ptr<ByteFilter> delay_filter(Duration delay);
/// Flips the bits of `mask` in the byte at `offset` of the stream.
std::unique_ptr<ByteFilter> corrupt_filter(std::uint64_t offset, std::byte mask);
/// Passes `bytes` of the stream and ends it there.
std::unique_ptr<ByteFilter> cut_filter(std::uint64_t bytes, StreamEnd how);
/// Lets at most `bytes_per_s` (> 0) leave; a chunk leaves when its last byte does.
std::unique_ptr<ByteFilter> throttle_filter(std::uint64_t bytes_per_s);

}  // namespace lunsim::runtime
