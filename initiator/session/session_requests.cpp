#include "initiator/session/session_core.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"

namespace lunsim::initiator {

using pdu::TaskManagementFunction;
using pdu::TaskManagementOutcome;

InitiatorSession::Impl::Impl(SessionConfig given, runtime::Entropy& chance, pdu::Tap* pdu_tap)
    : config(std::move(given)),
      entropy(chance),
      tap(pdu_tap),
      numbering(config.login.first_cmd_sn, config.login.tsih != 0),
      tasks(config.limits.outstanding_commands_max, config.limits.queued_commands_max),
      text(config.limits.text_bytes_max),
      nop(config.limits.nop_interval, config.limits.nop_timeout) {}

InitiatorTaskTag InitiatorSession::Impl::fresh_tag() {
  // All ones are reserved; the commands' tags have the top bit clear. RFC 7143 §11.2.1.8
  next_tag = (next_tag + 1) % (TaskTable::kNotACommandBit - 1);
  return InitiatorTaskTag{TaskTable::kNotACommandBit | next_tag};
}

void InitiatorSession::Impl::start(TimePoint now) {
  if (state != State::idle) return;
  redirects = 0;
  connect_to(config.portal, now);
}

CommandHandle InitiatorSession::Impl::submit(ScsiRequest request, TimePoint now) {
  const CommandHandle handle{next_handle++};
  const runtime::Duration timeout =
      request.timeout > runtime::Duration{0} ? request.timeout : config.limits.command_timeout;
  const bool is_bidirectional = request.data_in_bytes > 0 && !request.data_out.empty();
  const bool is_fit = state == State::full_feature && !is_discovery() && !is_bidirectional &&
                      request.data_in_bytes <= config.limits.data_in_bytes_max &&
                      request.data_out.size() <= 0xFFFF'FFFFu;
  Task* task = is_fit ? tasks.add(handle, now + timeout) : nullptr;
  if (task == nullptr) {
    ScsiCompletion refused;
    refused.handle = handle;
    refused.outcome = CommandOutcome::refused;
    events.emplace_back(std::move(refused));
    return handle;
  }
  task->lun = LunField{request.lun_field};
  task->cdb = request.cdb;
  task->attribute = request.attribute;
  task->data_in_bytes = request.data_in_bytes;
  task->data_in = DataInAssembler(request.data_in_bytes, data_in_order);
  task->data_out = DataOutSender(static_cast<std::uint32_t>(request.data_out.size()), write_rules);
  task->payload = PinnedBytes(std::move(request.data_out));
  turn(now);
  return handle;
}

/// What needs no word from the target: no session, a command that never left, one that has ended.
bool InitiatorSession::Impl::manage_without_target(const ManagementRequest& request, Task* task) {
  ManagementDone done{.handle = request.handle, .answered = false, .response = {}};
  // TASK REASSIGN needs ErrorRecoveryLevel 2, which we never reach. RFC 7143 §7.2.2
  const bool is_possible = state == State::full_feature && !is_discovery() &&
                           !management.is_full() &&
                           request.function != TaskManagementFunction::task_reassign;
  if (is_possible) {
    if (request.function != TaskManagementFunction::abort_task) return false;
    if (task != nullptr && task->state != Task::State::waiting) return false;
    done.answered = true;
    done.response = task != nullptr ? TaskManagementOutcome::function_complete
                                    : TaskManagementOutcome::task_does_not_exist;
    if (task != nullptr) complete(*task, CommandOutcome::aborted);
  }
  events.emplace_back(done);
  return true;
}

CommandHandle InitiatorSession::Impl::manage(TaskManagementFunction function, LunField lun,
                                             CommandHandle of, TimePoint now) {
  const bool is_about_a_task = function == TaskManagementFunction::abort_task ||
                               function == TaskManagementFunction::query_task;
  Task* task = is_about_a_task ? tasks.find(of) : nullptr;
  ManagementRequest request;
  request.handle = CommandHandle{next_handle++};
  request.function = function;
  request.lun = lun;
  if (!manage_without_target(request, task)) {
    if (task != nullptr && task->state != Task::State::waiting) {
      request.lun = task->lun;
      request.referenced = task->tag;
    }
    send_management(request, now);
    turn(now);
  }
  return request.handle;
}

void InitiatorSession::Impl::send_management(ManagementRequest request, TimePoint now) {
  request.tag = fresh_tag();
  request.cmd_sn = numbering.peek();
  request.deadline = now + config.limits.logout_timeout;
  pdu::TaskManagementRequest made;
  made.immediate = true;
  made.function = request.function;
  made.lun = request.lun;
  made.initiator_task_tag = request.tag;
  made.referenced_task_tag = request.referenced;
  made.cmd_sn = request.cmd_sn;
  if (const Task* task = tasks.find(request.referenced)) made.ref_cmd_sn = task->cmd_sn;
  management.add(request);
  link->send(made, std::span<const std::byte>{}, now);
}

void InitiatorSession::Impl::send_targets(std::string_view what, TimePoint now) {
  std::string question = "SendTargets=";
  question += what;
  question += '\0';
  if (state != State::full_feature || !text.ask(std::move(question))) {
    events.emplace_back(TargetsDiscovered{.complete = false, .targets = {}});
    return;
  }
  turn(now);
}

void InitiatorSession::Impl::logout(TimePoint now) {
  if (state == State::logging_out) {
    leave_at.reset();  // it is the application's Logout from now on
  } else if (state == State::full_feature) {
    leave_at.reset();
    begin_logout(now);
    turn(now);
  } else {
    finish_logout(LoggedOut{.response = {}, .answered = false}, true);
  }
}

/// No request follows the Logout Request; those that wait end here. RFC 7143 §11.14
void InitiatorSession::Impl::begin_logout(TimePoint now) {
  for (const InitiatorTaskTag tag :
       tasks.tags_if([](const Task& task) { return task.state == Task::State::waiting; }))
    complete(*tasks.find(tag), CommandOutcome::connection_lost);
  state = State::logging_out;
  phase_deadline = now + config.limits.logout_timeout;
  logout_tag = fresh_tag();
  nop.stop();
  pdu::LogoutRequest request;
  request.immediate = true;
  request.reason =
      is_joined() ? pdu::LogoutReason::close_connection : pdu::LogoutReason::close_session;
  if (is_joined()) request.cid = config.login.cid;
  request.initiator_task_tag = *logout_tag;
  request.cmd_sn = numbering.peek();
  link->send(request, std::span<const std::byte>{}, now);
}

void InitiatorSession::Impl::drop() {
  close_link(true);
  end_everything(CommandOutcome::connection_lost);
}

}  // namespace lunsim::initiator
