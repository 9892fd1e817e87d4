#include <algorithm>

#include "initiator/session/session_core.hpp"

namespace lunsim::initiator {

void InitiatorSession::Impl::handle_timeout(TimePoint now) {
  if (!link) return;
  if (phase_deadline && *phase_deadline <= now) return handle_phase_timeout();
  link->outbox.handle_timeout(now.since_start_ns);
  receive({}, now);
  if (state == State::full_feature) expire_commands(now);
  if (state == State::full_feature) expire_requests(now);
  if (state == State::full_feature) keep_alive(now);
  turn(now);
}

void InitiatorSession::Impl::handle_phase_timeout() {
  if (state == State::logging_out)
    return finish_logout(LoggedOut{.response = {}, .answered = false}, true);
  fail_login(
      {.why = state == State::connecting ? LoginFailed::Why::connect : LoginFailed::Why::timed_out,
       .close_reason = runtime::CloseReason::timed_out,
       .status = {},
       .error = {}});
}

/// A command that has left is aborted at the target, once; if that is not answered in time either,
/// nothing on this connection can be trusted any more. RFC 7143 §7.11
void InitiatorSession::Impl::expire_commands(TimePoint now) {
  while (Task* task = tasks.expired(now)) {
    if (task->state == Task::State::waiting) {
      complete(*task, CommandOutcome::timed_out);
      continue;
    }
    if (task->state == Task::State::aborting || management.is_full()) {
      complete(*task, CommandOutcome::timed_out);
      return lose({.reason = runtime::CloseReason::local,
                   .by_us = true,
                   .why = "ABORT TASK for a command whose time was over was not answered",
                   .time2wait_s = time2wait_s()});
    }
    ManagementRequest request;
    request.purpose = ManagementRequest::Purpose::expired_command;
    request.lun = task->lun;
    request.referenced = task->tag;
    task->state = Task::State::aborting;
    tasks.set_deadline(*task, now + config.limits.logout_timeout);
    send_management(request, now);
  }
}

void InitiatorSession::Impl::expire_requests(TimePoint now) {
  while (const auto request = management.take_expired(now)) {
    if (request->purpose == ManagementRequest::Purpose::asked)
      events.emplace_back(
          ManagementDone{.handle = request->handle, .answered = false, .response = {}});
  }
  if (text.deadline() && *text.deadline() <= now) finish_question(false);
}

void InitiatorSession::Impl::keep_alive(TimePoint now) {
  switch (nop.judge(now)) {
    case NopKeeper::Due::nothing:
      return;
    case NopKeeper::Due::dead:
      return lose({.reason = runtime::CloseReason::local,
                   .by_us = true,
                   .why = "the target did not answer our ping",
                   .time2wait_s = time2wait_s()});
    case NopKeeper::Due::ping:
      pdu::NopOut ping;
      ping.initiator_task_tag = fresh_tag();
      nop.handle_pinged(ping.initiator_task_tag, now);
      return send_nop(ping, {}, now);
  }
}

std::optional<runtime::TimePoint> InitiatorSession::Impl::next_timeout() const {
  if (!link) return std::nullopt;
  std::optional<TimePoint> next = phase_deadline;
  const auto consider = [&next](std::optional<TimePoint> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  if (const auto held = link->inbox.next_timeout_ns()) consider(TimePoint{*held});
  if (const auto held = link->outbox.next_timeout_ns()) consider(TimePoint{*held});
  if (state != State::full_feature) return next;
  consider(tasks.next_deadline());
  consider(management.next_deadline());
  consider(text.deadline());
  consider(nop.next_timeout());
  consider(leave_at);
  return next;
}

}  // namespace lunsim::initiator
