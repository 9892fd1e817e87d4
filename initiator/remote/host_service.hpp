// The service's side: an engine that callers connect to, over a `Host` that is not theirs alone.
// Any bytes, a wrong token, a caller who is silent or vanishes in the middle of a call cost their
// own connection and nothing else. What callers ask is started and polled by serve(), between two
// turns of the world; nothing is waited for. docs/remote_host.md
//
//   listening -> hello (token) -> welcome -> request -> [operation] -> reply -> request ...
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "initiator/host/host.hpp"
#include "initiator/remote/frame.hpp"
#include "initiator/remote/net_call.hpp"
#include "runtime/ports/engine.hpp"

namespace lunsim::initiator::remote {

struct ServiceLimits {
  std::size_t connections_max = 256;  // of admitted callers; more are told so and closed
  std::size_t strangers_max = 256;    // before hello or after a refusal; one more resets the oldest
  /// Who has not said hello by then is closed.
  runtime::Duration admission_time = std::chrono::seconds(10);
};

struct ServiceHooks {
  /// A caller's request is started next.
  std::function<void(const Request&)> starts{};
  /// It has ended; the reply may be changed before it leaves.
  std::function<void(const Request&, Reply&)> ended{};
  /// A caller started or stopped the service.
  std::function<void(bool runs)> switched{};
};

class HostService final : public runtime::Engine {
 public:
  /// `host` outlives it. `token` is what callers must show.
  HostService(Host& host, std::string token, ServiceHooks hooks = {}, ServiceLimits limits = {});
  /// Operations that nobody waits for any more are given up.
  ~HostService() override;
  HostService(const HostService&) = delete;
  HostService& operator=(const HostService&) = delete;

  /// serve() is due: somebody asked, an operation ended or its caller vanished. Turns the host.
  bool has_work();
  /// Starts, answers and cleans up what is due. Not from inside a callback. True if there is
  /// something to be sent: World::wake(service) is due.
  bool serve();

  /// Who shows this token is a standard user: what needs elevation is ERROR_ACCESS_DENIED for it,
  /// starting and stopping the service, too.
  void set_standard_token(std::string token) { standard_token_ = std::move(token); }

  /// While it is stopped every request is answered ISDSC_SERVICE_NOT_RUNNING; sessions stay.
  void set_running(bool runs);
  /// Who makes the calls of the Net functions; outlives this. Without one the workstation service
  /// is not started.
  void set_net_calls(NetCalls* net_calls) { net_calls_ = net_calls; }
  bool is_running() const { return is_running_; }
  std::size_t connections() const { return connections_.size(); }
  std::size_t operations() const;

  void handle_connected(runtime::ConnectionId, const runtime::Endpoint& peer,
                        const runtime::Endpoint& local, runtime::TimePoint now) override;
  void handle_bytes(runtime::ConnectionId, std::span<const std::byte>,
                    runtime::TimePoint now) override;
  void handle_transmitted(runtime::ConnectionId, std::size_t bytes,
                          runtime::TimePoint now) override;
  void handle_closed(runtime::ConnectionId, runtime::CloseReason, runtime::TimePoint now) override;
  void handle_released(runtime::ConnectionId, runtime::TimePoint now) override;
  void handle_timeout(runtime::TimePoint now) override;
  std::optional<runtime::Transmit> poll_transmit(runtime::TimePoint now) override;
  std::optional<runtime::Action> poll_action() override;
  std::optional<runtime::TimePoint> poll_timeout() const override;
  bool wants_bytes(runtime::ConnectionId) const override;

 private:
  enum class Phase : std::uint8_t { greeting, ready, leaving, closed };
  struct Connection {
    Phase phase = Phase::greeting;
    std::uint64_t number = 0;  // in the order of their arrival
    FrameReader in{kHelloBytesMax};
    std::vector<std::byte> out;  // one answer; stays as it is until all of it has left
    std::size_t sent = 0;
    bool is_in_flight = false;
    std::span<const std::byte> slice;  // what is in flight
    runtime::TimePoint admitted_by{};
    bool is_elevated = false;
    std::optional<OperationId> operation;
    Request request;  // of the operation
    std::optional<std::uint64_t> net_call;

    bool is_asking() const { return operation || net_call; }
  };

  void handle_frame(runtime::ConnectionId id, Connection& connection, const Frame& frame);
  void greet(Connection& connection, const Frame& frame);
  void start(Connection& connection, const Frame& frame);
  void control(Connection& connection, const Frame& frame);
  bool finish_operation(Connection& connection);
  void start_net_call(Connection& connection, const Frame& frame);
  bool finish_net_call(Connection& connection);
  void abandon(Connection& connection);
  void answer(Connection& connection, FrameKind kind, std::span<const std::byte> body);
  void reply(Connection& connection, Reply reply);
  void refuse(Connection& connection, Refusal why);
  void reset(runtime::ConnectionId id, Connection& connection);
  std::size_t count(Phase phase) const;
  void drop_oldest_stranger();

  Host& host_;
  std::string token_;
  std::string standard_token_;  // empty: there are no standard users
  ServiceHooks hooks_;
  ServiceLimits limits_;
  bool is_running_ = true;
  std::map<runtime::ConnectionId, Connection> connections_;
  std::uint64_t next_number_ = 0;
  std::deque<runtime::Action> actions_;
  std::vector<OperationId> abandoned_;
  NetCalls* net_calls_ = nullptr;
  std::vector<std::uint64_t> abandoned_net_calls_;
};

}  // namespace lunsim::initiator::remote
