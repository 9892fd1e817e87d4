#include "target_sim/session/write_transfer.hpp"

#include <algorithm>

namespace lunsim::target_sim {

using session::BurstLedger;

WriteTransfer::Fault WriteTransfer::begin(const Terms& terms, std::uint32_t expected_bytes,
                                          std::uint64_t wanted_bytes, std::uint32_t immediate_bytes,
                                          bool is_final) {
  terms_ = terms;
  requests_.clear();
  missing_.clear();
  recoveries_ = 0;
  next_r2t_sn_ = {};
  total_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(expected_bytes, wanted_bytes));
  const std::uint32_t first_burst = std::min(terms.first_burst_bytes, expected_bytes);
  received_ = requested_ = std::min(immediate_bytes, expected_bytes);
  unsolicited_open_ = !is_final;
  unsolicited_ = {received_, first_burst - std::min(first_burst, received_), true};
  if (immediate_bytes > 0 && !terms.immediate_data) return Fault::unexpected_unsolicited;
  if (immediate_bytes > first_burst) return Fault::incorrect_amount;
  if (unsolicited_open_ && terms.initial_r2t) return Fault::unexpected_unsolicited;
  return Fault::none;
}

bool WriteTransfer::is_open(TargetTransferTag tag) const {
  return std::any_of(requests_.begin(), requests_.end(),
                     [tag](const Outstanding& o) { return o.tag == tag; });
}

void WriteTransfer::suspend() {
  for (const Outstanding& one : requests_)
    miss(one.ledger.next_offset(), one.ledger.next_offset() + one.ledger.remaining());
  std::sort(missing_.begin(), missing_.end());
  requests_.clear();
  unsolicited_open_ = false;
}

/// What lies beyond what the device wants need not be asked for again.
void WriteTransfer::miss(std::uint32_t begin, std::uint32_t end) {
  end = std::min(end, total_);
  if (begin >= end) return;
  if (!missing_.empty() && missing_.back().end == begin) {
    missing_.back().end = end;
  } else {
    missing_.push_back({begin, end});
  }
}

WriteTransfer::Fault WriteTransfer::take_with_recovery(BurstLedger& ledger,
                                                       const pdu::DataOut& data_out,
                                                       bool is_solicited, bool is_whole) {
  const std::uint32_t due = ledger.next_offset();
  const std::uint32_t begin = data_out.buffer_offset;
  const std::uint32_t bytes = data_out.data_segment_bytes;
  if (precedes(data_out.data_sn, ledger.next_data_sn())) return Fault::repeated;
  const bool is_due = data_out.data_sn == ledger.next_data_sn();
  const bool fits = begin >= due && begin - due <= ledger.remaining() &&
                    bytes <= ledger.remaining() - (begin - due);
  if (!fits || (is_due && begin != due)) return Fault::incorrect_amount;
  miss(due, begin);
  if (is_whole) {
    received_ += bytes;
  } else {
    miss(begin, begin + bytes);
  }
  ledger.resume_at(data_out.data_sn + 1, begin + bytes);
  if (data_out.final && is_solicited) miss(begin + bytes, begin + bytes + ledger.remaining());
  if (!data_out.final && ledger.remaining() == 0) return Fault::incorrect_amount;
  const bool is_too_bad = recoveries_ + missing_.size() > kRecoveriesMax;
  return is_too_bad ? Fault::incorrect_amount : Fault::none;
}

/// The sequence is through; end() stands for the unsolicited one.
void WriteTransfer::close(std::vector<Outstanding>::iterator sequence) {
  if (sequence == requests_.end()) {
    unsolicited_open_ = false;
  } else {
    requests_.erase(sequence);
  }
}

std::optional<WriteTransfer::Fault> WriteTransfer::take(const pdu::DataOut& data_out,
                                                        bool is_whole) {
  const bool is_unsolicited = data_out.target_transfer_tag == kReservedTargetTransferTag;
  const auto found = std::find_if(requests_.begin(), requests_.end(), [&](const Outstanding& o) {
    return o.tag == data_out.target_transfer_tag;
  });
  if (is_unsolicited ? !unsolicited_open_ : found == requests_.end()) {
    return is_unsolicited ? std::optional{Fault::unexpected_unsolicited} : std::nullopt;
  }
  BurstLedger& ledger = is_unsolicited ? unsolicited_ : found->ledger;
  if (terms_.recovers) {
    const Fault fault = take_with_recovery(ledger, data_out, !is_unsolicited, is_whole);
    if (is_unsolicited) requested_ = std::max(requested_, ledger.next_offset());
    const bool is_through = data_out.final || ledger.remaining() == 0;
    if (is_through && fault != Fault::repeated) close(found);
    return fault;
  }
  const BurstLedger::Judgement judgement = ledger.take(data_out.data_sn, data_out.buffer_offset,
                                                       data_out.data_segment_bytes, data_out.final);
  // The F bit ends a sequence whatever else is wrong with it: nothing more of it will come.
  if (data_out.final || judgement == BurstLedger::Judgement::final_missing) close(found);
  switch (judgement) {
    case BurstLedger::Judgement::accepted:
    case BurstLedger::Judgement::complete:
      received_ += data_out.data_segment_bytes;
      if (is_unsolicited) requested_ = received_;
      return Fault::none;
    default:
      return Fault::incorrect_amount;
  }
}

std::optional<WriteTransfer::Request> WriteTransfer::next_request(TargetTransferTag tag) {
  const bool asks_again = !missing_.empty();
  if (unsolicited_open_ || (!asks_again && requested_ >= total_)) return std::nullopt;
  if (requests_.size() >= terms_.max_outstanding_r2t) return std::nullopt;
  const Missing wanted = asks_again ? missing_.front() : Missing{requested_, total_};
  Request request{.tag = tag,
                  .r2t_sn = next_r2t_sn_,
                  .offset_bytes = wanted.begin,
                  .bytes = std::min(terms_.max_burst_bytes, wanted.end - wanted.begin)};
  requests_.push_back({tag, BurstLedger{request.offset_bytes, request.bytes, false}});
  ++next_r2t_sn_;
  if (!asks_again) {
    requested_ += request.bytes;
    return request;
  }
  ++recoveries_;
  missing_.front().begin += request.bytes;
  if (missing_.front().begin == missing_.front().end) missing_.erase(missing_.begin());
  return request;
}

}  // namespace lunsim::target_sim
