#include "initiator/session/data_out_sender.hpp"

#include <algorithm>
#include <cassert>

namespace lunsim::initiator {
namespace {

constexpr std::size_t kTransferTagAt = 20, kR2tSnAt = 36, kDataOutBufferOffsetAt = 40,
                      kDesiredLengthAt = 44;

/// The largest segment of whole words; only the last of a burst may end inside a word.       RFC
/// 7143 §11.7.7
std::uint32_t segment_limit(std::uint32_t peers_max) {
  return std::max<std::uint32_t>(std::min(peers_max, DataOutSender::kSegmentBytesMax) / 4 * 4, 4);
}

}  // namespace

WriteRules write_rules_of(const negotiation::SessionParameters& session,
                          const negotiation::ConnectionParameters& connection) {
  return {.initial_r2t = session.initial_r2t,
          .immediate_data = session.immediate_data,
          .first_burst_bytes = session.first_burst_bytes,
          .max_burst_bytes = session.max_burst_bytes,
          .segment_bytes_max = connection.peers_max_recv_data_segment_bytes,
          .max_outstanding_r2t = session.max_outstanding_r2t,
          .data_sequence_in_order = session.data_sequence_in_order};
}

DataOutSender::DataOutSender(std::uint32_t total_bytes, const WriteRules& rules)
    : total_bytes_(total_bytes),
      segment_bytes_max_(segment_limit(rules.segment_bytes_max)),
      max_burst_bytes_(rules.max_burst_bytes),
      max_outstanding_r2t_(rules.max_outstanding_r2t),
      in_order_(rules.data_sequence_in_order) {
  const std::uint32_t unsolicited = std::min(total_bytes, rules.first_burst_bytes);
  if (rules.immediate_data) immediate_bytes_ = std::min(unsolicited, segment_bytes_max_);
  if (!rules.initial_r2t && immediate_bytes_ < unsolicited)
    bursts_.push_back({.offset = immediate_bytes_, .end = unsolicited});
  claim(0, bursts_.empty() ? immediate_bytes_ : unsolicited);
}

Result<DataOutSender::R2tJudgement> DataOutSender::handle_r2t(const pdu::R2t& r2t) {
  if (total_bytes_ == 0)
    return violation("R2T for a command that writes nothing", "RFC 7143 §11.8");
  if (r2t.target_transfer_tag == kReservedTargetTransferTag)
    return violation("R2T with the reserved tag", "RFC 7143 §11.8.5", kTransferTagAt,
                     "Target Transfer Tag");
  if (precedes(r2t.r2t_sn, next_r2t_sn_)) return R2tJudgement::repeated;
  if (r2t.r2t_sn != next_r2t_sn_)
    return violation("an R2T is missing before this R2TSN", "RFC 7143 §7.9", kR2tSnAt, "R2TSN");
  if (const auto error = judge_range(r2t)) return tl::unexpected(*error);
  if (outstanding_r2t_ >= max_outstanding_r2t_)
    return violation("more R2Ts than MaxOutstandingR2T are outstanding", "RFC 7143 §13.17");
  if (!claim(r2t.buffer_offset, r2t.desired_data_transfer_length))
    return violation("R2T asks for data that is not the next, or once more", "RFC 7143 §13.19",
                     kDataOutBufferOffsetAt, "Buffer Offset");
  ++next_r2t_sn_;
  ++outstanding_r2t_;
  bursts_.push_back({.target_transfer_tag = r2t.target_transfer_tag,
                     .offset = r2t.buffer_offset,
                     .end = r2t.buffer_offset + r2t.desired_data_transfer_length,
                     .solicited = true});
  return R2tJudgement::accepted;
}

std::optional<ProtocolError> DataOutSender::judge_range(const pdu::R2t& r2t) const {
  const std::uint64_t end = std::uint64_t{r2t.buffer_offset} + r2t.desired_data_transfer_length;
  if (end > total_bytes_)
    return ProtocolError{"R2T asks for data outside the command", "RFC 7143 §4.2.5.2",
                         kDataOutBufferOffsetAt, "Buffer Offset"};
  if (r2t.desired_data_transfer_length == 0 || r2t.desired_data_transfer_length > max_burst_bytes_)
    return ProtocolError{"R2T asks for nothing or for more than MaxBurstLength", "RFC 7143 §11.8.4",
                         kDesiredLengthAt, "Desired Data Transfer Length"};
  return std::nullopt;
}

/// Each byte goes once: at ErrorRecoveryLevel 0 no R2T asks again, and a target that could would
/// keep us sending for ever.
bool DataOutSender::claim(std::uint32_t offset, std::uint32_t bytes) {
  if (!in_order_) return covered_.add(offset, bytes) == CoveredRanges::Addition::added;
  if (offset != next_offset_) return false;
  next_offset_ += bytes;
  return true;
}

DataOutSender::Piece DataOutSender::next() {
  assert(has_burst());
  Burst& burst = bursts_.front();
  Piece piece{.target_transfer_tag = burst.target_transfer_tag,
              .data_sn = burst.data_sn,
              .offset = burst.offset,
              .bytes = std::min(burst.end - burst.offset, segment_bytes_max_)};
  ++burst.data_sn;
  burst.offset += piece.bytes;
  piece.final = burst.offset == burst.end;
  if (piece.final) {
    if (burst.solicited) --outstanding_r2t_;
    bursts_.pop_front();
  }
  return piece;
}

}  // namespace lunsim::initiator
