// What goes back for a SCSI command: Data-In sequences, responses with sense, rejects.
#include <algorithm>
#include <array>

#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {
namespace {

constexpr std::size_t kQueueCostMax = 4u << 20;  // of one connection; beyond it Data-In waits

using Parts = std::array<Slice, session::Outbox::kPduSlicesMax>;

/// Up to `bytes` bytes of the task's data, from where its sending stands, in at most kPduSlicesMax
/// parts; each pin is handed on with the last part of its slice.
std::uint32_t take_parts(Command& command, std::uint32_t bytes, Parts& out, std::size_t& count) {
  Command::Sending& at = command.sending;
  std::vector<Slice>& slices = command.task.data_in;
  std::uint32_t taken = 0;
  count = 0;
  while (taken < bytes && count < out.size() && at.slice < slices.size()) {
    Slice& slice = slices[at.slice];
    const std::size_t left = slice.bytes.size() - at.slice_used;
    const std::size_t step = std::min<std::size_t>(left, bytes - taken);
    out[count++] = {slice.bytes.subspan(at.slice_used, step), step == left ? slice.pin : nullptr};
    taken += static_cast<std::uint32_t>(step);
    at.slice_used += step;
    if (step == left) {
      slice.pin = nullptr;  // handed on
      ++at.slice;
      at.slice_used = 0;
    }
  }
  return taken;
}

}  // namespace

void TargetSession::start_sending(Command& command, runtime::TimePoint now) {
  Connection& connection = *command.connection;
  command.state = Command::State::sending;
  command.next_sending = nullptr;
  (connection.first_sending == nullptr ? connection.first_sending
                                       : connection.last_sending->next_sending) = &command;
  connection.last_sending = &command;
  continue_sending(connection, now);
}

void TargetSession::stop_sending(Command& command) {
  Connection& connection = *command.connection;
  Command* before = nullptr;
  for (Command* at = connection.first_sending; at != &command; at = at->next_sending) before = at;
  (before == nullptr ? connection.first_sending : before->next_sending) = command.next_sending;
  if (connection.last_sending == &command) connection.last_sending = before;
}

/// As much Data-In as there is room for: a peer that reads slowly, or asks for much at once, waits,
/// and its commands keep the window closed meanwhile.
void TargetSession::continue_sending(Connection& connection, runtime::TimePoint now) {
  while (connection.first_sending != nullptr && connection.outbox.queued_cost() < kQueueCostMax) {
    Command& command = *connection.first_sending;
    send_next_data_in(command, now);
    if (command.sending.offset < command.sending.bytes) continue;
    stop_sending(command);
    if (!command.sending.with_status) {
      complete_in_window(command);
      send_scsi_response(command, now);
    }
    forget(command);
  }
  advance_fences(now);
}

void TargetSession::send_next_data_in(Command& command, runtime::TimePoint now) {
  Connection& connection = *command.connection;
  Command::Sending& at = command.sending;
  const std::uint32_t burst_max = config_.parameters.max_burst_bytes;
  const std::uint32_t segment_max = connection.parameters.peers_max_recv_data_segment_bytes;
  Parts parts;
  std::size_t count = 0;
  const std::uint32_t step =
      take_parts(command, std::min({at.bytes - at.offset, segment_max, burst_max - at.in_burst}),
                 parts, count);
  at.in_burst += step;
  const bool is_last = at.offset + step == at.bytes;
  pdu::DataIn data_in;
  data_in.initiator_task_tag = command.request.initiator_task_tag;
  data_in.data_sn = at.data_sn;
  data_in.final = is_last || at.in_burst == burst_max;
  if (recovers() && data_in.final && !is_last) {  // once in MaxBurstLength bytes        §11.7.2
    data_in.acknowledge = true;
    data_in.lun = command.request.lun;
    data_in.target_transfer_tag = acknowledge_tag(command);
  }
  if (data_in.final) at.in_burst = 0;
  data_in.buffer_offset = at.offset;
  data_in.data_segment_bytes = step;
  data_in.has_status = is_last && at.with_status;
  if (data_in.has_status) {
    complete_in_window(command);
    data_in.status = static_cast<std::uint8_t>(command.task.status);
    data_in.overflow = at.residual.overflow;
    data_in.underflow = at.residual.underflow;
    data_in.residual_count = at.residual.count;
    data_in.stat_sn = connection.stat_sn.take();
  }
  data_in.exp_cmd_sn = window_.exp_cmd_sn();
  data_in.max_cmd_sn = window_.max_cmd_sn();
  encode(data_in, scratch_);
  if (recovers()) keep_data_pdu(command, scratch_, {parts.data(), count});
  push_data(command, std::span<const Slice>{parts.data(), count}, now);
  ++at.data_sn;
  at.offset += step;
  owner_.wants_transmit(connection);
}

/// The device's own small answers live in the task, which is used again before they have left:
/// they are copied. Everything else stays where it is.
void TargetSession::push_data(const Command& command, std::span<const Slice> parts,
                              runtime::TimePoint now) {
  session::Outbox& outbox = command.connection->outbox;
  if (command.task.small.empty()) return outbox.push(scratch_, parts, now.since_start_ns);
  std::vector<std::byte> flat;
  for (const Slice& part : parts) flat.insert(flat.end(), part.bytes.begin(), part.bytes.end());
  outbox.push(scratch_, std::span<const std::byte>{flat}, now.since_start_ns);
}

void TargetSession::send_scsi_response(Command& command, runtime::TimePoint now) {
  Connection& connection = *command.connection;
  const Task& task = command.task;
  pdu::ScsiResponse response;
  response.initiator_task_tag = command.request.initiator_task_tag;
  response.status = static_cast<std::uint8_t>(task.status);
  response.overflow = command.sending.residual.overflow;
  response.underflow = command.sending.residual.underflow;
  response.residual_count = command.sending.residual.count;
  if (recovers()) {
    Sent& sent = sent_[command.request.initiator_task_tag];
    response.snack_tag = sent.snack_tag;
    sent.status = connection.stat_sn.peek();
  }
  response.exp_data_sn = command.sending.data_sn.value;  // Data-In PDUs that went before  §11.4.8
  // The data segment is SenseLength and the sense data. §11.4.7
  std::array<std::byte, 2 + kSenseBytesMax> segment;
  std::size_t used = 0;
  if (task.sense.size > 0) {
    bytes::store_be16(segment.data(), task.sense.size);
    std::copy_n(task.sense.bytes.begin(), task.sense.size, segment.begin() + 2);
    used = 2u + task.sense.size;
  }
  response.data_segment_bytes = static_cast<std::uint32_t>(used);
  stamp(connection, response, true);
  send(connection, response, std::span<const std::byte>{segment.data(), used}, now);
}

void TargetSession::reject(Connection& connection, const pdu::PduView& pdu,
                           pdu::RejectReason reason, runtime::TimePoint now) {
  pdu::Reject reject;
  reject.reason = reason;
  reject.data_segment_bytes = static_cast<std::uint32_t>(pdu.bhs.size());
  stamp(connection, reject, true);
  send(connection, reject, pdu.bhs, now);
  owner_.rejected(connection, reason);
}

void TargetSession::handle_data_digest_error(Connection& connection, const pdu::PduView& pdu,
                                             runtime::TimePoint now) {
  reject(connection, pdu, pdu::RejectReason::data_digest_error, now);
  if (recovers() && recover_data_out(connection, pdu, now)) return;
  const pdu::Opcode opcode = pdu::opcode_of(pdu.bhs);
  if (opcode != pdu::Opcode::data_out) return;
  // Without recovery within the connection the task ends: PROTOCOL SERVICE CRC ERROR, once the
  // sequence that the lost PDU belongs to is through.                         §7.8, §11.4.7.2
  Command* command = find(pdu::initiator_task_tag_of(pdu.bhs));
  if (command == nullptr || command->connection != &connection) return;
  if (const Result<pdu::DataOut> data_out = pdu::decode_data_out(pdu))
    command->write.take(*data_out);
  if (command->state == Command::State::collecting) return fail(*command, 0x0B, 0x47, 0x05, now);
  const bool waits_for_the_end =
      command->state == Command::State::failed || command->state == Command::State::draining;
  if (waits_for_the_end) advance(*command, now);
}

}  // namespace lunsim::target_sim
