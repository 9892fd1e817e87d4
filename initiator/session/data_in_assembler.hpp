// What a read has received: judges each Data-In of one command against what was asked and gives it
// its place in a buffer that never grows beyond that. Knows neither status nor window. RFC 7143
// §4.2.2.4, §7.9, §11.7
//
// Use:   place(header) where its data goes; the buffer may move, so place the next only after
//        arrived() arrived() the data of that header has come
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "initiator/session/covered_ranges.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"

namespace lunsim::initiator {

class DataInAssembler {
 public:
  DataInAssembler() = default;
  /// `expected_bytes`: what the command asked for. `in_order`: DataPDUInOrder and
  /// DataSequenceInOrder are both Yes.
  DataInAssembler(std::uint32_t expected_bytes, bool in_order)
      : expected_bytes_(expected_bytes), in_order_(in_order) {}

  struct Place {
    bool repeated = false;       // a DataSN that has been here: let its data go by
    std::span<std::byte> where;  // exactly DataSegmentLength bytes
  };
  /// Errors   a DataSN that is skipped, an offset that leaves a gap or overlays, data beyond what
  ///          was asked
  Result<Place> place(const pdu::DataIn& header);
  void arrived();

  /// Judges ExpDataSN of the SCSI Response: more Data-In than came were sent, or not. Fewer is let
  /// pass: many targets leave the field at 0.
  bool misses_data(std::uint32_t exp_data_sn) const { return exp_data_sn > data_sn_.value; }
  /// True if data came without a hole from offset 0, and all that was asked for but what the target
  /// itself says is missing: its residual count with U, else 0.                RFC 7143 §11.4.5.1
  bool is_whole(std::uint32_t residual_underflow) const {
    return std::uint64_t{size_bytes()} + residual_underflow >= expected_bytes_ &&
           (in_order_ || covered_.covers(size_bytes()));
  }
  std::uint32_t size_bytes() const { return static_cast<std::uint32_t>(bytes_.size()); }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::uint32_t expected_bytes_ = 0;
  bool in_order_ = true;
  DataSn data_sn_{};              // next
  std::vector<std::byte> bytes_;  // up to the highest byte placed
  CoveredRanges covered_;         // unless in_order_
};

}  // namespace lunsim::initiator
