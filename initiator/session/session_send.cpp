#include "initiator/session/session_core.hpp"
#include "protocol/iscsi/pdu/data_out.hpp"

namespace lunsim::initiator {

/// After every event: makes what can be made, and no more than soon can leave. Data-Out that is
/// owed goes before new commands, so that unsolicited data keeps the order of its commands. RFC
/// 7143 §4.2.5.2
void InitiatorSession::Impl::turn(TimePoint now) {
  if (!link) return;
  if (is_logged_in()) {
    while (link->outbox.queued_bytes() < kSendAheadBytes &&
           (send_data_out(now) || send_question(now) || send_command(now))) {
    }
    const bool must_leave = leave_at && (tasks.outstanding() == 0 || *leave_at <= now);
    if (must_leave && state == State::full_feature) begin_logout(now);
  }
  if (const auto cut = link->outbox.poll_cut()) handle_cut(*cut);
}

bool InitiatorSession::Impl::send_data_out(TimePoint now) {
  while (!bursts.empty()) {
    Task* task = tasks.find(bursts.front());
    if (task == nullptr || !task->data_out.has_burst()) {
      bursts.pop_front();
      continue;
    }
    const DataOutSender::Piece piece = task->data_out.next();
    if (piece.final) bursts.pop_front();
    pdu::DataOut made;
    made.final = piece.final;
    made.lun = task->lun;
    made.initiator_task_tag = task->tag;
    made.target_transfer_tag = piece.target_transfer_tag;
    made.data_sn = piece.data_sn;
    made.buffer_offset = piece.offset;
    link->send(made, task->payload.slice(piece.offset, piece.bytes), now);
    return true;
  }
  return false;
}

bool InitiatorSession::Impl::send_question(TimePoint now) {
  if (state != State::full_feature || !text.wants_to_send() || !numbering.is_open()) return false;
  const InitiatorTaskTag tag = text.begins() ? fresh_tag() : kReservedInitiatorTaskTag;
  TextExchange::Request made = text.next(tag, now + config.limits.command_timeout);
  made.request.cmd_sn = text_cmd_sn = numbering.take();
  link->send(made.request, std::as_bytes(std::span(made.text)), now);
  return true;
}

bool InitiatorSession::Impl::send_command(TimePoint now) {
  if (state != State::full_feature || leave_at || !numbering.is_open()) return false;
  Task* task = tasks.next_waiting();
  if (task == nullptr) return false;
  tasks.mark_sent(*task, numbering.take());
  const std::uint32_t write_bytes = task->data_out.total_bytes();
  pdu::ScsiCommand made;
  made.final = task->data_out.is_command_final();
  made.read = task->data_in_bytes > 0;
  made.write = write_bytes > 0;
  made.attribute = task->attribute;
  made.lun = task->lun;
  made.initiator_task_tag = task->tag;
  made.expected_data_transfer_length = made.write ? write_bytes : task->data_in_bytes;
  made.cmd_sn = task->cmd_sn;
  made.cdb = task->cdb;
  if (!made.final) bursts.push_back(task->tag);
  link->send(made, task->payload.slice(0, task->data_out.immediate_bytes()), now);
  return true;
}

void InitiatorSession::Impl::send_nop(pdu::NopOut made, std::span<const std::byte> data,
                                      TimePoint now) {
  made.immediate = true;
  made.cmd_sn = numbering.peek();
  link->send(made, data, now);
}

/// A tap cut our own connection.
void InitiatorSession::Impl::handle_cut(pdu::TapVerdict::Cut cut) {
  if (cut == pdu::TapVerdict::Cut::no) return;
  if (cut == pdu::TapVerdict::Cut::silence) return link->outbox.silence();
  close_link(cut == pdu::TapVerdict::Cut::reset);
  lose({.reason = runtime::CloseReason::local,
        .by_us = true,
        .why = "a fault on our side cut the connection",
        .time2wait_s = is_logged_in() ? time2wait_s() : std::uint16_t{0}});
}

}  // namespace lunsim::initiator
