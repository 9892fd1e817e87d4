#include "initiator/host/direct_host.hpp"

#include <cassert>
#include <new>
#include <utility>

#include "initiator/host/add_send_target_portal_operation.hpp"
#include "initiator/host/connection_operations.hpp"
#include "initiator/host/host_source.hpp"
#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/isns_operations.hpp"
#include "initiator/host/list_operations.hpp"
#include "initiator/host/login_target_operation.hpp"
#include "initiator/host/logout_target_operation.hpp"
#include "initiator/host/refresh_portal_operation.hpp"
#include "initiator/host/report_targets_operation.hpp"
#include "initiator/host/restore_logins_operation.hpp"
#include "initiator/host/send_scsi_operation.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

template <class Asked>
class ImmediateOperation final : public Operation {
 public:
  explicit ImmediateOperation(Asked request) : request_(std::move(request)) {}
  std::optional<Reply> advance(HostState& host) override { return answer(host, request_); }

 private:
  Asked request_;
};

struct OperationFor {
  using Made = std::unique_ptr<Operation>;
  Made operator()(AddSendTargetPortal& request) const {
    return std::make_unique<AddSendTargetPortalOperation>(std::move(request));
  }
  Made operator()(ReportTargets& request) const {
    return std::make_unique<ReportTargetsOperation>(request);
  }
  Made operator()(LoginTarget& request) const {
    return std::make_unique<LoginTargetOperation>(std::move(request));
  }
  Made operator()(LogoutTarget& request) const {
    return std::make_unique<LogoutTargetOperation>(request);
  }
  Made operator()(ListSessions&) const { return std::make_unique<ListSessionsOperation>(); }
  Made operator()(ListMappings&) const { return std::make_unique<ListMappingsOperation>(); }
  Made operator()(ListDevices& request) const {
    return std::make_unique<ListDevicesOperation>(request);
  }
  Made operator()(SendScsi& request) const {
    return std::make_unique<SendScsiOperation>(std::move(request));
  }
  Made operator()(RefreshSendTargetPortal& request) const {
    return std::make_unique<RefreshPortalOperation>(std::move(request));
  }
  Made operator()(AddConnection& request) const {
    return std::make_unique<AddConnectionOperation>(std::move(request));
  }
  Made operator()(RemoveConnection& request) const {
    return std::make_unique<RemoveConnectionOperation>(request);
  }
  Made operator()(AddIsnsServer& request) const {
    return std::make_unique<AddIsnsServerOperation>(std::move(request));
  }
  Made operator()(RefreshIsnsServer& request) const {
    return std::make_unique<RefreshIsnsServerOperation>(std::move(request));
  }
  template <class Asked>
  Made operator()(Asked& request) const {
    return std::make_unique<ImmediateOperation<Asked>>(std::move(request));
  }
};

}  // namespace

DirectHost::DirectHost(runtime::World& world, DirectHostConfig config)
    : state_(world, std::move(config)) {}

DirectHost::~DirectHost() { forget_current_host(*this); }

/// Without memory an operation ends, and takes with it what only it knows of: whoever turns the
/// host may be another caller.
void DirectHost::advance(Running& running, HostState& state) {
  if (running.reply) return;
  try {
    running.reply = running.operation->advance(state);
  } catch (const std::bad_alloc&) {
    running.operation->abandon(state);
    running.reply = Reply{status_code::kNotEnoughMemory, {}};
  }
}

OperationId DirectHost::begin(std::unique_ptr<Operation> operation) {
  const OperationId id{next_operation_++};
  Running& running = running_[id];
  running.operation = std::move(operation);
  advance(running, state_);
  return id;
}

OperationId DirectHost::start(Request request) {
  return begin(std::visit(OperationFor{}, request));
}

void DirectHost::turn() {
  for (auto& [id, running] : running_) advance(running, state_);
}

bool DirectHost::poll(OperationId operation) {
  turn();
  const auto found = running_.find(operation);
  assert(found != running_.end());
  return found->second.reply.has_value();
}

Reply DirectHost::take(OperationId operation) {
  const auto found = running_.find(operation);
  assert(found != running_.end());
  Running running = std::move(found->second);
  running_.erase(found);
  if (running.reply) return std::move(*running.reply);
  running.operation->abandon(state_);
  return Reply{status_code::kSemTimeout, {}};
}

Reply DirectHost::call(Request request) {
  const OperationId operation = start(std::move(request));
  runtime::World& world = state_.world();
  world.run_until([&] { return poll(operation); }, world.now() + state_.config().call_timeout);
  return take(operation);
}

OperationId DirectHost::restore_logins() {
  return begin(std::make_unique<RestoreLoginsOperation>());
}

OperationId DirectHost::start_management(const ManageTask& request) {
  CommandHandle of{};
  if (request.of) {
    const auto found = running_.find(*request.of);
    if (found != running_.end()) {
      const auto* command = dynamic_cast<const SendScsiOperation*>(found->second.operation.get());
      if (command != nullptr && command->handle()) of = *command->handle();
    }
  }
  return begin(std::make_unique<ManagementOperation>(request, of));
}

KeptSession* DirectHost::session(const UniqueId& id) {
  SessionRecord* record = state_.find_session(id);
  return record != nullptr ? record->kept.get() : nullptr;
}

}  // namespace lunsim::initiator
