#include "initiator/host/management_operation.hpp"

#include "initiator/host/status_code.hpp"
#include "protocol/scsi/lun.hpp"

namespace lunsim::initiator {

std::optional<Reply> ManagementOperation::advance(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record == nullptr) return Reply{status_code::kInvalidSessionId, {}};
  if (!handle_) {
    const std::uint64_t field = request_.lun_is_raw ? request_.lun : scsi::lun_field(request_.lun);
    handle_ = record->kept->manage(request_.function, field, of_);
  }
  const std::optional<ManagementDone> done = record->kept->take_management(*handle_);
  if (!done) return std::nullopt;
  return Reply{done->answered ? status_code::kSuccess : status_code::kTransportError,
               ManagementReply{done->answered, static_cast<std::uint8_t>(done->response)}};
}

void ManagementOperation::abandon(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record != nullptr && handle_) record->kept->forget(*handle_);
}

}  // namespace lunsim::initiator
