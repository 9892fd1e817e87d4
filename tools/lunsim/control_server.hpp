// The control channel of a live world: lines of JSON on loopback TCP, taken between two turns of
// the world, answered by the desk. Owns the scenario's host, at which clients' calls are made. What
// can be asked: docs/control.md.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "initiator/host/direct_host.hpp"
#include "runtime/live/line_server.hpp"
#include "runtime/live/live_world.hpp"
#include "scenarios/control/control_desk.hpp"
#include "scenarios/control/serving_host.hpp"
#include "tools/lunsim/token_file.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

/// Where to listen; empty if that is no address and port of loopback.
std::optional<runtime::Endpoint> control_endpoint(const std::string& text);
/// What to say if it is not.
std::string control_usage(const std::string& text);

struct ControlHooks {
  /// A call that waits is given up as soon as this holds, or at `deadline`.
  std::function<bool()> is_over;
  runtime::TimePoint deadline{std::numeric_limits<std::int64_t>::max()};
  /// Stands between the calls and the host, or null.
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> decorate_host;
  std::function<void(const scenarios::CallRecord&)> before_call, after_call;
  /// Called again and again while a call waits.
  std::function<void()> between;
};

class ControlServer {
 public:
  /// All outlive it. It makes its host the thread's current one.
  /// Errors   std::system_error if the port is taken or the token cannot be written
  ControlServer(const scenarios::Scenario& scenario, runtime::LiveWorld& world,
                scenarios::TargetSide& targets, const ControlOptions& options,
                ControlHooks hooks = {});
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  const runtime::Endpoint& endpoint() const { return lines_.endpoint(); }
  const std::string& token_file() const { return token_.path(); }
  /// Lines wait: serve() is due.
  bool has_work() const { return lines_.has_lines(); }
  /// Answers what waits. A call turns the world until it has ended; whatever is no call is answered
  /// meanwhile, and calls wait for their turn. Not from inside a callback.
  void serve();
  scenarios::ControlDesk& desk() { return desk_; }
  /// At which clients' calls are made.
  initiator::Host& host() { return decorated_ ? *decorated_ : serving_; }

 private:
  static constexpr std::size_t kWaitingCallsMax = 64;
  scenarios::ServingHooks serving_hooks();
  void serve_between();
  void answer(const runtime::Line& line);
  void forget_gone();

  runtime::LiveWorld& world_;
  ControlHooks hooks_;
  TokenFile token_;
  runtime::LineLimits limits_;
  runtime::LineServer lines_;
  std::set<runtime::ClientId> admitted_;
  std::deque<runtime::Line> waiting_calls_;
  initiator::DirectHost direct_;
  scenarios::ServingHost serving_;
  std::unique_ptr<initiator::Host> decorated_;
  scenarios::ControlDesk desk_;
};

}  // namespace lunsim::tools
