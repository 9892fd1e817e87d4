// What a write sends and when: immediate data in the command, unsolicited Data-Out up to
// FirstBurstLength, and the answer to each R2T, cut to what the target takes. Holds numbers only,
// no bytes. RFC 7143 §4.2.5.2, §11.3.4, §11.7, §11.8
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "initiator/session/covered_ranges.hpp"
#include "protocol/iscsi/negotiation/parameters.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"

namespace lunsim::initiator {

struct WriteRules {
  bool initial_r2t = true;
  bool immediate_data = true;
  std::uint32_t first_burst_bytes = 65536;
  std::uint32_t max_burst_bytes = 262144;
  std::uint32_t segment_bytes_max = 8192;  // the target's MaxRecvDataSegmentLength
  std::uint16_t max_outstanding_r2t = 1;
  bool data_sequence_in_order = true;
};
WriteRules write_rules_of(const negotiation::SessionParameters& session,
                          const negotiation::ConnectionParameters& connection);

class DataOutSender {
 public:
  /// We never make larger data segments, whatever the target takes: a queue of them must stay
  /// short.
  static constexpr std::uint32_t kSegmentBytesMax = 262144;

  DataOutSender() = default;
  DataOutSender(std::uint32_t total_bytes, const WriteRules& rules);

  std::uint32_t total_bytes() const { return total_bytes_; }
  /// Bytes from offset 0 that travel in the command itself.
  std::uint32_t immediate_bytes() const { return immediate_bytes_; }
  /// The command's F bit: no unsolicited Data-Out follows.
  bool is_command_final() const { return bursts_.empty(); }

  enum class R2tJudgement : std::uint8_t { accepted, repeated };
  /// Takes an R2T; its burst waits behind those that came before. RFC 7143 §11.8
  /// Errors   a skipped R2TSN, a range outside the command, more than MaxBurstLength or nothing,
  ///          more R2Ts at once than MaxOutstandingR2T, the reserved tag, an R2T for a command that
  ///          writes nothing, data that was sent or asked for before, and with DataSequenceInOrder
  ///          any range but the next
  Result<R2tJudgement> handle_r2t(const pdu::R2t& r2t);

  struct Piece {
    TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
    DataSn data_sn;
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
    bool final = false;  // the burst ends with it
  };
  bool has_burst() const { return !bursts_.empty(); }
  /// The next Data-Out of the oldest burst; only while has_burst().
  Piece next();

 private:
  struct Burst {
    TargetTransferTag target_transfer_tag = kReservedTargetTransferTag;
    std::uint32_t offset = 0;
    std::uint32_t end = 0;
    DataSn data_sn{};
    bool solicited = false;
  };
  std::optional<ProtocolError> judge_range(const pdu::R2t& r2t) const;
  bool claim(std::uint32_t offset, std::uint32_t bytes);

  std::uint32_t total_bytes_ = 0;
  std::uint32_t immediate_bytes_ = 0;
  std::uint32_t segment_bytes_max_ = 0;
  std::uint32_t max_burst_bytes_ = 0;
  std::uint32_t outstanding_r2t_ = 0;
  std::uint16_t max_outstanding_r2t_ = 1;
  bool in_order_ = true;
  std::uint32_t next_offset_ = 0;  // if in_order_
  CoveredRanges covered_;          // sent or asked for, unless in_order_
  R2tSn next_r2t_sn_{};
  std::deque<Burst> bursts_;
};

}  // namespace lunsim::initiator
