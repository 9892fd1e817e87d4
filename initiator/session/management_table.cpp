#include "initiator/session/management_table.hpp"

#include <algorithm>

namespace lunsim::initiator {

using pdu::TaskManagementFunction;

std::optional<ManagementRequest> ManagementTable::take(InitiatorTaskTag tag) {
  const auto found = std::find_if(requests_.begin(), requests_.end(),
                                  [&](const ManagementRequest& r) { return r.tag == tag; });
  if (found == requests_.end()) return std::nullopt;
  const ManagementRequest taken = *found;
  requests_.erase(found);
  return taken;
}

std::optional<ManagementRequest> ManagementTable::take_expired(runtime::TimePoint now) {
  for (const ManagementRequest& request : requests_)
    if (request.deadline <= now) return take(request.tag);
  return std::nullopt;
}

std::optional<runtime::TimePoint> ManagementTable::next_deadline() const {
  std::optional<runtime::TimePoint> next;
  for (const ManagementRequest& request : requests_)
    if (!next || request.deadline < *next) next = request.deadline;
  return next;
}

bool covers(const ManagementRequest& request, InitiatorTaskTag tag, LunField lun, CmdSn cmd_sn) {
  switch (request.function) {
    case TaskManagementFunction::abort_task:
      return request.referenced == tag;
    case TaskManagementFunction::abort_task_set:
    case TaskManagementFunction::clear_task_set:
    case TaskManagementFunction::logical_unit_reset:
      return request.lun == lun && precedes(cmd_sn, request.cmd_sn);
    case TaskManagementFunction::target_warm_reset:
    case TaskManagementFunction::target_cold_reset:
    case TaskManagementFunction::i_t_nexus_reset:
      return precedes(cmd_sn, request.cmd_sn);
    default:
      return false;
  }
}

}  // namespace lunsim::initiator
