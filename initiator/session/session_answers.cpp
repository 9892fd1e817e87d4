#include "initiator/session/session_core.hpp"

namespace lunsim::initiator {

using pdu::TaskManagementFunction;
using pdu::TaskManagementOutcome;

void InitiatorSession::Impl::handle_text_response(const pdu::PduView& view) {
  const Result<pdu::TextResponse> response = pdu::decode_text_response(view);
  if (!admit(response) || !text.is_ours(response->initiator_task_tag)) return;
  const std::string_view data{reinterpret_cast<const char*>(view.data.data()), view.data.size()};
  const TextExchange::Progress progress = text.handle_response(*response, data);
  if (progress != TextExchange::Progress::continues)
    finish_question(progress == TextExchange::Progress::finished);
}

void InitiatorSession::Impl::handle_management_response(const pdu::PduView& view) {
  const Result<pdu::TaskManagementResponse> response = pdu::decode_task_management_response(view);
  if (!admit(response)) return;
  const auto request = management.take(response->initiator_task_tag);
  if (request) finish_management(*request, response->response);
}

/// No response for a command that the function covered may follow this one. RFC 7143 §11.5.1
void InitiatorSession::Impl::finish_management(const ManagementRequest& request,
                                               TaskManagementOutcome outcome) {
  const bool is_expired_command = request.purpose == ManagementRequest::Purpose::expired_command;
  const CommandOutcome end =
      is_expired_command ? CommandOutcome::timed_out : CommandOutcome::aborted;
  // An ABORT TASK for a command that the target does not know (any more) has reached its aim, too.
  const bool is_done = outcome == TaskManagementOutcome::function_complete ||
                       (request.function == TaskManagementFunction::abort_task &&
                        outcome == TaskManagementOutcome::task_does_not_exist);
  bool has_ended_any = false;
  if (is_done || is_expired_command) {
    for (const InitiatorTaskTag tag : tasks.tags_if([&](const Task& task) {
           return task.state != Task::State::waiting &&
                  covers(request, task.tag, task.lun, task.cmd_sn);
         })) {
      complete(*tasks.find(tag), end);
      has_ended_any = true;
    }
  }
  if (!is_expired_command) {
    events.emplace_back(
        ManagementDone{.handle = request.handle, .answered = true, .response = outcome});
  } else if (!is_done && has_ended_any) {
    lose({.reason = runtime::CloseReason::local,
          .by_us = true,
          .why = "the target refused to abort a command whose time was over",
          .time2wait_s = time2wait_s()});
  }
}

void InitiatorSession::Impl::handle_logout_response(const pdu::PduView& view) {
  const Result<pdu::LogoutResponse> response = pdu::decode_logout_response(view);
  if (!admit(response) || logout_tag != response->initiator_task_tag) return;
  finish_logout(LoggedOut{.response = response->response, .answered = true}, false);
}

}  // namespace lunsim::initiator
