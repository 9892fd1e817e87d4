// Recovery within a connection: what has been sent is kept until it is acknowledged, and sent again
// when a SNACK asks for it; lost Data-Out is asked for again.
//                                             RFC 7143 §4.2.2, §7.2, §7.8, §7.9, §11.7.2, §11.16
#include <algorithm>

#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {
namespace {

/// Of all data PDUs of a session that are kept. What does not fit any more is the oldest of the
/// task that sends; who asks for it gets a SNACK reject.
constexpr std::size_t kSentCostMax = std::size_t{16} << 20;

/// Who does not take what was sent again is not sent more of it: an outbox holds at most this much
/// and one more run.
constexpr std::size_t kResendQueueCostMax = std::size_t{8} << 20;

constexpr std::uint8_t kAbortedCommand = 0x0B;

}  // namespace

void TargetSession::take_acknowledgement(Connection& connection, StatSn exp_stat_sn) {
  while (const auto status = connection.statuses.take_acknowledged(exp_stat_sn))
    forget_sent(*status);
}

void TargetSession::keep_status(Connection& connection, const pdu::BhsBytes& bhs,
                                std::span<const std::byte> data) {
  connection.statuses.keep(bhs, data);
  while (const auto status = connection.statuses.take_excess()) forget_sent(*status);
}

/// The task behind this status is over, and will not be asked about again.
void TargetSession::forget_sent(const KeptPdu& status) {
  const pdu::BhsView bhs{status.bhs};
  if (pdu::opcode_of(bhs) != pdu::Opcode::scsi_response) return;
  const auto found = sent_.find(pdu::initiator_task_tag_of(bhs));
  if (found == sent_.end()) return;
  // The tag may be another task's by now.
  if (found->second.status == StatSn{bytes::load_be32(&bhs[24])}) drop_sent(found->first);
}

void TargetSession::drop_sent(InitiatorTaskTag tag) {
  const auto found = sent_.find(tag);
  if (found == sent_.end()) return;
  sent_cost_ -= found->second.pdus.cost();
  sent_.erase(found);
}

void TargetSession::begin_sent(const Command& command) {
  drop_sent(command.request.initiator_task_tag);
  Sent& sent = sent_[command.request.initiator_task_tag];
  sent.connection = command.connection;
  sent.cid = command.cid;
  sent.is_read = !command.request.write;
}

void TargetSession::keep_data_pdu(const Command& command, const pdu::BhsBytes& bhs,
                                  std::span<const Slice> data) {
  Sent& sent = sent_[command.request.initiator_task_tag];
  sent_cost_ -= sent.pdus.cost();
  sent.pdus.keep(bhs, data);
  const std::size_t room = kSentCostMax - std::min(kSentCostMax, sent_cost_);
  sent.pdus.shrink(room);
  sent_cost_ += sent.pdus.cost();
}

TargetTransferTag TargetSession::acknowledge_tag(const Command& command) {
  Sent& sent = sent_[command.request.initiator_task_tag];
  if (sent.ack_tag == kReservedTargetTransferTag) sent.ack_tag = next_transfer_tag();
  return sent.ack_tag;
}

void TargetSession::handle_snack(Connection& connection, const pdu::PduView& pdu,
                                 runtime::TimePoint now) {
  if (!recovers()) return reject(connection, pdu, pdu::RejectReason::snack_reject, now);
  const Result<pdu::SnackRequest> request = pdu::decode_snack_request(pdu);
  if (!request) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (request->type != pdu::SnackType::data_ack &&
      connection.outbox.queued_cost() > kResendQueueCostMax)
    return reject_snack(connection, pdu, pdu::RejectReason::snack_reject,
                        request->initiator_task_tag, now);
  switch (request->type) {
    case pdu::SnackType::status:
      return resend_statuses(connection, pdu, *request, now);
    case pdu::SnackType::data_ack:
      return take_data_ack(connection, pdu, *request, now);
    case pdu::SnackType::data_or_r2t:
      return resend_data(connection, pdu, *request, now);
    case pdu::SnackType::r_data:
      return resend_data_cut_again(connection, pdu, *request, now);
  }
}

/// As it was, but for the numbers that are to be current.                               §11.16
void TargetSession::resend(Connection& connection, const KeptPdu& kept, runtime::TimePoint now) {
  pdu::BhsBytes bhs = kept.bhs;
  bytes::store_be32(&bhs[28], window_.exp_cmd_sn().value);
  bytes::store_be32(&bhs[32], window_.max_cmd_sn().value);
  if (pdu::opcode_of(pdu::BhsView{bhs}) == pdu::Opcode::r2t)
    bytes::store_be32(&bhs[24], connection.stat_sn.peek().value);
  connection.outbox.push(bhs, std::span<const std::byte>{kept.data}, now.since_start_ns);
  owner_.wants_transmit(connection);
}

void TargetSession::resend_statuses(Connection& connection, const pdu::PduView& pdu,
                                    const pdu::SnackRequest& request, runtime::TimePoint now) {
  const AskedRun run = connection.statuses.find(request.beg_run, request.run_length);
  if (run.refusal) return reject(connection, pdu, *run.refusal, now);
  for (std::size_t i = 0; i < run.count; ++i)
    resend(connection, connection.statuses.at(run.first + i), now);
}

void TargetSession::resend_data(Connection& connection, const pdu::PduView& pdu,
                                const pdu::SnackRequest& request, runtime::TimePoint now) {
  const InitiatorTaskTag tag = request.initiator_task_tag;
  const auto found = sent_.find(tag);
  if (found == sent_.end() || found->second.connection != &connection)
    return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  const Sent& sent = found->second;
  const AskedRun run = sent.pdus.find(request.beg_run, request.run_length);
  if (run.refusal) return reject_snack(connection, pdu, *run.refusal, tag, now);
  const Command* command = sent.is_read ? nullptr : find(tag);
  // The data of an R2T acknowledges it.
  const auto is_acknowledged = [&](const KeptPdu& kept) {
    if (sent.is_read) return false;
    return command == nullptr ||
           !command->write.is_open(TargetTransferTag{bytes::load_be32(&kept.bhs[20])});
  };
  for (std::size_t i = 0; request.run_length > 0 && i < run.count; ++i)
    if (is_acknowledged(sent.pdus.at(run.first + i)))
      return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  for (std::size_t i = 0; i < run.count; ++i) {
    const KeptPdu& kept = sent.pdus.at(run.first + i);
    if (!is_acknowledged(kept)) resend(connection, kept, now);
  }
}

/// R-Data SNACK: all that is not acknowledged again, in segments as they may be now, and a response
/// that carries the SNACK Tag.                                                        §11.16.3
void TargetSession::resend_data_cut_again(Connection& connection, const pdu::PduView& pdu,
                                          const pdu::SnackRequest& request,
                                          runtime::TimePoint now) {
  const InitiatorTaskTag tag = request.initiator_task_tag;
  const auto found = sent_.find(tag);
  if (found == sent_.end() || found->second.connection != &connection || !found->second.is_read)
    return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  Sent& sent = found->second;
  sent_cost_ -= sent.pdus.cost();
  const bool is_whole =
      sent.pdus.cut_again(connection.parameters.peers_max_recv_data_segment_bytes);
  sent_cost_ += sent.pdus.cost();
  if (!is_whole) return reject_snack(connection, pdu, pdu::RejectReason::snack_reject, tag, now);
  sent.snack_tag = static_cast<std::uint32_t>(request.target_transfer_tag);
  for (std::size_t i = 0; i < sent.pdus.size(); ++i) resend(connection, sent.pdus.at(i), now);
  if (sent.status) return resend_response(connection, sent, now);
  if (Command* command = find(tag)) command->sending.data_sn = DataSn{sent.pdus.next()};
}

/// The same response, StatSN included, for the data as it was sent last.
void TargetSession::resend_response(Connection& connection, Sent& sent, runtime::TimePoint now) {
  KeptPdu* kept = connection.statuses.find(*sent.status);
  if (kept == nullptr) return;
  bytes::store_be32(&kept->bhs[20], sent.snack_tag);
  bytes::store_be32(&kept->bhs[36], sent.pdus.next());
  resend(connection, *kept, now);
}

void TargetSession::take_data_ack(Connection& connection, const pdu::PduView& pdu,
                                  const pdu::SnackRequest& request, runtime::TimePoint now) {
  const auto found = std::find_if(sent_.begin(), sent_.end(), [&](const auto& entry) {
    return entry.second.connection == &connection &&
           entry.second.ack_tag == request.target_transfer_tag &&
           request.target_transfer_tag != kReservedTargetTransferTag;
  });
  if (found == sent_.end())
    return reject(connection, pdu, pdu::RejectReason::invalid_data_ack, now);
  TransferLog& pdus = found->second.pdus;
  sent_cost_ -= pdus.cost();
  const bool was_sent = pdus.acknowledge(request.beg_run);
  sent_cost_ += pdus.cost();
  if (!was_sent) reject(connection, pdu, pdu::RejectReason::invalid_data_ack, now);
}

/// A task whose data cannot be sent again ends, unless its status has gone already.       §7.8
void TargetSession::reject_snack(Connection& connection, const pdu::PduView& pdu,
                                 pdu::RejectReason reason, InitiatorTaskTag tag,
                                 runtime::TimePoint now) {
  reject(connection, pdu, reason, now);
  Command* command = reason == pdu::RejectReason::snack_reject ? find(tag) : nullptr;
  if (command == nullptr || command->state != Command::State::sending) return;
  stop_sending(*command);
  command->sending.residual = residual_of(command->expected_bytes(), command->sending.offset);
  set_sense(command->task, kAbortedCommand, 0x11, 0x13);  // SNACK rejected            §11.4.7.2
  complete_in_window(*command);
  send_scsi_response(*command, now);
  forget(*command);
}

/// The task goes on: what the PDU brought is asked for again. False if it does not, or if the PDU
/// belongs to none.                                                                  §7.3, §7.8
bool TargetSession::recover_data_out(Connection& connection, const pdu::PduView& pdu,
                                     runtime::TimePoint now) {
  if (pdu::opcode_of(pdu.bhs) != pdu::Opcode::data_out) return false;
  Command* command = find(pdu::initiator_task_tag_of(pdu.bhs));
  if (command == nullptr || command->connection != &connection) return false;
  if (command->state != Command::State::collecting) return false;
  const Result<pdu::DataOut> data_out = pdu::decode_data_out(pdu);
  if (!data_out) return false;
  const std::optional<WriteTransfer::Fault> fault = command->write.take(*data_out, false);
  if (!fault || *fault == WriteTransfer::Fault::repeated) return true;
  if (*fault != WriteTransfer::Fault::none) {
    fail(*command, kAbortedCommand, 0x47, 0x05, now);  // PROTOCOL SERVICE CRC ERROR    §11.4.7.2
  } else {
    advance(*command, now);
  }
  return true;
}

}  // namespace lunsim::target_sim
