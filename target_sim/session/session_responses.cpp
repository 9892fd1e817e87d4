// What goes back for a SCSI command: Data-In sequences, responses with sense, rejects.
#include <algorithm>
#include <array>

#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {
namespace {

/// Walks a task's slices in steps of at most kPduSlicesMax parts; hands each pin on with the last
/// part of its slice.
class SliceCursor {
 public:
  explicit SliceCursor(std::span<Slice> slices) : slices_(slices) {}

  /// Up to `bytes` bytes into `out`; returns how many.
  std::uint32_t take(std::uint32_t bytes, std::array<Slice, session::Outbox::kPduSlicesMax>& out,
                     std::size_t& count) {
    std::uint32_t taken = 0;
    count = 0;
    while (taken < bytes && count < out.size() && index_ < slices_.size()) {
      Slice& slice = slices_[index_];
      const std::size_t left = slice.bytes.size() - used_;
      const std::size_t step = std::min<std::size_t>(left, bytes - taken);
      out[count++] = {slice.bytes.subspan(used_, step), step == left ? slice.pin : nullptr};
      taken += static_cast<std::uint32_t>(step);
      used_ += step;
      if (step == left) {
        slice.pin = nullptr;  // handed on
        ++index_;
        used_ = 0;
      }
    }
    return taken;
  }

 private:
  std::span<Slice> slices_;
  std::size_t index_ = 0;
  std::size_t used_ = 0;
};

}  // namespace

void TargetSession::send_data_in(Command& command, std::uint32_t bytes, Residual residual,
                                 bool with_status, runtime::TimePoint now) {
  Connection& connection = *command.connection;
  const std::uint32_t segment_max = connection.parameters.peers_max_recv_data_segment_bytes;
  const std::uint32_t burst_max = config_.parameters.max_burst_bytes;
  // The device's own small answers live in the task, which is used again before they have left:
  // they are copied.
  const bool copy = !command.task.small.empty();
  SliceCursor cursor{command.task.data_in};
  std::array<Slice, session::Outbox::kPduSlicesMax> slices;
  pdu::DataIn data_in;
  data_in.initiator_task_tag = command.request.initiator_task_tag;
  std::uint32_t offset = 0;
  std::uint32_t in_burst = 0;
  std::vector<std::byte> flat;
  while (offset < bytes) {
    std::size_t count = 0;
    const std::uint32_t step =
        cursor.take(std::min({bytes - offset, segment_max, burst_max - in_burst}), slices, count);
    in_burst += step;
    const bool is_last = offset + step == bytes;
    data_in.final = is_last || in_burst == burst_max;
    if (data_in.final) in_burst = 0;
    data_in.buffer_offset = offset;
    data_in.data_segment_bytes = step;
    data_in.has_status = is_last && with_status;
    if (data_in.has_status) {
      data_in.status = static_cast<std::uint8_t>(command.task.status);
      data_in.overflow = residual.overflow;
      data_in.underflow = residual.underflow;
      data_in.residual_count = residual.count;
      data_in.stat_sn = connection.stat_sn.take();
    }
    data_in.exp_cmd_sn = window_.exp_cmd_sn();
    data_in.max_cmd_sn = window_.max_cmd_sn();
    encode(data_in, scratch_);
    if (copy) {
      flat.clear();
      for (std::size_t i = 0; i < count; ++i)
        flat.insert(flat.end(), slices[i].bytes.begin(), slices[i].bytes.end());
      connection.outbox.push(scratch_, std::span<const std::byte>{flat}, now.since_start_ns);
    } else {
      connection.outbox.push(scratch_, std::span<const Slice>{slices.data(), count},
                             now.since_start_ns);
    }
    ++data_in.data_sn;
    offset += step;
  }
  owner_.wants_transmit(connection);
}

void TargetSession::send_scsi_response(Command& command, Residual residual,
                                       runtime::TimePoint now) {
  Connection& connection = *command.connection;
  const Task& task = command.task;
  pdu::ScsiResponse response;
  response.initiator_task_tag = command.request.initiator_task_tag;
  response.status = static_cast<std::uint8_t>(task.status);
  response.overflow = residual.overflow;
  response.underflow = residual.underflow;
  response.residual_count = residual.count;
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
}

void TargetSession::handle_data_digest_error(Connection& connection, const pdu::PduView& pdu,
                                             runtime::TimePoint now) {
  reject(connection, pdu, pdu::RejectReason::data_digest_error, now);
  const pdu::Opcode opcode = pdu::opcode_of(pdu.bhs);
  if (opcode != pdu::Opcode::data_out) return;
  // Without recovery within the connection the task ends: PROTOCOL SERVICE CRC ERROR.        §7.8,
  // §11.4.7.2
  Command* command = find(pdu::initiator_task_tag_of(pdu.bhs));
  if (command != nullptr && command->state == Command::State::collecting)
    fail(*command, 0x0B, 0x47, 0x05, now);
}

}  // namespace lunsim::target_sim
