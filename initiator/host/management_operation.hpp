// A task management function for a unit or a command of ours. No API call stands behind it: tests
// and scenarios ask for it.                                                  RFC 7143 §11.5
#pragma once

#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

struct ManageTask {
  UniqueId session;
  pdu::TaskManagementFunction function = pdu::TaskManagementFunction::abort_task;
  std::uint64_t lun = 0;  // plain number, or the raw field if `lun_is_raw`
  bool lun_is_raw = false;
  std::optional<OperationId> of;  // abort_task: a SendScsi that is under way
};

class ManagementOperation final : public Operation {
 public:
  ManagementOperation(ManageTask request, CommandHandle of) : request_(request), of_(of) {}
  /// Code 0 with a ManagementReply when the target answered, whatever it answered.
  std::optional<Reply> advance(HostState& host) override;
  void abandon(HostState& host) override;

 private:
  ManageTask request_;
  CommandHandle of_;
  std::optional<CommandHandle> handle_;
};

}  // namespace lunsim::initiator
