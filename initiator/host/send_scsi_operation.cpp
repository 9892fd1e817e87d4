#include "initiator/host/send_scsi_operation.hpp"

#include <algorithm>

#include "initiator/host/outcome_codes.hpp"
#include "initiator/host/status_code.hpp"
#include "protocol/scsi/lun.hpp"

namespace lunsim::initiator {
namespace {

bool is_up(const SessionRecord& record) {
  return record.kept->state() == KeptSession::State::up &&
         record.kept->engine().state() == InitiatorSession::State::full_feature;
}

Reply reply_of(ScsiCompletion& completion, const SessionRecord& record) {
  ScsiReply reply;
  reply.answered = completion.outcome == CommandOutcome::completed;
  reply.scsi_status = completion.status;
  reply.data_in = std::move(completion.data_in);
  reply.sense = std::move(completion.sense);
  if (completion.underflow) reply.underflow_bytes = completion.residual_count;
  if (completion.overflow) reply.overflow_bytes = completion.residual_count;
  return Reply{code_of(completion.outcome, is_up(record)), std::move(reply)};
}

}  // namespace

StatusCode SendScsiOperation::submit(HostState& host, SessionRecord& record) {
  ScsiRequest request;
  const bool is_bidirectional = request_.data_in_bytes > 0 && !request_.data_out.empty();
  if (request_.cdb.empty() || request_.cdb.size() > request.cdb.size() || is_bidirectional ||
      request_.data_in_bytes > host.config().session.data_in_bytes_max)
    return status_code::kInvalidParameter;
  if (!is_up(record)) return status_code::kNoConnectionAvailable;
  request.lun_field = request_.lun_is_raw ? request_.lun : scsi::lun_field(request_.lun);
  std::copy(request_.cdb.begin(), request_.cdb.end(), request.cdb.begin());
  request.data_in_bytes = request_.data_in_bytes;
  request.data_out = std::move(request_.data_out);
  request.timeout = runtime::Duration{request_.timeout_ns};
  handle_ = record.kept->submit(std::move(request));
  return status_code::kSuccess;
}

std::optional<Reply> SendScsiOperation::advance(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record == nullptr)
    return Reply{handle_ ? status_code::kTransportError : status_code::kInvalidSessionId, {}};
  if (!handle_) {
    if (const StatusCode code = submit(host, *record); code != status_code::kSuccess)
      return Reply{code, {}};
  }
  std::optional<ScsiCompletion> completion = record->kept->take_completion(*handle_);
  if (!completion) return std::nullopt;
  return reply_of(*completion, *record);
}

void SendScsiOperation::abandon(HostState& host) {
  SessionRecord* record = host.find_session(request_.session);
  if (record != nullptr && handle_) record->kept->forget(*handle_);
}

}  // namespace lunsim::initiator
