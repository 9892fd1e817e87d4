#include "initiator/session/session_core.hpp"
#include "initiator/session/target_records.hpp"

namespace lunsim::initiator {

/// Takes the task out of the table; what it has received goes along.
ScsiCompletion InitiatorSession::Impl::completion_of(Task& task, CommandOutcome outcome) {
  ScsiCompletion completion;
  completion.handle = task.handle;
  completion.outcome = outcome;
  completion.data_in = task.data_in.take();
  tasks.remove(task);
  return completion;
}

void InitiatorSession::Impl::complete(Task& task, CommandOutcome outcome) {
  events.emplace_back(completion_of(task, outcome));
}

void InitiatorSession::Impl::finish_question(bool complete_answer) {
  TargetsDiscovered found = parse_target_records(text.take_answer());
  found.complete = found.complete && complete_answer;
  events.emplace_back(std::move(found));
}

/// For news that a target can send without end.
void InitiatorSession::Impl::tell(Event news) {
  if (events.size() < kNewsMax) events.push_back(std::move(news));
}

void InitiatorSession::Impl::close_link(bool reset) {
  if (!link) return;
  actions.emplace_back(runtime::Close{link->id, reset});
  fading.push_back(std::move(link));
}

/// A format error or a broken sequence closes every connection of the session.              RFC
/// 7143 §7.7
void InitiatorSession::Impl::violate(const ProtocolError& error) {
  if (!is_logged_in())
    return fail_login({.why = LoginFailed::Why::peer_violation, .status = {}, .error = error});
  lose({.reason = runtime::CloseReason::local,
        .by_us = true,
        .why = error.reason,
        .time2wait_s = time2wait_s()},
       CommandOutcome::protocol_error);
}

/// The connection is gone or must go, without a Logout. What that means depends on how far we were.
void InitiatorSession::Impl::lose(const ConnectionLost& loss, CommandOutcome outcome) {
  if (state == State::idle) return;
  if (!is_logged_in())
    return fail_login({.why = state == State::connecting ? LoginFailed::Why::connect
                                                         : LoginFailed::Why::connection_lost,
                       .close_reason = loss.reason,
                       .status = {},
                       .error = {}});
  if (state == State::logging_out && !leave_at)
    return finish_logout(LoggedOut{.response = {}, .answered = false}, loss.by_us);
  close_link(loss.by_us);
  end_everything(outcome);
  events.emplace_back(loss);
}

/// Our Logout has ended, answered or not. One that the target asked for ends in ConnectionLost.
void InitiatorSession::Impl::finish_logout(const LoggedOut& result, bool reset) {
  const bool was_asked_by_target = leave_at.has_value();
  close_link(reset);
  end_everything(CommandOutcome::connection_lost);
  if (!was_asked_by_target) {
    events.emplace_back(result);
    return;
  }
  events.emplace_back(ConnectionLost{.reason = runtime::CloseReason::local,
                                     .by_us = false,
                                     .why = "the target asked for a logout",
                                     .time2wait_s = time2wait_s()});
}

/// Completes whatever is open: commands that had left with `outcome`, the rest as lost. The session
/// is idle afterwards.
void InitiatorSession::Impl::end_everything(CommandOutcome outcome) {
  for (const InitiatorTaskTag tag : tasks.tags_if([](const Task&) { return true; })) {
    Task& task = *tasks.find(tag);
    complete(task, task.state == Task::State::waiting ? CommandOutcome::connection_lost : outcome);
  }
  for (const ManagementRequest& request : management.take_all()) {
    if (request.purpose == ManagementRequest::Purpose::asked)
      events.emplace_back(
          ManagementDone{.handle = request.handle, .answered = false, .response = {}});
  }
  for (std::size_t open = text.open_questions(); open > 0; --open) finish_question(false);
  text.clear();
  bursts.clear();
  nop.stop();
  arriving.reset();
  leave_at.reset();
  logout_tag.reset();
  phase_deadline.reset();
  state = State::idle;
}

}  // namespace lunsim::initiator
