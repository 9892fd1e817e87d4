// Everything in full feature phase that is not a SCSI command: NOP, text, logout, task management.
#include <algorithm>
#include <set>

#include "protocol/iscsi/negotiation/key_registry.hpp"
#include "protocol/iscsi/negotiation/text_segment.hpp"
#include "protocol/iscsi/negotiation/value.hpp"
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/nop_in.hpp"
#include "protocol/iscsi/pdu/text_response.hpp"
#include "protocol/scsi/lun.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {
namespace {

constexpr std::size_t kTextBytesMax = 64 * 1024;
constexpr std::size_t kAnswerBytesMax = 1u << 20;
constexpr std::size_t kParkedMax = 16;
constexpr std::size_t kFencedMax = 1024;  // of commands and of task management

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

/// The tasks that a function covers; empty: those of all units.
std::optional<std::uint64_t> covered_lun(const pdu::TaskManagementRequest& request) {
  using Function = pdu::TaskManagementFunction;
  const bool is_for_target = request.function == Function::target_warm_reset ||
                             request.function == Function::target_cold_reset;
  if (is_for_target) return std::nullopt;
  return scsi::plain_lun(request.lun.raw).value_or(~std::uint64_t{0});
}

bool covers_many(const pdu::TaskManagementRequest& request) {
  using Function = pdu::TaskManagementFunction;
  return request.function == Function::abort_task_set ||
         request.function == Function::clear_task_set ||
         request.function == Function::logical_unit_reset || !covered_lun(request).has_value();
}

/// What is negotiated or declared twice in one exchange is an error; SendTargets is neither. §6.4
bool repeats_a_key(std::string_view text) {
  const auto pairs = negotiation::parse_text(text);
  if (!pairs) return false;
  std::set<std::string_view> keys;
  for (const negotiation::TextPair& pair : *pairs)
    if (pair.key != "SendTargets" && !keys.insert(pair.key).second) return true;
  return false;
}

}  // namespace

void TargetSession::handle_nop_out(Connection& connection, const pdu::PduView& pdu,
                                   runtime::TimePoint now) {
  const Result<pdu::NopOut> nop_out = pdu::decode_nop_out(pdu);
  if (!nop_out) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (!admit(connection, pdu, nop_out->cmd_sn, now)) return;
  if (!nop_out->immediate) window_.delivered(), window_.completed();
  if (nop_out->target_transfer_tag != kReservedTargetTransferTag &&
      nop_out->target_transfer_tag == connection.ping_tag) {
    connection.ping_deadline.reset();
  }
  if (nop_out->initiator_task_tag == kReservedInitiatorTaskTag)
    return free_transfers(connection, *nop_out);
  pdu::NopIn nop_in;
  nop_in.initiator_task_tag = nop_out->initiator_task_tag;
  const std::size_t bytes = std::min<std::size_t>(
      pdu.data.size(), connection.parameters.peers_max_recv_data_segment_bytes);
  nop_in.data_segment_bytes = static_cast<std::uint32_t>(bytes);
  stamp(connection, nop_in, true);
  send(connection, nop_in, pdu.data.first(bytes), now);
}

void TargetSession::ping(Connection& connection, runtime::TimePoint now) {
  connection.ping_tag = next_transfer_tag();
  pdu::NopIn nop_in;
  nop_in.target_transfer_tag = connection.ping_tag;
  stamp(connection, nop_in, false);  // the next StatSN, not used up §11.19.3
  send(connection, nop_in, {}, now);
}

void TargetSession::request_logout(Connection& connection, std::uint16_t time3_s,
                                   runtime::TimePoint now) {
  pdu::AsyncMessage message;
  message.async_event = pdu::AsyncEvent::logout_request;
  message.parameter3 = time3_s;
  stamp(connection, message, true);
  send(connection, message, {}, now);
}

// --- text
// -----------------------------------------------------------------------------------------------------------

void TargetSession::handle_text_request(Connection& connection, const pdu::PduView& pdu,
                                        runtime::TimePoint now) {
  const Result<pdu::TextRequest> request = pdu::decode_text_request(pdu);
  if (!request) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (!admit(connection, pdu, request->cmd_sn, now)) return;
  if (!request->immediate) window_.delivered(), window_.completed();
  const std::string_view text{reinterpret_cast<const char*>(pdu.data.data()), pdu.data.size()};

  if (request->target_transfer_tag == kReservedTargetTransferTag) {
    // A new exchange; it resets one that was under way. §11.10.4
    text_ = TextExchange{request->initiator_task_tag, kReservedTargetTransferTag, {}, {}, {}};
  } else if (!text_ || request->target_transfer_tag != text_->tag ||
             request->initiator_task_tag != text_->initiator_task_tag) {
    text_.reset();
    return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  }
  if (text_->received.size() + text.size() > kTextBytesMax) {
    text_.reset();
    return reject(connection, pdu, pdu::RejectReason::out_of_resources, now);
  }
  text_->received += text;
  if (!request->continues && repeats_a_key(text_->received)) {
    text_.reset();
    return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  }
  if (!request->continues && !text_->received.empty()) {
    text_->declared += text_->received;
    const Result<std::string> answer = answer_text(connection, text_->received);
    text_->received.clear();
    if (!answer) {
      text_.reset();
      return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
    }
    text_->answer = *answer;
  }
  send_text(connection, *request, now);
}

/// The one operational key that may be declared again in full feature phase. §13.12
void TargetSession::redeclare(Connection& connection, std::string_view text) {
  const auto pairs = negotiation::parse_text(text);
  if (!pairs) return;
  const negotiation::TextPair* pair = negotiation::find_pair(*pairs, "MaxRecvDataSegmentLength");
  if (pair == nullptr) return;
  const auto bytes = negotiation::parse_number(pair->value);
  if (bytes && *bytes >= 512 && *bytes <= pdu::kDataSegmentBytesMax)
    connection.parameters.peers_max_recv_data_segment_bytes = static_cast<std::uint32_t>(*bytes);
}

Result<std::string> TargetSession::answer_text(const Connection& connection,
                                               std::string_view text) {
  const auto pairs = negotiation::parse_text(text);
  if (!pairs) return tl::unexpected(pairs.error());
  negotiation::TextBuilder answer;
  std::string records;
  for (const negotiation::TextPair& pair : *pairs) {
    if (pair.key == "SendTargets") {
      records += owner_.send_targets(connection, pair.value, config_.target_name);
    } else if (pair.key == "MaxRecvDataSegmentLength") {
      continue;  // declared again: see redeclare()
    } else {
      answer.add(pair.key,
                 negotiation::find_rule(pair.key) == nullptr ? "NotUnderstood" : "Reject");
    }
    if (records.size() > kAnswerBytesMax) break;
  }
  return answer.take() + records;
}

void TargetSession::send_text(Connection& connection, const pdu::TextRequest& request,
                              runtime::TimePoint now) {
  pdu::TextResponse response;
  response.initiator_task_tag = request.initiator_task_tag;
  const std::size_t segment_max = connection.parameters.peers_max_recv_data_segment_bytes;
  const std::string_view part = std::string_view{text_->answer}.substr(0, segment_max);
  response.data_segment_bytes = static_cast<std::uint32_t>(part.size());
  response.continues = part.size() < text_->answer.size();
  response.final = request.final && !request.continues && !response.continues;
  if (!response.final) {
    text_->tag = next_transfer_tag();
    response.target_transfer_tag = text_->tag;
  }
  stamp(connection, response, true);
  send(connection, response, as_bytes(part), now);
  text_->answer.erase(0, part.size());
  if (!response.final) return;
  redeclare(connection, text_->declared);
  text_.reset();
}

// --- logout
// ---------------------------------------------------------------------------------------------------------

void TargetSession::handle_logout_request(Connection& connection, const pdu::PduView& pdu,
                                          runtime::TimePoint now) {
  const Result<pdu::LogoutRequest> request = pdu::decode_logout_request(pdu);
  if (!request) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (!admit(connection, pdu, request->cmd_sn, now)) return;
  if (!request->immediate) window_.delivered(), window_.completed();
  pdu::LogoutResponse response;
  response.initiator_task_tag = request->initiator_task_tag;
  response.time2wait = config_.parameters.default_time2wait_s;
  response.time2retain = 0;  // nothing is kept, unless for recovery
  std::vector<Connection*> ended;
  switch (request->reason) {
    case pdu::LogoutReason::close_session:
      ended = connections_;
      break;
    case pdu::LogoutReason::close_connection: {
      const auto named = std::find_if(connections_.begin(), connections_.end(),
                                      [&](const Connection* c) { return c->cid == request->cid; });
      if (named == connections_.end() && end_lost(request->cid, now)) break;
      if (named == connections_.end()) {
        response.response = pdu::LogoutOutcome::cid_not_found;
      } else {
        ended.push_back(*named);
      }
      break;
    }
    case pdu::LogoutReason::remove_for_recovery:
      response.response = log_out_for_recovery(*request, ended, now);
      if (response.response == pdu::LogoutOutcome::closed)
        response.time2retain = config_.parameters.default_time2retain_s;
      break;
  }
  // Tasks of what is logged out end here, without responses. §11.14
  const bool goes_on = ended.size() < connections_.size();
  for (Connection* ending : ended) {
    end_tasks_of(*ending, goes_on, now);
    ending->is_logged_out = true;
  }
  stamp(connection, response, true);
  send(connection, response, {}, now);
  for (Connection* ending : ended) owner_.close(*ending, false);
}

// --- task management
// --------------------------------------------------------------------------------------------------

void TargetSession::handle_task_management(Connection& connection, const pdu::PduView& pdu,
                                           runtime::TimePoint now) {
  const Result<pdu::TaskManagementRequest> request = pdu::decode_task_management_request(pdu);
  if (!request) return reject(connection, pdu, pdu::RejectReason::protocol_error, now);
  if (!admit(connection, pdu, request->cmd_sn, now)) return;
  if (!request->immediate) window_.delivered(), window_.completed();
  if (fenced_.size() >= kFencedMax)
    return reject(connection, pdu,
                  request->immediate ? pdu::RejectReason::immediate_command_reject
                                     : pdu::RejectReason::out_of_resources,
                  now);
  // Functions on many tasks cover the commands before them, also those that are still on their way:
  // they wait for these.                                                        §4.2.3.3, §11.5.1
  const bool is_early = request->immediate && precedes(window_.exp_cmd_sn(), request->cmd_sn) &&
                        !precedes(window_.max_cmd_sn() + 1, request->cmd_sn);
  if (is_early && request->function != pdu::TaskManagementFunction::abort_task) {
    if (parked_.size() >= kParkedMax)
      return reject(connection, pdu, pdu::RejectReason::immediate_command_reject, now);
    parked_.push_back({&connection, *request});
    return;
  }
  answer_task_management(connection, *request, now);
}

void TargetSession::run_parked(runtime::TimePoint now) {
  for (std::size_t i = 0; i < parked_.size();) {
    if (precedes(window_.exp_cmd_sn(), parked_[i].request.cmd_sn)) {
      ++i;
      continue;
    }
    const Parked ripe = parked_[i];
    parked_.erase(parked_.begin() + static_cast<std::ptrdiff_t>(i));
    answer_task_management(*ripe.connection, ripe.request, now);
  }
}

void TargetSession::answer_task_management(Connection& connection,
                                           const pdu::TaskManagementRequest& request,
                                           runtime::TimePoint now) {
  if (request.function == pdu::TaskManagementFunction::task_reassign)
    return reassign(connection, request, now);
  if (!covers_many(request))
    return send_management_response(connection, request, manage(request, now), now);
  const std::optional<std::uint64_t> lun = covered_lun(request);
  if (!is_fast() && held_.size() < kParkedMax) drain(lun);
  managing_ = &connection;
  const pdu::TaskManagementOutcome outcome = manage(request, now);
  managing_ = nullptr;
  if (!is_draining(lun)) return send_management_response(connection, request, outcome, now);
  held_.push_back({&connection, request, outcome, lun});
}

/// Of the tasks that a function on many is about to end, those that the initiator was asked to send
/// data for stay until it has: the response must not overtake that data.             §4.2.3.3 b
void TargetSession::drain(std::optional<std::uint64_t> lun) {
  for (Command* command : table_.all()) {
    if (!is_with_device(*command) || (lun && command->task.lun != *lun)) continue;
    if (!command->write.has_open_requests()) continue;
    config_.device->abort(command->task);
    command->state = Command::State::draining;
  }
}

/// Task management that is not answered yet has this tag.
bool TargetSession::is_managing(InitiatorTaskTag tag) const {
  const auto has_tag = [tag](const auto& one) { return one.request.initiator_task_tag == tag; };
  const auto waits = [&](const Fenced& one) {
    return one.managed.connection && has_tag(one.managed);
  };
  return std::any_of(held_.begin(), held_.end(), has_tag) ||
         std::any_of(parked_.begin(), parked_.end(), has_tag) ||
         std::any_of(fenced_.begin(), fenced_.end(), waits);
}

bool TargetSession::is_draining(std::optional<std::uint64_t> lun) const {
  const std::vector<Command*> all = table_.all();
  return std::any_of(all.begin(), all.end(), [&](const Command* command) {
    return command->state == Command::State::draining && (!lun || command->task.lun == *lun);
  });
}

void TargetSession::answer_drained(runtime::TimePoint now) {
  for (std::size_t i = 0; i < held_.size();) {
    if (is_draining(held_[i].lun)) {
      ++i;
      continue;
    }
    const Held ripe = held_[i];
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    send_management_response(*ripe.connection, ripe.request, ripe.outcome, now);
  }
}

void TargetSession::send_management_response(Connection& connection,
                                             const pdu::TaskManagementRequest& request,
                                             pdu::TaskManagementOutcome outcome,
                                             runtime::TimePoint now) {
  using Function = pdu::TaskManagementFunction;
  const bool is_on_set =
      request.function == Function::abort_task_set || request.function == Function::clear_task_set;
  const bool is_fence = covers_many(request) && (has_fences() || is_on_set);
  const std::optional<std::uint64_t> lun = covered_lun(request);
  if (!is_fence && !is_fenced_off(lun)) return send_managed(connection, request, outcome, now);
  Fenced response{.lun = lun, .is_fence = is_fence, .ends_when_sent = !has_fences()};
  response.managed = {&connection, request, outcome, lun};
  response.connection = &connection;
  wait_at_fence(std::move(response), now);
}

void TargetSession::send_managed(Connection& connection, const pdu::TaskManagementRequest& request,
                                 pdu::TaskManagementOutcome outcome, runtime::TimePoint now) {
  pdu::TaskManagementResponse response;
  response.initiator_task_tag = request.initiator_task_tag;
  response.response = outcome;
  stamp(connection, response, true);
  send(connection, response, {}, now);
  if (request.function == pdu::TaskManagementFunction::target_cold_reset)
    owner_.end_all_sessions(config_.node);
}

/// A ping that wants no answer: its ExpCmdSN and MaxCmdSN are the message.                 §11.4.11
void TargetSession::tell_window(runtime::TimePoint now) {
  for (Connection* connection : connections_) {
    pdu::NopIn nop_in;
    stamp(*connection, nop_in, false);
    send(*connection, nop_in, {}, now);
  }
}

pdu::TaskManagementOutcome TargetSession::manage(const pdu::TaskManagementRequest& request,
                                                 runtime::TimePoint now) {
  using Function = pdu::TaskManagementFunction;
  using Outcome = pdu::TaskManagementOutcome;
  const std::optional<std::uint64_t> lun = scsi::plain_lun(request.lun.raw);
  const bool has_unit = lun && config_.device->has_unit(*lun);
  switch (request.function) {
    case Function::abort_task: {
      if (is_managing(request.referenced_task_tag)) return Outcome::function_rejected;  // §11.5.1
      Command* command = find(request.referenced_task_tag);
      if (command == nullptr) {
        // A command that is still on its way, or waits for its turn, counts as received and is
        // dropped when its turn comes.                                            §11.6.1, §7.11
        const bool is_coming = !precedes(request.ref_cmd_sn, window_.exp_cmd_sn()) &&
                               precedes(request.ref_cmd_sn, request.cmd_sn) &&
                               !precedes(window_.max_cmd_sn(), request.ref_cmd_sn);
        if (!is_coming) return Outcome::task_does_not_exist;
        Early& early = early_[request.ref_cmd_sn.value];
        if (early.connection == nullptr) {
          early.connection = connections_.front();
          early_bytes_ += early.bytes();
        }
        early.dropped = true;
        return Outcome::function_complete;
      }
      abort(*command, now);
      return Outcome::function_complete;
    }
    case Function::abort_task_set:
      if (!has_unit) return Outcome::lun_does_not_exist;
      abort_tasks(*lun, now);
      return Outcome::function_complete;
    case Function::clear_task_set:
      if (!has_unit) return Outcome::lun_does_not_exist;
      owner_.clear_unit(config_.node, *lun, *this);
      return Outcome::function_complete;
    case Function::logical_unit_reset:
      return has_unit ? reset_unit(*lun, now) : Outcome::lun_does_not_exist;
    case Function::target_warm_reset:
    case Function::target_cold_reset:
      owner_.abort_unit(config_.node, std::nullopt, *this);
      for (const std::uint64_t unit : config_.device->luns())
        config_.device->reset_unit(unit, config_.nexus);
      return Outcome::function_complete;
    case Function::task_reassign:
      return judge_reassignment(request);
    default:
      return Outcome::function_not_supported;
  }
}

pdu::TaskManagementOutcome TargetSession::reset_unit(std::uint64_t lun, runtime::TimePoint) {
  owner_.abort_unit(config_.node, lun, *this);
  return config_.device->reset_unit(lun, config_.nexus) == ManagementOutcome::complete
             ? pdu::TaskManagementOutcome::function_complete
             : pdu::TaskManagementOutcome::function_not_supported;
}

}  // namespace lunsim::target_sim
