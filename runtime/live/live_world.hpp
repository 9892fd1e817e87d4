// The world of real TCP: Boost.Asio readiness callbacks, one thread, one event loop that whoever
// calls run_until or run turns. Bytes are read into one large buffer of the world and written
// straight from the engine's memory; an idle connection costs a socket and a small object. Not
// thread-safe, except stop() and nudge().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::runtime {

class LiveCore;

struct LiveOptions {
  /// Listen where the engine says (serve). Otherwise every listen endpoint is mapped to loopback
  /// and a free port, and engines keep using the scenario's endpoints.
  bool keep_addresses = false;
  /// Connect to addresses that nobody here listens at and that are not loopback. Implied by
  /// keep_addresses.
  bool reach_outside = false;
  Duration connect_timeout = std::chrono::seconds(30);
  /// How long a connection closed in order waits for the peer to take the rest and close its side.
  Duration linger = std::chrono::seconds(5);
  int backlog = 1024;
  std::size_t read_buffer_bytes = std::size_t{256} * 1024;
  /// A seed makes entropy() predictable; without one it is the operating system's.
  std::optional<std::uint64_t> seed;
};

class LiveWorld final : public World {
 public:
  explicit LiveWorld(LiveOptions options = {});
  ~LiveWorld() override;
  LiveWorld(const LiveWorld&) = delete;
  LiveWorld& operator=(const LiveWorld&) = delete;

  TimePoint now() const override;
  std::int64_t epoch_s() const override;
  Entropy& entropy(std::string_view part) override;
  std::vector<Endpoint> attach(Engine& engine, const std::string& address,
                               std::span<const Endpoint> listen) override;
  void detach(Engine& engine) override;
  void wake(Engine& engine) override;
  bool run_until(const std::function<bool()>& done, TimePoint deadline) override;

  /// Turns the world until stop().
  void run();
  /// Ends run(); from any thread.
  void stop();
  /// SIGINT and SIGTERM call stop() from now on.
  void stop_on_signals();
  bool was_stopped() const;
  /// run_until looks at its condition again; from any thread.
  void nudge();
  /// From now on run_until looks at its condition again whenever a child process has changed.
  void wake_on_child_signals();

  /// Sees everything from now on, with the scenario's endpoints where they are mapped.
  void observe(Observer& observer);
  /// As in the simulated world; of a chain's work, delays and throttles are applied too.
  void set_filter_factory(FilterFactory factory) override;
  /// Who comes from outside and is refused sees RST; who is ignored is accepted and not heard.
  void set_gate(Gate gate) override;
  /// Whoever connects to this address hears nothing until connect_timeout.
  void black_hole(std::string address);
  /// Where a scenario's listen endpoint really is; itself if it is not mapped.
  Endpoint real_endpoint(const Endpoint& scenario) const;

 private:
  friend class LineServer;  // turns on the same loop
  std::unique_ptr<LiveCore> core_;
};

}  // namespace lunsim::runtime
