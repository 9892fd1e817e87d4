// SCSI commands and the data that comes for them.
#include <algorithm>

#include "protocol/iscsi/pdu/ahs.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/scsi/lun.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {
namespace {

constexpr std::uint64_t kNoUnit = ~std::uint64_t{0};
constexpr std::uint64_t kWriteBudgetBytes = 64u << 20;
constexpr std::uint32_t kImmediateCommandsMax = 64;

TaskOrder order_of(pdu::TaskAttribute attribute) {
  switch (attribute) {
    case pdu::TaskAttribute::ordered:
      return TaskOrder::ordered;
    case pdu::TaskAttribute::head_of_queue:
      return TaskOrder::head_of_queue;
    case pdu::TaskAttribute::aca:
      return TaskOrder::aca;
    default:
      return TaskOrder::simple;
  }
}

}  // namespace

void TargetSession::handle_scsi_command(Connection& connection, const pdu::PduView& pdu,
                                        runtime::TimePoint now) {
  const Result<pdu::ScsiCommand> request = pdu::decode_scsi_command(pdu);
  if (!request) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (!admit(connection, pdu, request->cmd_sn, now)) return;
  // A command that is rejected does not use up its CmdSN.                                     §7.3
  if (find(request->initiator_task_tag) != nullptr)
    return reject(connection, pdu, pdu::RejectReason::task_in_progress, now);
  if (request->immediate && immediate_outstanding_ >= kImmediateCommandsMax)
    return reject(connection, pdu, pdu::RejectReason::immediate_command_reject, now);
  begin_command(connection, *request, pdu, now);
}

bool TargetSession::fill_cdb(Command& command, const pdu::PduView& pdu) {
  Task& task = command.task;
  std::copy(command.request.cdb.begin(), command.request.cdb.end(), task.cdb.begin());
  task.cdb_bytes = static_cast<std::uint16_t>(command.request.cdb.size());
  if (pdu.ahs.empty()) return true;
  const Result<pdu::LongCdb> whole = pdu::collect_cdb(command.request.cdb, pdu.ahs);
  if (!whole) return false;
  std::copy_n(whole->bytes.begin(), whole->size, task.cdb.begin());
  task.cdb_bytes = static_cast<std::uint16_t>(whole->size);
  return true;
}

void TargetSession::begin_command(Connection& connection, const pdu::ScsiCommand& request,
                                  const pdu::PduView& pdu, runtime::TimePoint now) {
  std::unique_ptr<Command> owned = pool_.take();
  Command& command = *owned;
  command.request = request;
  command.session = this;
  command.connection = &connection;
  command.cid = connection.cid;
  if (!fill_cdb(command, pdu)) {
    pool_.give_back(std::move(owned));
    return reject(connection, pdu, pdu::RejectReason::invalid_pdu_field, now);
  }
  if (request.immediate) {
    ++immediate_outstanding_;
  } else {
    window_.delivered();
  }
  table_.insert(std::move(owned));
  if (recovers()) begin_sent(command);

  Task& task = command.task;
  task.tag = static_cast<std::uint32_t>(request.initiator_task_tag);
  task.nexus = config_.nexus;
  task.lun = scsi::plain_lun(request.lun.raw).value_or(kNoUnit);
  task.order = order_of(request.attribute);
  task.owner = &command;

  const bool may_go_on = config_.device->prepare(task, now.since_start_ns);
  const std::uint32_t outgoing = request.write ? request.expected_data_transfer_length : 0;
  const negotiation::SessionParameters& p = config_.parameters;
  const WriteTransfer::Fault fault =
      command.write.begin({.initial_r2t = p.initial_r2t,
                           .immediate_data = p.immediate_data,
                           .first_burst_bytes = p.first_burst_bytes,
                           .max_burst_bytes = p.max_burst_bytes,
                           .max_outstanding_r2t = p.max_outstanding_r2t,
                           .recovers = recovers()},
                          outgoing, may_go_on ? task.data_out_bytes_wanted : 0,
                          request.data_segment_bytes, request.final || !request.write);
  if (fault != WriteTransfer::Fault::none) return fail(command, fault, now);

  command.state = may_go_on ? Command::State::collecting : Command::State::failed;
  if (may_go_on && outgoing > 0) {
    const std::size_t first = std::min<std::size_t>(pdu.data.size(), command.write.total_bytes());
    task.data_out.assign(pdu.data.begin(), pdu.data.begin() + static_cast<std::ptrdiff_t>(first));
    if (command.write.is_unsolicited_open())
      task.data_out.resize(std::min<std::size_t>(command.write.total_bytes(), p.first_burst_bytes));
  }
  advance(command, now);
}

void TargetSession::advance(Command& command, runtime::TimePoint now) {
  if (command.state == Command::State::draining) {
    if (command.write.has_open_requests()) return;
    abort(command, now);
    return answer_drained(now);
  }
  if (command.state == Command::State::failed) {
    // The status waits until every sequence under way has had its F bit.                  §11.4.2
    if (!command.write.has_open_sequences()) finish(command, now);
    return;
  }
  if (command.write.is_unsolicited_open()) return;
  if (!command.write.is_complete()) return request_data(command, now);
  command.state = Command::State::executing;
  if (config_.device->submit(command.task, now.since_start_ns)) return finish(command, now);
  owner_.device_is_busy(config_.node);
}

void TargetSession::request_data(Command& command, runtime::TimePoint now) {
  if (command.budget_bytes == 0) {
    const std::uint32_t bytes = command.write.total_bytes();
    if (write_budget_used_ > 0 && write_budget_used_ + bytes > kWriteBudgetBytes) {
      waiting_for_budget_.push_back(command.request.initiator_task_tag);
      return;
    }
    command.budget_bytes = bytes;
    write_budget_used_ += bytes;
  }
  while (true) {
    const TargetTransferTag tag = next_transfer_tag();
    const std::optional<WriteTransfer::Request> request = command.write.next_request(tag);
    if (!request) return;
    // Memory grows with what is asked for, not with what was announced.
    const std::size_t end = std::size_t{request->offset_bytes} + request->bytes;
    if (command.task.data_out.size() < end) command.task.data_out.resize(end);
    pdu::R2t r2t;
    r2t.lun = command.request.lun;
    r2t.initiator_task_tag = command.request.initiator_task_tag;
    r2t.target_transfer_tag = request->tag;
    r2t.r2t_sn = request->r2t_sn;
    r2t.buffer_offset = request->offset_bytes;
    r2t.desired_data_transfer_length = request->bytes;
    stamp(*command.connection, r2t, false);
    if (recovers()) {
      encode(r2t, scratch_);
      keep_data_pdu(command, scratch_);
    }
    send(*command.connection, r2t, {}, now);
  }
}

void TargetSession::request_data_for_waiting(runtime::TimePoint now) {
  std::vector<InitiatorTaskTag> waiting;
  waiting.swap(waiting_for_budget_);
  for (InitiatorTaskTag tag : waiting) {
    Command* command = find(tag);
    if (command != nullptr && command->state == Command::State::collecting &&
        command->connection != nullptr)
      request_data(*command, now);
  }
}

void TargetSession::handle_data_out(Connection& connection, const pdu::PduView& pdu,
                                    runtime::TimePoint now) {
  const Result<pdu::DataOut> data_out = pdu::decode_data_out(pdu);
  if (!data_out) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (!kept_transfers_.empty() && is_kept_transfer(*data_out)) return;
  Command* command = find(data_out->initiator_task_tag);
  // Data for a task that has ended (aborted, failed early) may still be under way: it goes by.
  if (command == nullptr || command->connection != &connection) return;
  const bool is_asked_for = data_out->target_transfer_tag != kReservedTargetTransferTag;
  if (is_asked_for && data_out->lun.raw != command->request.lun.raw) {
    // The data is not for this task, says its LUN; without it the task cannot go on.      §4.2.5.3
    reject(connection, pdu, pdu::RejectReason::protocol_error, now);
    command->write.take(*data_out);
    if (command->state == Command::State::collecting) fail(*command, 0x0B, 0x4B, 0x00, now);
    return;
  }
  const std::optional<WriteTransfer::Fault> fault = command->write.take(*data_out);
  if (!fault) return reject(connection, pdu, pdu::RejectReason::invalid_pdu_field, now);
  if (*fault == WriteTransfer::Fault::repeated) return;
  if (command->state == Command::State::collecting) {
    if (*fault != WriteTransfer::Fault::none) return fail(*command, *fault, now);
    std::vector<std::byte>& buffer = command->task.data_out;
    const std::size_t offset = data_out->buffer_offset;
    if (offset < command->write.total_bytes()) {
      const std::size_t bytes =
          std::min<std::size_t>(pdu.data.size(), command->write.total_bytes() - offset);
      if (buffer.size() < offset + bytes) buffer.resize(offset + bytes);
      std::copy_n(pdu.data.begin(), bytes, buffer.begin() + static_cast<std::ptrdiff_t>(offset));
    }
  } else if (command->state != Command::State::failed &&
             command->state != Command::State::draining) {
    return;
  }
  advance(*command, now);
}

void TargetSession::fail(Command& command, WriteTransfer::Fault fault, runtime::TimePoint now) {
  const bool unexpected = fault == WriteTransfer::Fault::unexpected_unsolicited;
  fail(command, 0x0B, 0x0C, unexpected ? 0x0C : 0x0D, now);
}

void TargetSession::fail(Command& command, std::uint8_t key, std::uint8_t asc, std::uint8_t ascq,
                         runtime::TimePoint now) {
  config_.device->abort(command.task);  // it was prepared and will not be submitted
  set_sense(command.task, key, asc, ascq);
  command.state = Command::State::failed;
  advance(command, now);
}

void TargetSession::finish(Command& command, runtime::TimePoint now) {
  if (command.connection == nullptr) {
    command.state = Command::State::waiting;
    return;
  }
  if (!has_fences()) return respond(command, now);
  const bool is_fence = takes_fence(command);
  if (!is_fence && !is_fenced_off(command.task.lun)) return respond(command, now);
  command.state = Command::State::fenced;
  wait_at_fence({.lun = command.task.lun,
                 .is_fence = is_fence,
                 .command = &command,
                 .connection = command.connection},
                now);
}

void TargetSession::respond(Command& command, runtime::TimePoint now) {
  const Task& task = command.task;
  const std::uint32_t expected = command.expected_bytes();
  const bool good = task.status == scsi::Status::good || task.status == scsi::Status::condition_met;
  // Only the direction that the flags allow moves data.                                  §11.4.5
  std::uint64_t wanted = std::max(task.data_in_bytes, task.data_out_bytes_wanted);
  if (command.request.write) {
    wanted = task.data_out_bytes_wanted;
  } else if (command.request.read) {
    wanted = task.data_in_bytes;
  }
  const std::uint32_t bytes_in =
      command.request.read
          ? static_cast<std::uint32_t>(std::min<std::uint64_t>(expected, task.data_in_bytes))
          : 0;
  // A command that failed moved what was sent of it, and what it would have moved is no longer of
  // interest.
  const std::uint64_t moved = command.request.write ? command.write.received_bytes() : bytes_in;
  const Residual residual =
      residual_of(expected, good ? wanted : std::min<std::uint64_t>(moved, expected));
  command.sending = {};
  command.sending.residual = residual;
  command.sending.bytes = bytes_in;
  // With recovery, data and status are asked for again each by its own number.
  command.sending.with_status = bytes_in > 0 && task.status == scsi::Status::good && !recovers();
  if (bytes_in > 0) return start_sending(command, now);
  complete_in_window(command);
  send_scsi_response(command, now);
  forget(command);
  if (!waiting_for_budget_.empty()) request_data_for_waiting(now);
}

/// The window opens before the response is numbered, so that MaxCmdSN in it is already the new one.
void TargetSession::complete_in_window(const Command& command) {
  if (command.request.immediate) {
    --immediate_outstanding_;
  } else {
    window_.completed();
  }
}

void TargetSession::handle_completion(Command& command, runtime::TimePoint now) {
  finish(command, now);
}

/// Takes the command out of the table; its pins have been handed on or are released here.
void TargetSession::forget(Command& command) {
  for (const Slice& slice : command.task.data_in)
    if (slice.pin != nullptr) slice.pin->unpin();
  write_budget_used_ -= command.budget_bytes;
  pool_.give_back(table_.take(command));
}

void TargetSession::abort(Command& command, runtime::TimePoint now) {
  const bool is_in_line = command.state == Command::State::sending && command.connection != nullptr;
  if (is_in_line) stop_sending(command);
  if (is_with_device(command)) config_.device->abort(command.task);
  if (recovers()) drop_sent(command.request.initiator_task_tag);
  if (command.state == Command::State::fenced) leave_fence(command);
  complete_in_window(command);
  forget(command);
  if (!waiting_for_budget_.empty()) request_data_for_waiting(now);
}

std::size_t TargetSession::abort_tasks(std::optional<std::uint64_t> lun, runtime::TimePoint now) {
  std::vector<Command*> ended;
  for (Command* command : table_.all())
    if (command->state != Command::State::draining && (!lun || command->task.lun == *lun))
      ended.push_back(command);
  if (is_fast() && !ended.empty()) tell_terminated(ended, now);
  for (Command* command : ended) abort(*command, now);
  return ended.size();
}

}  // namespace lunsim::target_sim
