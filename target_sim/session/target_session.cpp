#include "target_sim/session/target_session.hpp"

#include <algorithm>
#include <cassert>

namespace lunsim::target_sim {
namespace {

constexpr std::size_t kEarlyBytesMax = 8u << 20;

}  // namespace

TargetSession::TargetSession(Config config, SessionOwner& owner)
    : config_(std::move(config)),
      owner_(owner),
      window_(config_.first_cmd_sn, config_.command_window) {}

TargetSession::~TargetSession() {
  for (Command* command : table_.all()) {
    if (command->state == Command::State::executing) config_.device->abort(command->task);
    for (const Slice& slice : command->task.data_in)
      if (slice.pin != nullptr) slice.pin->unpin();
  }
}

void TargetSession::add_connection(Connection& connection) {
  connections_.push_back(&connection);
  connection.session = this;
}

void TargetSession::remove_connection(Connection& connection, runtime::TimePoint now) {
  std::vector<Command*> lost;
  for (Command* command : table_.all())
    if (command->connection == &connection) lost.push_back(command);
  for (Command* command : lost) abort(*command, now);
  std::erase_if(early_, [&](const auto& entry) { return entry.second.connection == &connection; });
  std::erase(connections_, &connection);
  text_.reset();
  connection.session = nullptr;
}

void TargetSession::handle_header(Connection& connection, const pdu::PduView& header) {
  if (pdu::opcode_of(header.bhs) != pdu::Opcode::data_out) return;
  // Data-Out may go straight into the buffer that it is for; whether it may is judged again with
  // the whole PDU.
  const std::uint32_t bytes = pdu::data_segment_bytes_of(header.bhs);
  Command* command = find(pdu::initiator_task_tag_of(header.bhs));
  if (bytes == 0 || command == nullptr || command->state != Command::State::collecting) return;
  const std::uint64_t offset = bytes::load_be32(&header.bhs[40]);
  if (offset + bytes > command->task.data_out.size()) return;
  connection.inbox.receive_into({command->task.data_out.data() + offset, bytes});
}

void TargetSession::handle_pdu(Connection& connection, const pdu::PduView& pdu,
                               runtime::TimePoint now) {
  dispatch(connection, pdu, now);
  if (!early_.empty() && !releasing_early_) release_early(now);
}

void TargetSession::dispatch(Connection& connection, const pdu::PduView& pdu,
                             runtime::TimePoint now) {
  if (config_.discovery && pdu::opcode_of(pdu.bhs) != pdu::Opcode::text_request &&
      pdu::opcode_of(pdu.bhs) != pdu::Opcode::logout_request &&
      pdu::opcode_of(pdu.bhs) != pdu::Opcode::nop_out) {
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
    case pdu::Opcode::snack_request:  // ErrorRecoveryLevel 0 has no recovery within a connection
                                      // §7.2
      return reject(connection, pdu, pdu::RejectReason::snack_reject, now);
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
  const std::size_t bytes = pdu.ahs.size() + pdu.data.size() + sizeof(Early);
  if (early_bytes_ + bytes > kEarlyBytesMax) return owner_.close(connection, true);
  Early early;
  early.connection = &connection;
  std::copy(pdu.bhs.begin(), pdu.bhs.end(), early.bhs.begin());
  early.ahs.assign(pdu.ahs.begin(), pdu.ahs.end());
  early.data.assign(pdu.data.begin(), pdu.data.end());
  if (early_.try_emplace(cmd_sn.value, std::move(early)).second) early_bytes_ += bytes;
}

void TargetSession::release_early(runtime::TimePoint now) {
  releasing_early_ = true;
  while (!early_.empty()) {
    const auto found = early_.find(window_.exp_cmd_sn().value);
    if (found == early_.end()) break;
    const Early early = std::move(found->second);
    early_.erase(found);
    early_bytes_ -= early.ahs.size() + early.data.size() + sizeof(Early);
    const CmdSn before = window_.exp_cmd_sn();
    if (!early.dropped)
      dispatch(*early.connection, {pdu::BhsView{early.bhs}, early.ahs, early.data}, now);
    // Its number is used up, also if it was dropped or rejected.
    if (window_.exp_cmd_sn() == before) window_.delivered(), window_.completed();
  }
  releasing_early_ = false;
}

Command* TargetSession::find(InitiatorTaskTag tag) { return table_.find(tag); }

}  // namespace lunsim::target_sim
