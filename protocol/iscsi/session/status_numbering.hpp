// StatSN: given out by the target, watched by the initiator.                               RFC 7143
// §4.2.2.2
#pragma once

#include <cstdint>

#include "protocol/bytes/serial_number.hpp"

namespace lunsim::session {

/// The target's side.
class StatusNumbering {
 public:
  explicit StatusNumbering(StatSn first) : next_(first) {}
  /// The number for a PDU that carries a status.
  StatSn take() {
    const StatSn given = next_;
    ++next_;
    return given;
  }
  /// The number that PDUs without a status of their own carry (R2T, a target's ping).
  StatSn peek() const { return next_; }

 private:
  StatSn next_;
};

/// The initiator's side. The first status tells where the numbers begin.
class StatusWatch {
 public:
  enum class Judgement : std::uint8_t { in_order, repeated, gap };
  /// Judges the StatSN of a PDU that carries a status; in_order moves ExpStatSN on.
  Judgement take(StatSn stat_sn) {
    if (!begun_) {
      begun_ = true;
      exp_ = stat_sn;
    }
    if (stat_sn == exp_) {
      ++exp_;
      return Judgement::in_order;
    }
    return precedes(stat_sn, exp_) ? Judgement::repeated : Judgement::gap;
  }
  StatSn exp_stat_sn() const { return exp_; }

 private:
  StatSn exp_{};
  bool begun_ = false;
};

}  // namespace lunsim::session
