// Connection recovery: tasks outlive their connection, wait for a while, and go on at another one.
//                                            RFC 7143 §6.3.4, §7.2.2, §7.14, §11.5.6, §11.14
#include <algorithm>

#include "protocol/iscsi/pdu/async_message.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {

TargetSession::Lost* TargetSession::find_lost(std::uint16_t cid) {
  const auto found =
      std::find_if(lost_.begin(), lost_.end(), [cid](const Lost& one) { return one.cid == cid; });
  return found == lost_.end() ? nullptr : &*found;
}

void TargetSession::note_lost(std::uint16_t cid, bool is_logged_out, runtime::TimePoint now) {
  Lost* lost = find_lost(cid);
  if (lost == nullptr) lost = &lost_.emplace_back(Lost{cid, false, now});
  lost->is_logged_out = is_logged_out;
  const negotiation::SessionParameters& p = config_.parameters;
  lost->deadline = now + std::chrono::seconds{p.default_time2wait_s + p.default_time2retain_s};
  owner_.retains(*this);
}

/// Data-In, R2Ts and status wait from here on.                                         §11.14
void TargetSession::suspend(Command& command) {
  if (command.state == Command::State::sending) stop_sending(command);
  if (command.state == Command::State::fenced) leave_fence(command);
  if (command.state == Command::State::failed || command.state == Command::State::fenced)
    command.state = Command::State::waiting;
  command.write.suspend();
  command.connection = nullptr;
}

/// Immediate commands cannot be recovered, and task management that waits for data is through.
///                                                                                       §7.14
void TargetSession::lose_tasks(Connection& connection, runtime::TimePoint now) {
  std::vector<Command*> lost;
  for (Command* command : table_.all())
    if (command->connection == &connection) lost.push_back(command);
  for (Command* command : lost) {
    const bool ends = command->request.immediate || command->state == Command::State::draining;
    ends ? abort(*command, now) : suspend(*command);
  }
  drop_early(connection);
  answer_drained(now);
}

void TargetSession::lose(Connection& connection, bool is_logged_out, runtime::TimePoint now) {
  lose_tasks(connection, now);
  for (KeptPdu& status : connection.statuses.take_all()) {
    const auto found = sent_.find(pdu::initiator_task_tag_of(pdu::BhsView{status.bhs}));
    if (found == sent_.end() || found->second.connection != &connection) continue;
    if (found->second.status == StatSn{bytes::load_be32(&status.bhs[24])})
      found->second.response = std::move(status);
  }
  for (auto& [tag, sent] : sent_)
    if (sent.connection == &connection) sent.connection = nullptr;
  note_lost(connection.cid, is_logged_out, now);
  if (is_logged_out) return;
  for (Connection* other : connections_) {
    if (other == &connection || other->is_ending()) continue;
    pdu::AsyncMessage message;
    message.async_event = pdu::AsyncEvent::connection_drop;
    message.parameter1 = connection.cid;
    message.parameter2 = config_.parameters.default_time2wait_s;
    message.parameter3 = config_.parameters.default_time2retain_s;
    stamp(*other, message, true);
    send(*other, message, {}, now);
  }
}

/// A logout for recovery that nobody had to send.                                      §11.14
void TargetSession::reinstate(std::uint16_t cid, runtime::TimePoint now) {
  if (!reassigns()) return;
  const auto named = std::find_if(connections_.begin(), connections_.end(),
                                  [cid](const Connection* c) { return c->cid == cid; });
  if (named != connections_.end()) {
    lose(**named, true, now);
    (*named)->is_logged_out = true;
  } else if (find_lost(cid) != nullptr) {
    note_lost(cid, true, now);
  }
}

pdu::LogoutOutcome TargetSession::log_out_for_recovery(const pdu::LogoutRequest& request,
                                                       std::vector<Connection*>& ended,
                                                       runtime::TimePoint now) {
  if (!reassigns()) return pdu::LogoutOutcome::recovery_not_supported;
  const auto named = std::find_if(connections_.begin(), connections_.end(),
                                  [&](const Connection* c) { return c->cid == request.cid; });
  if (named != connections_.end()) {
    take_acknowledgement(**named, request.exp_stat_sn);
    lose(**named, true, now);
    ended.push_back(*named);
    return pdu::LogoutOutcome::closed;
  }
  if (find_lost(request.cid) == nullptr) return pdu::LogoutOutcome::cid_not_found;
  note_lost(request.cid, true, now);
  return pdu::LogoutOutcome::closed;
}

/// The tasks that a connection left behind end. False if there is none with this CID.
bool TargetSession::end_lost(std::uint16_t cid, runtime::TimePoint now) {
  if (find_lost(cid) == nullptr) return false;
  std::vector<Command*> over;
  for (Command* command : table_.all())
    if (command->connection == nullptr && command->cid == cid) over.push_back(command);
  for (Command* command : over) abort(*command, now);
  std::vector<InitiatorTaskTag> answered;
  for (const auto& [tag, sent] : sent_)
    if (sent.connection == nullptr && sent.cid == cid) answered.push_back(tag);
  for (const InitiatorTaskTag tag : answered) drop_sent(tag);
  std::erase_if(lost_, [cid](const Lost& one) { return one.cid == cid; });
  return true;
}

std::optional<runtime::TimePoint> TargetSession::retention_deadline() const {
  std::optional<runtime::TimePoint> next;
  for (const Lost& one : lost_)
    if (!next || one.deadline < *next) next = one.deadline;
  return next;
}

void TargetSession::handle_retention(runtime::TimePoint now) {
  std::vector<std::uint16_t> over;
  for (const Lost& one : lost_)
    if (one.deadline <= now) over.push_back(one.cid);
  for (const std::uint16_t cid : over) end_lost(cid, now);
  if (!over.empty()) tell_window(now);
}

pdu::TaskManagementOutcome TargetSession::judge_reassignment(
    const pdu::TaskManagementRequest& request) {
  using Outcome = pdu::TaskManagementOutcome;
  if (!reassigns()) return Outcome::task_allegiance_reassignment_not_supported;
  const InitiatorTaskTag tag = request.referenced_task_tag;
  if (is_managing(tag) || (text_ && text_->initiator_task_tag == tag))
    return Outcome::function_rejected;  // §11.5.1
  const auto found = sent_.find(tag);
  if (found == sent_.end()) return Outcome::task_does_not_exist;
  const Lost* lost = find_lost(found->second.cid);
  if (found->second.connection != nullptr || lost == nullptr || !lost->is_logged_out)
    return Outcome::task_still_allegiant;
  const bool is_to_be_had =
      !found->second.is_read || found->second.pdus.has_all_from(request.exp_data_sn);
  return is_to_be_had ? Outcome::function_complete
                      : Outcome::task_allegiance_reassignment_not_supported;
}

/// The response goes first; only then is the allegiance the new one.                    §7.2.2
void TargetSession::reassign(Connection& connection, const pdu::TaskManagementRequest& request,
                             runtime::TimePoint now) {
  const pdu::TaskManagementOutcome outcome = judge_reassignment(request);
  send_management_response(connection, request, outcome, now);
  if (outcome != pdu::TaskManagementOutcome::function_complete) return;
  Sent& sent = sent_[request.referenced_task_tag];
  sent.connection = &connection;
  sent.cid = connection.cid;
  sent.snack_tag = 0;
  if (sent.is_read) {
    // Any value that can be none acknowledges nothing.                                  §11.5.6
    sent_cost_ -= sent.pdus.cost();
    sent.pdus.acknowledge(request.exp_data_sn);
    sent.pdus.cut_again(connection.parameters.peers_max_recv_data_segment_bytes);
    sent_cost_ += sent.pdus.cost();
    for (std::size_t i = 0; i < sent.pdus.size(); ++i) resend(connection, sent.pdus.at(i), now);
  }
  if (Command* command = find(request.referenced_task_tag)) {
    go_on(*command, connection, sent, now);
  } else {
    answer_again(connection, sent, now);
  }
}

void TargetSession::go_on(Command& command, Connection& connection, const Sent& sent,
                          runtime::TimePoint now) {
  command.connection = &connection;
  command.cid = connection.cid;
  switch (command.state) {
    case Command::State::sending:
      command.sending.data_sn = DataSn{sent.pdus.next()};
      return start_sending(command, now);
    case Command::State::collecting:
      return advance(command, now);
    case Command::State::waiting:
      return finish(command, now);
    case Command::State::executing:
    case Command::State::failed:
    case Command::State::draining:
    case Command::State::fenced:
      return;
  }
}

/// The status had left before the connection was lost. It is numbered as the new one counts.
void TargetSession::answer_again(Connection& connection, Sent& sent, runtime::TimePoint now) {
  if (!sent.response) return;
  KeptPdu response = *std::exchange(sent.response, std::nullopt);
  sent.status = connection.stat_sn.take();
  bytes::store_be32(&response.bhs[20], sent.snack_tag);
  bytes::store_be32(&response.bhs[24], sent.status->value);
  if (sent.is_read) bytes::store_be32(&response.bhs[36], sent.pdus.next());
  resend(connection, response, now);
  keep_status(connection, response.bhs, response.data);
}

}  // namespace lunsim::target_sim
