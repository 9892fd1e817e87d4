// Accounts for one sequence of data PDUs: DataSN from 0, offsets without hole or overlap, the F bit
// at the end and nowhere else, never more than was asked. With DataPDUInOrder=Yes. RFC 7143 §11.7,
// §13.18
#pragma once

#include <cstdint>

#include "protocol/bytes/serial_number.hpp"

namespace lunsim::session {

class BurstLedger {
 public:
  BurstLedger() = default;
  /// A sequence that covers [offset_bytes, offset_bytes + bytes_max). Unsolicited ones may end
  /// early with F.
  BurstLedger(std::uint32_t offset_bytes, std::uint32_t bytes_max, bool may_end_early)
      : next_offset_(offset_bytes), end_(offset_bytes + bytes_max), may_end_early_(may_end_early) {}

  enum class Judgement : std::uint8_t {
    accepted,  // more is to come
    complete,  // the sequence has ended as it should
    wrong_data_sn,
    wrong_offset,
    too_much,       // beyond what was asked
    final_early,    // F before everything asked for has come
    final_missing,  // everything has come and F is not set
  };
  Judgement take(DataSn data_sn, std::uint32_t offset_bytes, std::uint32_t bytes, bool is_final);

  /// Goes on behind what was lost.
  void resume_at(DataSn data_sn, std::uint32_t offset_bytes) {
    next_data_sn_ = data_sn;
    next_offset_ = offset_bytes;
  }

  DataSn next_data_sn() const { return next_data_sn_; }
  std::uint32_t next_offset() const { return next_offset_; }
  std::uint32_t remaining() const { return end_ - next_offset_; }

 private:
  DataSn next_data_sn_{};
  std::uint32_t next_offset_ = 0;
  std::uint32_t end_ = 0;
  bool may_end_early_ = false;
};

}  // namespace lunsim::session
