#include "initiator/library/remote_host.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

const Host::Profile kDefaultProfile;

}  // namespace

RemoteHost::RemoteHost(runtime::StreamMaker connect, std::function<std::string()> token)
    : connect_(std::move(connect)), token_(std::move(token)) {}
RemoteHost::~RemoteHost() = default;

RemoteHost::CallerPtr RemoteHost::connect() const {
  auto caller = std::make_unique<remote::Caller>(connect_(), token_());
  const std::lock_guard lock(mutex_);
  if (caller->code() == 0 && !profile_)
    profile_ = std::make_unique<const Profile>(caller->profile());
  return caller;
}

RemoteHost::CallerPtr RemoteHost::take_idle() const {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  CallerPtr caller = std::move(idle_.back());
  idle_.pop_back();
  return caller;
}

void RemoteHost::give_back(CallerPtr caller) const {
  const std::lock_guard lock(mutex_);
  if (caller->code() == 0 && idle_.size() < kIdleMax) idle_.push_back(std::move(caller));
}

void RemoteHost::close_idle() {
  std::vector<CallerPtr> closed;
  const std::lock_guard lock(mutex_);
  closed.swap(idle_);
}

RemoteHost::CallerPtr RemoteHost::send(const Request& request) const {
  // An idle connection that can be read is one that the service has closed meanwhile.
  while (CallerPtr caller = take_idle()) {
    if (!caller->has_reply() && caller->send(request)) return caller;
  }
  CallerPtr caller = connect();
  caller->send(request);
  return caller;
}

Reply RemoteHost::call(Request request) {
  CallerPtr caller = send(request);
  Reply reply = caller->receive();
  give_back(std::move(caller));
  return reply;
}

OperationId RemoteHost::start(Request request) {
  CallerPtr caller = send(request);
  const std::lock_guard lock(mutex_);
  const OperationId id{next_operation_++};
  running_[id] = std::move(caller);
  return id;
}

bool RemoteHost::poll(OperationId operation) {
  const std::lock_guard lock(mutex_);
  return running_.at(operation)->has_reply();
}

Reply RemoteHost::take(OperationId operation) {
  CallerPtr caller;
  {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(operation);
    caller = std::move(found->second);
    running_.erase(found);
  }
  // Closing the connection abandons the operation.
  if (!caller->has_reply()) return Reply{status_code::kSemTimeout, {}};
  Reply reply = caller->receive();
  give_back(std::move(caller));
  return reply;
}

const Host::Profile& RemoteHost::profile() const {
  {
    const std::lock_guard lock(mutex_);
    if (profile_) return *profile_;
  }
  CallerPtr caller = connect();
  if (caller->code() == 0) give_back(std::move(caller));
  const std::lock_guard lock(mutex_);
  return profile_ ? *profile_ : kDefaultProfile;
}

}  // namespace lunsim::initiator
