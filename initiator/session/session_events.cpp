#include <algorithm>

#include "initiator/session/async_reaction.hpp"
#include "initiator/session/session_core.hpp"

namespace lunsim::initiator {
namespace {

constexpr runtime::Duration kDrainTimeMax = std::chrono::seconds{10};

}  // namespace

void InitiatorSession::Impl::handle_nop_in(const pdu::PduView& view, TimePoint now) {
  const Result<pdu::NopIn> ping = pdu::decode_nop_in(view);
  if (!ping) return violate(ping.error());
  if (ping->initiator_task_tag != kReservedInitiatorTaskTag) {
    if (admit(ping)) nop.handle_answer(ping->initiator_task_tag);
    return;
  }
  numbering.update(ping->exp_cmd_sn, ping->max_cmd_sn);
  // Its StatSN is the one that comes next, so it shows whether a status was lost. RFC 7143 §7.1.4.2
  if (precedes(link->status.exp_stat_sn(), ping->stat_sn))
    return violate("a status is missing before this StatSN", "RFC 7143 §7.9", 24, "StatSN");
  // A ping of the target's has no data to send back (decode refuses it). RFC 7143 §11.19
  if (ping->target_transfer_tag != kReservedTargetTransferTag) send_nop(answer_to(*ping), {}, now);
}

void InitiatorSession::Impl::handle_async_message(const pdu::PduView& view, TimePoint now) {
  const Result<pdu::AsyncMessage> message = pdu::decode_async_message(view);
  if (!admit(message)) return;
  const auto kept = view.data.first(std::min(view.data.size(), kNewsDataBytesMax));
  tell(AsyncReceived{*message, {kept.begin(), kept.end()}});
  const AsyncReaction reaction = react_to(*message, config.login.cid);
  switch (reaction.kind) {
    case AsyncReaction::Kind::none:
      return;
    case AsyncReaction::Kind::log_out:
      if (state == State::full_feature && !leave_at)
        leave_at = now + std::min(reaction.log_out_within / 2, kDrainTimeMax);
      return;
    case AsyncReaction::Kind::drop:
      return lose({.reason = runtime::CloseReason::finished,
                   .by_us = false,
                   .why = "the target announced that it drops the connection",
                   .time2wait_s = reaction.time2wait_s});
    case AsyncReaction::Kind::end_tasks:
      return end_tasks_of(message->lun, now);
  }
}

/// All tasks of the unit are over at the target: no more data for them, and a word that we know.
/// RFC 7143 §11.9.1
void InitiatorSession::Impl::end_tasks_of(LunField lun, TimePoint now) {
  for (const InitiatorTaskTag tag : tasks.tags_if(
           [&](const Task& task) { return task.state != Task::State::waiting && task.lun == lun; }))
    complete(*tasks.find(tag), CommandOutcome::aborted);
  pdu::NopOut acknowledgement;
  acknowledgement.lun = lun;
  send_nop(acknowledgement, {}, now);
}

void InitiatorSession::Impl::handle_reject(const pdu::PduView& view, TimePoint now) {
  const Result<pdu::Reject> reject = pdu::decode_reject(view);
  if (!admit(reject)) return;
  tell(RejectReceived{reject->reason});
  // Nobody may send it any more; whoever gets it all the same takes it for a failed negotiation,
  // which ends the connection.                                                     RFC 7143
  // §11.17.1
  if (reject->reason == pdu::RejectReason::negotiation_reset)
    return violate("a negotiation reset ends the connection", "RFC 7143 §11.17.1", 2, "Reason");
  if (view.data.size() < pdu::kBhsBytes) return;
  const pdu::BhsView rejected = view.data.first<pdu::kBhsBytes>();
  const InitiatorTaskTag tag = pdu::initiator_task_tag_of(rejected);
  switch (pdu::opcode_of(rejected)) {
    case pdu::Opcode::scsi_command:
      return handle_rejected_command(tag, reject->exp_cmd_sn, now);
    case pdu::Opcode::nop_out:
      nop.handle_answer(tag);
      return;
    case pdu::Opcode::task_management_request:
      if (const auto request = management.take(tag))
        finish_management(*request, pdu::TaskManagementOutcome::function_rejected);
      return;
    case pdu::Opcode::text_request:
      if (text.is_ours(tag)) finish_question(false);
      return;
    case pdu::Opcode::logout_request:
      if (logout_tag == tag) finish_logout(LoggedOut{.response = {}, .answered = false}, true);
      return;
    default:
      return;  // about a PDU of a task that still gets its response                      §7.3
  }
}

/// The target has dropped the command as if it had never come. Unless its ExpCmdSN has passed it, a
/// ping takes the place of the command, or no later one would ever be delivered. RFC 7143 §7.3
void InitiatorSession::Impl::handle_rejected_command(InitiatorTaskTag tag, CmdSn exp_cmd_sn,
                                                     TimePoint now) {
  Task* task = tasks.find(tag);
  if (task == nullptr || task->state == Task::State::waiting) return;
  if (!precedes(task->cmd_sn, exp_cmd_sn)) {
    pdu::NopOut filler;
    filler.immediate = false;
    filler.initiator_task_tag = fresh_tag();
    filler.cmd_sn = task->cmd_sn;
    link->send(filler, std::span<const std::byte>{}, now);
  }
  complete(*task, CommandOutcome::rejected);
}

}  // namespace lunsim::initiator
