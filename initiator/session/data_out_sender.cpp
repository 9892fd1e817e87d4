#include "initiator/session/data_out_sender.hpp"

#include <algorithm>
#include <cassert>

namespace lunsim::initiator {
namespace {

constexpr std::size_t kTransferTagAt = 20, kR2tSnAt = 36, kBufferOffsetAt = 40,
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
          .max_outstanding_r2t = session.max_outstanding_r2t};
}

DataOutSender::DataOutSender(std::uint32_t total_bytes, const WriteRules& rules)
    : total_bytes_(total_bytes),
      segment_bytes_max_(segment_limit(rules.segment_bytes_max)),
      max_burst_bytes_(rules.max_burst_bytes),
      max_outstanding_r2t_(rules.max_outstanding_r2t) {
  const std::uint32_t unsolicited = std::min(total_bytes, rules.first_burst_bytes);
  if (rules.immediate_data) immediate_bytes_ = std::min(unsolicited, segment_bytes_max_);
  if (!rules.initial_r2t && immediate_bytes_ < unsolicited)
    bursts_.push_back({.offset = immediate_bytes_, .end = unsolicited});
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
  const std::uint64_t end = std::uint64_t{r2t.buffer_offset} + r2t.desired_data_transfer_length;
  if (end > total_bytes_)
    return violation("R2T asks for data outside the command", "RFC 7143 §4.2.5.2", kBufferOffsetAt,
                     "Buffer Offset");
  if (r2t.desired_data_transfer_length == 0 || r2t.desired_data_transfer_length > max_burst_bytes_)
    return violation("R2T asks for nothing or for more than MaxBurstLength", "RFC 7143 §11.8.4",
                     kDesiredLengthAt, "Desired Data Transfer Length");
  if (outstanding_r2t_ >= max_outstanding_r2t_)
    return violation("more R2Ts than MaxOutstandingR2T are outstanding", "RFC 7143 §13.17");
  ++next_r2t_sn_;
  ++outstanding_r2t_;
  bursts_.push_back({.target_transfer_tag = r2t.target_transfer_tag,
                     .offset = r2t.buffer_offset,
                     .end = static_cast<std::uint32_t>(end),
                     .solicited = true});
  return R2tJudgement::accepted;
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
