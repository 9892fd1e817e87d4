// A stream of bytes to a peer, blocking, for a caller who has nothing else to do: the thin client
// of the host service. Engines do not use it; they are fed by a world.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>

namespace lunsim::runtime {

class Stream {
 public:
  virtual ~Stream() = default;
  /// All of it; false when the peer is gone.
  virtual bool send(std::span<const std::byte> bytes) = 0;
  /// Waits for at least one byte and returns how many came; 0 when the peer is gone or silent for
  /// too long.
  virtual std::size_t receive(std::span<std::byte> into) = 0;
  /// receive() would not wait.
  virtual bool is_readable() = 0;
  /// How long send() and receive() wait for the peer from now on.
  virtual void limit_silence(std::chrono::seconds silence_max) = 0;
};

/// A new stream to the one peer that its maker knows; null when nobody is there.
using StreamMaker = std::function<std::unique_ptr<Stream>()>;

}  // namespace lunsim::runtime
