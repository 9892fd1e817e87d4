// A world carries bytes between engines, and has the time. Two exist: runtime/simulated (virtual
// clock, seeded scheduler, in-memory links) and runtime/live (TCP by Boost.Asio). Who composes
// picks one; nobody below knows which.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/ports/engine.hpp"
#include "runtime/ports/entropy.hpp"
#include "runtime/ports/time_point.hpp"

namespace lunsim::runtime {

/// Sees what crosses the wire, for captures and the event hash. Called in the world's order of
/// events.
class Observer {
 public:
  virtual ~Observer() = default;
  /// `from` opened a connection to `to`; `number` counts the connections of this world from 1.
  virtual void opened(std::uint32_t number, const Endpoint& from, const Endpoint& to,
                      TimePoint now) = 0;
  /// Bytes as they left a side. `from_opener`: sent by the side that connected.
  virtual void carried(std::uint32_t number, bool from_opener, std::span<const std::byte>,
                       TimePoint now) = 0;
  /// `by_opener` closed it first; `reset` by RST. Told once, and nothing is carried after it.
  virtual void closed(std::uint32_t number, bool by_opener, bool reset, TimePoint now) = 0;
};

/// What becomes of somebody who wants to connect.
enum class Admission : std::uint8_t {
  accept,
  refuse,  // as if nobody listened
  ignore,  // no answer, until the opener gives up
};
/// Asked for each connection to an engine of this world, before it stands.
using Gate = std::function<Admission(const Endpoint& from, const Endpoint& to, TimePoint now)>;

class FilterChain;  // runtime/filters/byte_filter.hpp
/// Asked by a world for each direction of each new connection; an empty chain leaves it alone.
using FilterFactory = std::function<FilterChain(std::uint32_t connection_number, bool from_opener,
                                                const Endpoint& opener, const Endpoint& listener)>;

class World {
 public:
  virtual ~World() = default;

  virtual TimePoint now() const = 0;
  /// Seconds since 1970-01-01 at TimePoint 0, for protocols that need a date.
  virtual std::int64_t epoch_s() const = 0;
  /// Entropy for a part of the world, by name. Outlives the engines.
  virtual Entropy& entropy(std::string_view part) = 0;

  /// Lets `engine` accept connections at `listen` (may be empty) and open its own from `address`.
  /// Returns where it really listens (the live world replaces addresses by loopback and port 0 by a
  /// free one), in the same order. Throws std::system_error with the endpoint in its text if a port
  /// is taken. The engine must outlive the world or be detached.
  virtual std::vector<Endpoint> attach(Engine& engine, const std::string& address,
                                       std::span<const Endpoint> listen) = 0;
  /// Resets all connections of the engine and forgets it.
  virtual void detach(Engine& engine) = 0;
  /// The engine was changed from outside (a command was queued): poll it.
  virtual void wake(Engine& engine) = 0;

  /// Misbehaviour below any engine, for connections that open from now on: bytes on their way, and
  /// who gets in. An empty function ends it.
  virtual void set_filter_factory(FilterFactory factory) = 0;
  virtual void set_gate(Gate gate) = 0;

  /// Turns the world until `done()` holds or `deadline` passes; true if `done()` held. In the
  /// simulated world, also ends (false) when nothing can ever happen again. Never call it from
  /// inside an engine or observer.
  virtual bool run_until(const std::function<bool()>& done, TimePoint deadline) = 0;
};

}  // namespace lunsim::runtime
