// The contract of every engine: bytes, time and closings in; gather lists, actions and deadlines
// out. An engine is a plain value that holds no socket, clock, thread or random device; a pump
// carries the bytes between it and a world.
//
// Order for a pump after any handle_*: poll_action() until empty, poll_transmit() until empty, then
// poll_timeout().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "runtime/ports/time_point.hpp"

namespace lunsim::runtime {

/// Names one connection of one engine. Chosen by the engine for connections that it asks for
/// (Connect) and by the world, with the top bit set, for those that it accepts. Never used twice by
/// one engine.
enum class ConnectionId : std::uint32_t {};
inline constexpr std::uint32_t kAcceptedConnectionBit = 0x8000'0000u;

/// An address as text ("127.0.0.1", "fe80::1", or a name in the simulated world) and a TCP port.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
/// "10.0.0.10:3260", "[::1]:3260".
std::string to_string(const Endpoint& endpoint);
/// Takes "1.2.3.4:5", "[::1]:5" and "name:5"; without a port, `default_port`. Empty if it is none
/// of these.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

enum class CloseReason : std::uint8_t {
  finished,     // the peer closed in order (FIN)
  reset,        // the peer or the network broke it (RST)
  refused,      // never opened: nobody listens
  unreachable,  // never opened: no such address
  timed_out,    // never opened: no answer
  local,        // this side closed it
};
std::string_view describe(CloseReason reason);

/// A gather list for one connection. The memory belongs to the engine and stays valid until
/// handle_transmitted has covered all of it or the connection is closed. An engine has at most one
/// Transmit in flight per connection.
struct Transmit {
  ConnectionId connection{};
  std::span<const std::span<const std::byte>> slices;  // at most kTransmitSlicesMax
  std::size_t bytes = 0;                               // sum of the slices
};
inline constexpr std::size_t kTransmitSlicesMax = 64;

/// Open a connection; answered by handle_connected or handle_closed for the same id.
struct Connect {
  ConnectionId connection{};
  Endpoint to;
};
/// Close a connection. `reset` asks for RST and drops what is unsent; otherwise what was polled is
/// sent, then FIN. Not answered by handle_closed: the engine has forgotten the id. In-flight
/// Transmit memory must stay valid until handle_transmitted for it or until the world confirms with
/// handle_released. Every Close is answered by exactly one handle_released, also for an id that is
/// gone already. If the peer takes neither the rest nor notice, the world resets the connection
/// after a while. What had left before a reset reaches a peer that wants bytes; the rest is lost.
struct Close {
  ConnectionId connection{};
  bool reset = false;
};
/// FIN behind what was polled, and nothing is sent after it; bytes still come in until the peer
/// closes.
struct HalfClose {
  ConnectionId connection{};
};
using Action = std::variant<Connect, Close, HalfClose>;

class Engine {
 public:
  virtual ~Engine() = default;

  virtual void handle_connected(ConnectionId, const Endpoint& peer, const Endpoint& local,
                                TimePoint now) = 0;
  /// Bytes as they came. The engine takes all of them; it says through wants_bytes whether more are
  /// welcome.
  virtual void handle_bytes(ConnectionId, std::span<const std::byte>, TimePoint now) = 0;
  /// `bytes` of the Transmit in flight have left; pins on memory behind them may go.
  virtual void handle_transmitted(ConnectionId, std::size_t bytes, TimePoint now) = 0;
  /// The connection is gone (or never came); the world keeps no memory of the engine's after this.
  virtual void handle_closed(ConnectionId, CloseReason, TimePoint now) = 0;
  /// After a Close action: the world keeps no memory of this connection's any more.
  virtual void handle_released(ConnectionId, TimePoint now) = 0;
  virtual void handle_timeout(TimePoint now) = 0;

  virtual std::optional<Transmit> poll_transmit(TimePoint now) = 0;
  virtual std::optional<Action> poll_action() = 0;
  /// The next instant at which handle_timeout wants to be called; empty for never.
  virtual std::optional<TimePoint> poll_timeout() const = 0;
  /// Back-pressure: false means "do not read this connection until I say otherwise". Asked after
  /// each handle_*.
  virtual bool wants_bytes(ConnectionId) const = 0;
};

}  // namespace lunsim::runtime
