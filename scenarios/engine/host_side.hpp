// The hosts of a scenario, standing in a world: a DirectHost each behind its decorators, and the
// one way to wait, which turns the world, every host and every call that was started. Knows no
// target and no step.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "initiator/host/direct_host.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/engine/call_thread.hpp"
#include "scenarios/engine/faulty_host.hpp"
#include "scenarios/engine/model.hpp"

namespace lunsim::scenarios {

/// A scenario's host as whoever composes a world makes it.
initiator::DirectHostConfig host_config(const HostModel& model);

/// Who a host is at a server: what the host says, else the server's first user.
smb_client::ClientConfig client_config(const HostModel& host, const SmbServerModel& server);

class HostSide {
 public:
  using Decorate = std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)>;
  enum class CallId : std::uint64_t {};

  /// Every host of `scenario` behind `decorate` (may be empty). `world` and `scenario` outlive it.
  /// The first host is the current one of this thread until it dies, unless a step names another.
  HostSide(const Scenario& scenario, runtime::World& world, std::uint64_t seed,
           const Decorate& decorate);
  /// Calls that have not ended give ERROR_SEM_TIMEOUT.
  ~HostSide();
  HostSide(const HostSide&) = delete;
  HostSide& operator=(const HostSide&) = delete;

  /// By its name in the file; the first for an empty name.
  initiator::Host& host(std::string_view id);
  /// The same without decorators, for what no API tells.
  initiator::DirectHost& direct(std::string_view id);
  /// All of them, likewise.
  std::vector<initiator::DirectHost*> all_direct();
  /// The C entry points of this thread talk to this host from now on.
  void make_current(std::string_view id);

  /// The host faults: their counters, and a service that was stopped or started.
  target_sim::FaultPlan& faults() { return plan_; }
  void set_service(std::string_view id, bool runs) { standing(id).faulty->set_service(runs); }
  /// The fault that has let a call of the story itself hang since this was last asked, or "". Such
  /// a call is given up at once.
  std::string take_hung_by() { return std::exchange(hung_by_, {}); }

  /// Turns the world, the hosts and the calls until `done()` holds or the time has come; true if it
  /// held. From within a started call it waits the same way, while the story goes on.
  bool run_until(const std::function<bool()>& done, runtime::TimePoint deadline);

  /// Begins `body` (calls to C entry points of host `id`) and returns when it waits for the world,
  /// or has ended. Throws what it throws.
  CallId start_call(std::string_view id, std::function<void()> body);
  bool has_ended(CallId call) const;
  /// Lets one go that has ended, or breaks it off: what it waits for gives ERROR_SEM_TIMEOUT.
  void forget_call(CallId call);

 private:
  class WaitingHost;
  struct Standing {
    std::string id;
    std::unique_ptr<initiator::DirectHost> direct;
    std::unique_ptr<FaultyHost> faulty;
    std::unique_ptr<WaitingHost> waiting;
    std::unique_ptr<initiator::Host> decorated;  // null: `waiting` is the outermost
    std::unique_ptr<smb_client::WorldNetwork> network;
    initiator::Host& outermost();
  };
  Standing& standing(std::string_view id);
  std::unique_ptr<smb_client::WorldNetwork> network_of(const HostModel& model,
                                                       const Scenario& scenario);
  void turn();
  runtime::TimePoint next_alarm(runtime::TimePoint deadline) const;
  void finish(CallThread& call);

  runtime::World& world_;
  target_sim::FaultPlan plan_;
  std::string hung_by_;
  smb_client::Network* const network_before_;  // what was current when we came
  initiator::Host* const before_;              // likewise
  std::vector<Standing> hosts_;
  std::map<CallId, std::unique_ptr<CallThread>> calls_;
  std::uint64_t next_call_ = 1;
  bool breaks_off_ = false;  // no wait lasts any more
};

}  // namespace lunsim::scenarios
