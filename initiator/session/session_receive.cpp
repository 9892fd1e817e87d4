#include "initiator/session/response_data.hpp"
#include "initiator/session/session_core.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"

namespace lunsim::initiator {

using pdu::Opcode;

void InitiatorSession::Impl::receive(std::span<const std::byte> input, TimePoint now) {
  const runtime::ConnectionId id = link->id;
  while (link && link->id == id) {
    const pdu::Framer::Step step = link->inbox.next(input, now.since_start_ns);
    if (const auto cut = link->inbox.poll_cut()) return handle_cut(*cut);
    if (step.kind == pdu::Framer::Kind::need_more) return;
    handle_step(step, now);
  }
}

void InitiatorSession::Impl::handle_step(const pdu::Framer::Step& step, TimePoint now) {
  using Kind = pdu::Framer::Kind;
  switch (step.kind) {
    case Kind::header:
      if (is_logged_in() && pdu::opcode_of(step.pdu.bhs) == Opcode::data_in)
        place_data_in(step.pdu);
      return;
    case Kind::pdu:
      return is_logged_in() ? route(step.pdu, now) : handle_login_pdu(step.pdu, now);
    case Kind::discarded:
      return finish_data_in();  // we discard nothing else
    case Kind::data_digest_error:
      // At ErrorRecoveryLevel 0 there is nothing to ask again for.
      return violate("data digest error", "RFC 7143 §7.8");
    case Kind::header_digest_error:
      return violate("header digest error", "RFC 7143 §7.8");
    case Kind::violation:
      return violate(step.error);
    case Kind::need_more:
      return;
  }
}

void InitiatorSession::Impl::route(const pdu::PduView& view, TimePoint now) {
  switch (pdu::opcode_of(view.bhs)) {
    case Opcode::nop_in:
      return handle_nop_in(view, now);
    case Opcode::scsi_response:
      return handle_scsi_response(view);
    case Opcode::task_management_response:
      return handle_management_response(view);
    case Opcode::text_response:
      return handle_text_response(view);
    case Opcode::data_in:
      return finish_data_in();
    case Opcode::logout_response:
      return handle_logout_response(view);
    case Opcode::r2t:
      return handle_r2t(view);
    case Opcode::async_message:
      return handle_async_message(view, now);
    case Opcode::reject:
      return handle_reject(view, now);
    default:
      return violate("an opcode that no target sends in full feature phase", "RFC 7143 §11.2.1.2",
                     0, "Opcode");
  }
}

/// At ErrorRecoveryLevel 0 a lost status cannot be asked for; a repeated one is let by.        RFC
/// 7143 §7.9
bool InitiatorSession::Impl::admit_status(StatSn stat_sn) {
  using Judgement = session::StatusWatch::Judgement;
  const Judgement judgement = link->status.take(stat_sn);
  if (judgement == Judgement::gap)
    violate("a status is missing before this StatSN", "RFC 7143 §7.9", 24, "StatSN");
  return judgement == Judgement::in_order;
}

/// The header of a Data-In is whole: its data goes straight to where it belongs, or by. A tag that
/// we do not know may be of a command that we aborted, and is no reason to end a session.
void InitiatorSession::Impl::place_data_in(const pdu::PduView& view) {
  const Result<pdu::DataIn> header = pdu::decode_data_in(view);
  if (!header) return violate(header.error());
  Task* task = tasks.find(header->initiator_task_tag);
  arriving = Arriving{*header, false};
  if (task == nullptr || task->state == Task::State::waiting) return link->inbox.discard_data();
  const Result<DataInAssembler::Place> place = task->data_in.place(*header);
  if (!place) return violate(place.error());
  if (place->repeated) return link->inbox.discard_data();
  arriving->is_wanted = true;
  if (!place->where.empty()) link->inbox.receive_into(place->where);
}

void InitiatorSession::Impl::finish_data_in() {
  if (!arriving) return;
  const Arriving arrived = *std::exchange(arriving, std::nullopt);
  const pdu::DataIn& header = arrived.header;
  numbering.update(header.exp_cmd_sn, header.max_cmd_sn);
  if (header.has_status && !admit_status(header.stat_sn)) return;
  Task* task = arrived.is_wanted ? tasks.find(header.initiator_task_tag) : nullptr;
  if (task == nullptr) return;
  task->data_in.arrived();
  if (!header.has_status) return;
  const bool is_good = header.status == 0;
  if (is_good && !task->data_in.is_whole(header.underflow ? header.residual_count : 0))
    return violate("the status came before all of the data", "RFC 7143 §7.9");
  ScsiCompletion completion = completion_of(*task, CommandOutcome::completed);
  completion.status = header.status;
  completion.overflow = header.overflow;
  completion.underflow = header.underflow;
  completion.residual_count = header.overflow || header.underflow ? header.residual_count : 0;
  events.emplace_back(std::move(completion));
}

void InitiatorSession::Impl::handle_scsi_response(const pdu::PduView& view) {
  const Result<pdu::ScsiResponse> response = pdu::decode_scsi_response(view);
  if (!admit(response)) return;
  Task* task = tasks.find(response->initiator_task_tag);
  if (task == nullptr || task->state == Task::State::waiting) return;
  // With a response code other than 0, status and flags mean nothing. RFC 7143 §11.4.3
  if (response->response != 0) return complete(*task, CommandOutcome::target_failure);
  const Result<std::span<const std::byte>> sense = sense_in(view.data);
  if (!sense) return violate(sense.error());
  const bool is_good = response->status == 0;
  const std::uint32_t residual = response->underflow ? response->residual_count : 0;
  if (task->data_in.misses_data(response->exp_data_sn) ||
      (is_good && !task->data_in.is_whole(residual)))
    return violate("the response came before all of the data", "RFC 7143 §7.9", 36, "ExpDataSN");
  ScsiCompletion completion = completion_of(*task, CommandOutcome::completed);
  completion.status = response->status;
  completion.sense.assign(sense->begin(), sense->end());
  completion.overflow = response->overflow;
  completion.underflow = response->underflow;
  completion.residual_count =
      response->overflow || response->underflow ? response->residual_count : 0;
  events.emplace_back(std::move(completion));
}

void InitiatorSession::Impl::handle_r2t(const pdu::PduView& view) {
  const Result<pdu::R2t> r2t = pdu::decode_r2t(view);
  if (!r2t) return violate(r2t.error());
  numbering.update(r2t->exp_cmd_sn, r2t->max_cmd_sn);
  Task* task = tasks.find(r2t->initiator_task_tag);
  if (task == nullptr || task->state == Task::State::waiting) return;
  const auto judgement = task->data_out.handle_r2t(*r2t);
  if (!judgement) return violate(judgement.error());
  if (*judgement == DataOutSender::R2tJudgement::accepted) bursts.push_back(task->tag);
}

}  // namespace lunsim::initiator
