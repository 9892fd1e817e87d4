// The host in the same process: operations on sessions in a world. It owns no thread; whoever calls
// or polls turns the world. Not thread safe.
#pragma once

#include <map>
#include <memory>

#include "initiator/host/direct_host_config.hpp"
#include "initiator/host/host.hpp"
#include "initiator/host/management_operation.hpp"
#include "initiator/host/operation.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::initiator {

class DirectHost final : public Host {
 public:
  /// `world` outlives the host; the host's sessions leave it when the host dies.
  DirectHost(runtime::World& world, DirectHostConfig config);
  ~DirectHost() override;

  /// Begins at once: what needs no wire has ended when this returns.
  OperationId start(Request request) override;
  /// Also turns the host: all operations go as far as they can.
  bool poll(OperationId operation) override;
  /// An operation that has not ended is abandoned and gives ERROR_SEM_TIMEOUT.
  Reply take(OperationId operation) override;
  /// Ends within DirectHostConfig::call_timeout of world time.
  Reply call(Request request) override;
  const Profile& profile() const override { return state_.config().profile; }

  // --- for whoever owns the host as a service ---
  /// What outlives this host; give it to the next one.
  HostConfiguration configuration() const { return state_.configuration(); }
  HostConfiguration persistent_configuration() const {
    return persistent_part(state_.configuration());
  }
  /// Before anything is asked. Nothing is connected: that is restore_logins().
  void configure(HostConfiguration configuration) { state_.configure(std::move(configuration)); }
  /// Asks all portals and makes the persistent logins. Code 0, or how the first failure was called.
  OperationId restore_logins();

  // --- for tests and scenarios, beyond what the API can say ---
  /// Lets all operations go as far as they can. Not from inside an engine's callback.
  void turn();
  OperationId start_management(const ManageTask& request);
  /// The session behind an id; null if there is none. After changing it: World::wake(*session).
  KeptSession* session(const UniqueId& id);
  HostState& state() { return state_; }
  /// Begun and not yet taken.
  std::size_t operations() const { return running_.size(); }

 private:
  struct Running {
    std::unique_ptr<Operation> operation;
    std::optional<Reply> reply;
  };
  OperationId begin(std::unique_ptr<Operation> operation);
  static void advance(Running& running, HostState& state);

  HostState state_;
  std::map<OperationId, Running> running_;
  std::uint64_t next_operation_ = 1;
};

}  // namespace lunsim::initiator
