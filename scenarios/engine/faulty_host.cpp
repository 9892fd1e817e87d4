#include "scenarios/engine/faulty_host.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include <fmt/format.h>

#include "initiator/host/status_code.hpp"

namespace lunsim::scenarios {
namespace {

namespace status_code = initiator::status_code;

/// More entries: the last one again, with a name or number of its own; of none, one that is made
/// up. Fewer: the last ones are gone.
struct ResizeList {
  std::uint32_t grew, shrank;

  template <class Entry, class MakeUp>
  void resize(std::vector<Entry>& list, MakeUp make_up) const {
    for (std::uint32_t i = 0; i < grew; ++i) list.push_back(make_up(list));
    list.resize(list.size() - std::min<std::size_t>(shrank, list.size()));
  }
  void operator()(std::vector<std::string>& targets) const {
    resize(targets, [](const std::vector<std::string>& list) {
      return fmt::format("iqn.2026-11.org.lunsim:another-{}", list.size() + 1);
    });
  }
  void operator()(std::vector<initiator::SessionInfo>& sessions) const {
    resize(sessions, [](const std::vector<initiator::SessionInfo>& list) {
      initiator::SessionInfo session;
      if (!list.empty()) session = list.back();
      session.id.adapter_specific += 0x1000;
      session.isid[5] = static_cast<std::uint8_t>(session.isid[5] + 1);
      return session;
    });
  }
  void operator()(std::vector<initiator::MappingInfo>& mappings) const {
    resize(mappings, [](const std::vector<initiator::MappingInfo>& list) {
      initiator::MappingInfo mapping;
      if (!list.empty()) mapping = list.back();
      mapping.session.adapter_specific += 0x1000;
      ++mapping.os_target;
      return mapping;
    });
  }
  template <class Entry>
  void operator()(std::vector<Entry>& entries) const {
    resize(entries,
           [](const std::vector<Entry>& list) { return list.empty() ? Entry{} : list.back(); });
  }
  template <class Other>
  void operator()(Other&) const {}
};

void change(const HostFaultAction& action, initiator::Reply& reply) {
  if (action.returns) {
    reply = {*action.returns, {}};
  } else if (action.hang) {
    reply = {status_code::kSemTimeout, {}};
  } else {
    std::visit(ResizeList{action.grew, action.shrank}, reply.data);
  }
}

}  // namespace

/// All that wait for it count it; of several that fire at once the first acts. One that another
/// wakes by firing waits for the next.
const HostFaultModel* FaultyHost::strike(const initiator::Request& request) {
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < faults_.size(); ++i)
    if (plan_.is_awake(i) && matches(faults_[i].on, request, id_)) waiting.push_back(i);
  const HostFaultModel* acting = nullptr;
  for (const std::size_t i : waiting)
    if (plan_.strike(i, {}) && acting == nullptr) acting = &faults_[i];
  return acting;
}

initiator::OperationId FaultyHost::start(initiator::Request request) {
  const initiator::OperationId id{next_++};
  Running running;
  if (service_runs_) running.fault = strike(request);
  if (running.fault != nullptr && running.fault->action.stop_service) set_service(false);
  running.found_stopped = !service_runs_;
  const HostFaultAction none;
  const HostFaultAction& action = running.fault != nullptr ? running.fault->action : none;
  running.not_before = world_.now() + runtime::Duration{action.delay_ns};
  const bool is_refused = running.found_stopped || (action.returns && !action.done);
  // Memory may run out: nothing is under way that nobody could take.
  Running& kept = running_.emplace(id, running).first->second;
  try {
    if (!is_refused) kept.inner = inner_.start(std::move(request));
  } catch (...) {
    running_.erase(id);
    throw;
  }
  return id;
}

bool FaultyHost::poll(initiator::OperationId operation) {
  const auto found = running_.find(operation);
  assert(found != running_.end());
  Running& running = found->second;
  const bool inner_ended = !running.inner || inner_.poll(*running.inner);
  if (!service_runs_) running.found_stopped = true;
  if (running.found_stopped) return true;
  if (running.fault != nullptr && running.fault->action.hang) return false;
  return inner_ended && world_.now() >= running.not_before;
}

initiator::Reply FaultyHost::take(initiator::OperationId operation) {
  const auto found = running_.find(operation);
  assert(found != running_.end());
  const Running running = found->second;
  running_.erase(found);
  initiator::Reply reply;
  if (running.inner) reply = inner_.take(*running.inner);
  if (running.found_stopped || !service_runs_) return {status_code::kServiceNotRunning, {}};
  if (running.fault != nullptr) change(running.fault->action, reply);
  return reply;
}

std::string_view FaultyHost::hung_by(initiator::OperationId operation) const {
  const auto found = running_.find(operation);
  if (found == running_.end() || found->second.fault == nullptr || found->second.found_stopped)
    return {};
  return found->second.fault->action.hang ? found->second.fault->rule.name : std::string_view{};
}

std::optional<runtime::TimePoint> FaultyHost::poll_timeout() const {
  std::optional<runtime::TimePoint> first;
  for (const auto& [id, running] : running_)
    if (running.not_before > world_.now() && (!first || running.not_before < *first))
      first = running.not_before;
  return first;
}

}  // namespace lunsim::scenarios
