#include "target_sim/session/target_session.hpp"

#include <algorithm>
#include <cassert>

namespace lunsim::target_sim {
namespace {

constexpr std::size_t kEarlyBytesMax = 8u << 20;

/// Every PDU of an initiator has it there.
StatSn exp_stat_sn_of(pdu::BhsView bhs) { return {bytes::load_be32(&bhs[28])}; }

/// But in a logout of one connection it is that connection's.                         §11.14.4
bool is_of_this_connection(pdu::BhsView bhs) {
  return pdu::opcode_of(bhs) != pdu::Opcode::logout_request ||
         (static_cast<unsigned>(bhs[1]) & 0x7Fu) == 0;
}

}  // namespace

TargetSession::TargetSession(Config config, SessionOwner& owner)
    : config_(std::move(config)),
      owner_(owner),
      window_(config_.first_cmd_sn, config_.command_window) {}

TargetSession::~TargetSession() {
  for (Command* command : table_.all()) {
    if (is_with_device(*command)) config_.device->abort(command->task);
    for (const Slice& slice : command->task.data_in)
      if (slice.pin != nullptr) slice.pin->unpin();
  }
}

void TargetSession::add_connection(Connection& connection) {
  connections_.push_back(&connection);
  // The Login Response that is about to leave cannot be asked for again.
  connection.statuses.begin(connection.stat_sn.peek() + 1);
  connection.acknowledged = connection.stat_sn.peek();
  connection.session = this;
}

void TargetSession::remove_connection(Connection& connection, runtime::TimePoint now) {
  const bool goes_on = connections_.size() > 1;
  if (reassigns() && !connection.is_logged_out) lose(connection, false, now);
  end_tasks_of(connection, goes_on, now);
  leave_fence(connection);
  std::erase_if(parked_, [&](const Parked& parked) { return parked.connection == &connection; });
  std::erase_if(held_, [&](const Held& held) { return held.connection == &connection; });
  std::erase(connections_, &connection);
  for (const KeptPdu& status : connection.statuses.take_all()) forget_sent(status);
  text_.reset();
  connection.session = nullptr;
  advance_fences(now);
}

/// Without responses; a session that goes on is told by a unit attention.                 §11.14.5
void TargetSession::end_tasks_of(const Connection& connection, bool goes_on,
                                 runtime::TimePoint now) {
  std::vector<Command*> lost;
  for (Command* command : table_.all())
    if (command->connection == &connection) lost.push_back(command);
  for (Command* command : lost) {
    if (goes_on)
      config_.device->commands_cleared(command->task.lun, config_.nexus, ClearedBy::protocol_event);
    abort(*command, now);
  }
  drop_early(connection);
}

void TargetSession::handle_pdu(Connection& connection, const pdu::PduView& pdu,
                               runtime::TimePoint now) {
  if (recovers() && is_of_this_connection(pdu.bhs))
    take_acknowledgement(connection, exp_stat_sn_of(pdu.bhs));
  note_acknowledged(connection, pdu);
  dispatch(connection, pdu, now);
  if (!early_.empty() && !releasing_early_) release_early(now);
  if (!parked_.empty()) run_parked(now);
  advance_fences(now);
}

void TargetSession::dispatch(Connection& connection, const pdu::PduView& pdu,
                             runtime::TimePoint now) {
  if (config_.discovery && pdu::opcode_of(pdu.bhs) != pdu::Opcode::text_request &&
      pdu::opcode_of(pdu.bhs) != pdu::Opcode::logout_request) {  // §4.3
    return reject(connection, pdu, pdu::RejectReason::command_not_supported, now);
  }
  switch (pdu::opcode_of(pdu.bhs)) {
    case pdu::Opcode::scsi_command:
      return handle_scsi_command(connection, pdu, now);
    case pdu::Opcode::data_out:
      return handle_data_out(connection, pdu, now);
    case pdu::Opcode::nop_out:
      return handle_nop_out(connection, pdu, now);
    case pdu::Opcode::task_management_request:
      return handle_task_management(connection, pdu, now);
    case pdu::Opcode::text_request:
      return handle_text_request(connection, pdu, now);
    case pdu::Opcode::logout_request:
      return handle_logout_request(connection, pdu, now);
    case pdu::Opcode::snack_request:
      return handle_snack(connection, pdu, now);
    case pdu::Opcode::login_request:  // a Login Request in full feature phase §6.3
      return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
    default:
      return reject(connection, pdu, pdu::RejectReason::command_not_supported, now);
  }
}

bool TargetSession::admit(Connection& connection, const pdu::PduView& pdu, CmdSn cmd_sn,
                          runtime::TimePoint) {
  if (pdu::is_immediate(pdu.bhs)) return true;
  switch (window_.judge(cmd_sn)) {
    case session::CommandWindow::Judgement::in_order:
      return true;
    case session::CommandWindow::Judgement::early:
      hold_early(connection, pdu, cmd_sn);
      return false;
    case session::CommandWindow::Judgement::ignore:
      return false;
  }
  return false;
}

void TargetSession::hold_early(Connection& connection, const pdu::PduView& pdu, CmdSn cmd_sn) {
  Early early;
  early.connection = &connection;
  std::copy(pdu.bhs.begin(), pdu.bhs.end(), early.bhs.begin());
  early.ahs.assign(pdu.ahs.begin(), pdu.ahs.end());
  early.data.assign(pdu.data.begin(), pdu.data.end());
  const std::size_t bytes = early.bytes();
  if (early_bytes_ + bytes > kEarlyBytesMax) return owner_.close(connection, true);
  if (early_.try_emplace(cmd_sn.value, std::move(early)).second) early_bytes_ += bytes;
}

void TargetSession::release_early(runtime::TimePoint now) {
  releasing_early_ = true;
  while (!early_.empty()) {
    const auto found = early_.find(window_.exp_cmd_sn().value);
    if (found == early_.end()) break;
    const Early early = std::move(found->second);
    early_.erase(found);
    early_bytes_ -= early.bytes();
    const CmdSn before = window_.exp_cmd_sn();
    if (!early.dropped && !early.connection->is_ending())
      dispatch(*early.connection, {pdu::BhsView{early.bhs}, early.ahs, early.data}, now);
    // Its number is used up, also if it was dropped or rejected.
    if (window_.exp_cmd_sn() == before) window_.delivered(), window_.completed();
  }
  releasing_early_ = false;
}

void TargetSession::drop_early(const Connection& connection) {
  std::erase_if(early_, [&](const auto& entry) {
    if (entry.second.connection != &connection) return false;
    early_bytes_ -= entry.second.bytes();
    return true;
  });
}

TargetTransferTag TargetSession::next_transfer_tag() {
  if (next_transfer_tag_ == static_cast<std::uint32_t>(kReservedTargetTransferTag))
    next_transfer_tag_ = 1;
  return TargetTransferTag{next_transfer_tag_++};
}

Command* TargetSession::find(InitiatorTaskTag tag) { return table_.find(tag); }

}  // namespace lunsim::target_sim
