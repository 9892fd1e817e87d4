#include "target_sim/session/write_transfer.hpp"

#include <algorithm>

namespace lunsim::target_sim {

using session::BurstLedger;

WriteTransfer::Fault WriteTransfer::begin(const Terms& terms, std::uint32_t expected_bytes,
                                          std::uint64_t wanted_bytes, std::uint32_t immediate_bytes,
                                          bool is_final) {
  terms_ = terms;
  requests_.clear();
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

std::optional<WriteTransfer::Fault> WriteTransfer::take(const pdu::DataOut& data_out) {
  const bool is_unsolicited = data_out.target_transfer_tag == kReservedTargetTransferTag;
  const auto found = std::find_if(requests_.begin(), requests_.end(), [&](const Outstanding& o) {
    return o.tag == data_out.target_transfer_tag;
  });
  if (is_unsolicited ? !unsolicited_open_ : found == requests_.end()) {
    return is_unsolicited ? std::optional{Fault::unexpected_unsolicited} : std::nullopt;
  }
  BurstLedger& ledger = is_unsolicited ? unsolicited_ : found->ledger;
  const BurstLedger::Judgement judgement = ledger.take(data_out.data_sn, data_out.buffer_offset,
                                                       data_out.data_segment_bytes, data_out.final);
  // The F bit ends a sequence whatever else is wrong with it: nothing more of it will come.
  if (data_out.final || judgement == BurstLedger::Judgement::final_missing) {
    if (is_unsolicited) {
      unsolicited_open_ = false;
    } else {
      requests_.erase(found);
    }
  }
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
  if (unsolicited_open_ || requested_ >= total_) return std::nullopt;
  if (requests_.size() >= terms_.max_outstanding_r2t) return std::nullopt;
  Request request{.tag = tag,
                  .r2t_sn = next_r2t_sn_,
                  .offset_bytes = requested_,
                  .bytes = std::min(terms_.max_burst_bytes, total_ - requested_)};
  requests_.push_back({tag, BurstLedger{request.offset_bytes, request.bytes, false}});
  ++next_r2t_sn_;
  requested_ += request.bytes;
  return request;
}

}  // namespace lunsim::target_sim
